"""How long things take: percentiles, and an embedder that notes its own share."""

from collections.abc import Callable, Sequence
from time import perf_counter

from pydantic import BaseModel, ConfigDict

from evals.outside.measures import percentile
from indexer.embeddings import Embedder, Vectors

__all__ = ["WARMING", "TimedEmbedder", "Times"]

# Not from the set: vectors of questions just asked are remembered.
WARMING = ("预热时第一问的补贴", "预热时第二问的条件", "预热时第三问的材料")
"""What is asked before the clock starts."""


class Times(BaseModel):
    """Milliseconds, of one question or whatever else was repeated."""

    model_config = ConfigDict(frozen=True)

    p50: float
    p95: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Times":
        """The percentiles of these times, given in seconds."""
        low, high = (round(percentile(seconds, share) * 1000, 2) for share in (0.5, 0.95))
        return cls(p50=low, p95=high)

    def shown(self) -> str:
        """Both for a table."""
        return f"{self.p50:.1f} / {self.p95:.1f}"


class TimedEmbedder:
    """An embedder that adds up in `seconds` what its calls took."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.seconds = 0.0

    @property
    def name(self) -> str:
        """The name of the embedder within."""
        return self._embedder.name

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._embedder.dimension

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """The vectors of questions."""
        begun = perf_counter()
        vectors = self._embedder.embed_queries(texts)
        self.seconds += perf_counter() - begun
        return vectors

    def embed_passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """The vectors of passages."""
        begun = perf_counter()
        vectors = self._embedder.embed_passages(texts, progress)
        self.seconds += perf_counter() - begun
        return vectors

    def count_tokens(self, text: str) -> int:
        """Tokens of a passage."""
        return self._embedder.count_tokens(text)

    def taken(self) -> float:
        """What was added up since the last time of asking."""
        seconds, self.seconds = self.seconds, 0.0
        return seconds
