"""Embedding by an OpenAI-compatible endpoint (`/embeddings`), for users who run or rent one."""

import hashlib
from collections.abc import Callable, Sequence

import httpx
import numpy as np
import numpy.typing as npt

from corpus.errors import IndexFault, ServiceFault
from corpus.folding import encodable
from indexer.embeddings import VECTORS_DOWN
from indexer.remote import Remote

__all__ = ["ServiceEmbedder", "service_name"]

_BATCH = 32
_BUILD_SECONDS = 60.0


def service_name(model: str, base_url: str) -> str:
    """The id of a model behind an address: another model or another address means other vectors."""
    return f"{model}@{hashlib.sha256(base_url.rstrip('/').encode()).hexdigest()[:8]}"


class ServiceEmbedder:
    """Embeds over HTTP; connects with the first text.

    Where the endpoint gives nothing usable, a question raises ServiceFault, so that words alone may find the answer;
    texts of a build raise IndexFault.
    """

    def __init__(self, model: str, base_url: str, key: str, seconds: float) -> None:
        self._model = model
        self._name = service_name(model, base_url)
        self._remote = Remote(base_url, key)
        self._seconds = seconds
        self._known: int | None = None

    @property
    def name(self) -> str:
        """Stable id of model and address."""
        return self._name

    @property
    def dimension(self) -> int:
        """Length of a vector; raises ServiceFault where the endpoint cannot be asked."""
        if self._known is None:
            self.embed_queries(["维度"])
        return self._known or 0

    def embed_queries(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """The vectors of questions, in the order of `texts`; raises ServiceFault for one, IndexFault for several."""
        return self._embed(texts, None, building=len(texts) != 1)

    def embed_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> npt.NDArray[np.float32]:
        """The vectors of passages, in the order of `texts`; `progress` gets how many more are done."""
        return self._embed(texts, progress, building=True)

    def count_tokens(self, text: str) -> int:
        """The characters of the passage: Chinese has hardly more tokens than characters under any model in use."""
        return len(text)

    def _embed(
        self, texts: Sequence[str], progress: Callable[[int], None] | None, *, building: bool
    ) -> npt.NDArray[np.float32]:
        parts = []
        for start in range(0, len(texts), _BATCH):
            part = [encodable(text) for text in texts[start : start + _BATCH]]
            parts.append(self._asked(part, building=building))
            if progress is not None:
                progress(len(part))
        return np.concatenate(parts) if parts else np.empty((0, self.dimension), np.float32)

    def _asked(self, texts: Sequence[str], *, building: bool) -> npt.NDArray[np.float32]:
        body = {"model": self._model, "input": list(texts), "encoding_format": "float"}
        seconds = _BUILD_SECONDS if building else self._seconds
        try:
            rows = self._remote.post("/embeddings", body, seconds)["data"]
            rows = sorted(rows, key=lambda row: row["index"])
            vectors = np.array([row["embedding"] for row in rows], np.float32)
            lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
            if vectors.shape[0] != len(texts) or not np.isfinite(vectors).all() or not lengths.all():
                raise ValueError("vectors do not fit the texts")
            if self._known not in (None, vectors.shape[1]):
                raise ValueError("the dimension has changed")
        # Whatever a reply of another shape leads numpy and the look-ups to.
        except (httpx.HTTPError, ValueError, KeyError, TypeError, IndexError) as error:
            reason = f"{type(error).__name__}: {error}"
            if building:
                raise IndexFault(
                    f"向量服务没有给出可用的向量（{reason}）。请检查 embedding_base_url、embedding_model 和密钥"
                ) from error
            raise ServiceFault(VECTORS_DOWN, reason) from error
        self._known = vectors.shape[1]
        unit: npt.NDArray[np.float32] = vectors / lengths
        return unit
