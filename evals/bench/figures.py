"""What a benchmark measures, as its JSON holds it."""

from pydantic import BaseModel, ConfigDict

from evals.machine import Origin
from evals.times import Times

__all__ = ["STAGES", "Bench", "BuildTime", "Cold", "Growth", "Load", "Own", "Question"]

STAGES = {
    "analyse": "理解问题",
    "embed": "向量",
    "retrieve": "检索（不含向量）",
    "calculate": "计算",
    "compose": "组织回答",
    "verify": "核对",
}
"""The steps of an answer in their order, as tables name them."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class Question(_Value):
    """What is asked."""

    question: str
    history: tuple[str, ...] = ()


class BuildTime(_Value):
    """One build of an index: `seconds` in all, of which `embedding_seconds` in the embedding model.

    `embedded` counts the chunks that had no vector yet; expected questions are embedded besides.
    """

    seconds: float
    embedding_seconds: float
    embedded: int

    def shown(self) -> str:
        """For a table."""
        return f"{self.seconds:.1f}（向量 {self.embedding_seconds:.1f}，新算片段 {self.embedded}）"


class Own(_Value):
    """The bundled documents: builds from nothing, of nothing new, of one changed unit; then answers one by one.

    `bare` is the embedding call alone for the same questions, taken in turn with the answers.
    """

    documents: int
    chunks: int
    built: BuildTime
    unchanged: BuildTime
    changed: BuildTime
    index_megabytes: float
    stages: dict[str, Times]
    answer: Times
    bare: Times
    peak_megabytes: float


class Cold(_Value):
    """Seconds from nothing, each the median of `runs` new processes.

    `answer`: `zhengce ask` from start to end. `bare`: a program that opens the embedding model and embeds one
    question. `ready`: from `zhengce serve` to the first 200 of /readyz, once.
    """

    runs: int
    answer: float
    bare: float
    ready: float


class Load(_Value):
    """The HTTP service under so many clients, each asking again as soon as it has its answer."""

    clients: int
    answers: int
    per_second: float
    latency: Times
    bare_per_second: float
    server_megabytes: float


class Growth(_Value):
    """A collection of so many articles: building, adding one article, asking.

    `bare` is the embedding call alone, taken in turn with the searches; `peak_megabytes` is of a process that only
    opens the index and asks.
    """

    articles: int
    synthetic: int
    chunks: int
    built: BuildTime
    added: BuildTime
    index_megabytes: float
    query: Times
    bare: Times
    peak_megabytes: float


class Bench(_Value):
    """A whole benchmark; `beside` holds our time per search over that of each baseline, where these were given."""

    origin: Origin
    model: str
    questions: int
    own: Own
    cold: Cold
    loads: tuple[Load, ...]
    growth: tuple[Growth, ...]
    beside: dict[str, float]
