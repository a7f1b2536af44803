"""Question → candidate chunks: dense and lexical retrievers fused in one LangChain chain (step 2 of 5).

Fusion is min-max over the best hundred of each (dense .6), which beats reciprocal rank fusion on lay
questions about statutes; see README, 检索.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda
from pydantic import ConfigDict

from indexer.chunks import Chunk
from indexer.embeddings import Embedder, Vectors
from indexer.index import Expected, Hit, SearchIndex

__all__ = ["DEPTH", "DenseRetriever", "HybridRetriever", "LexicalRetriever", "Scored"]

DEPTH = 100
DENSE_SHARE = 0.6
_REMEMBERED = 32


@dataclass(frozen=True, slots=True)
class Scored:
    """A chunk with its fused score (0 to 1) and the two normalised parts."""

    chunk: Chunk
    score: float
    dense: float
    lexical: float


class _IndexRetriever(BaseRetriever):
    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: SearchIndex
    k: int = DEPTH
    docs: frozenset[str] | None = None

    def _documents(self, hits: Sequence[Hit]) -> list[Document]:
        return [
            Document(
                page_content=hit.chunk.text,
                id=hit.chunk.id,
                metadata={
                    "doc": hit.chunk.doc,
                    "unit": hit.chunk.unit,
                    "path": hit.chunk.path,
                    "score": hit.score,
                },
            )
            for hit in hits
        ]


class DenseRetriever(_IndexRetriever):
    """Nearest chunks by embedding, as a LangChain retriever."""

    vector: Callable[[str], Vectors]

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return self._documents(self.index.dense(self.vector(query), self.k, self.docs))


class LexicalRetriever(_IndexRetriever):
    """Best chunks by BM25 over characters and bigrams, as a LangChain retriever."""

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return self._documents(self.index.lexical(query, self.k, self.docs))


class HybridRetriever:
    """The retrieval chain: both retrievers, then fusion."""

    def __init__(self, index: SearchIndex, embedder: Embedder) -> None:
        self._index = index
        self.model = embedder.name
        # The judgement of relevance asks for the vector that the search has just used.
        self.vector: Callable[[str], Vectors] = lru_cache(_REMEMBERED)(
            lambda text: embedder.embed_queries([text])[0]
        )
        self._alike = lru_cache(_REMEMBERED)(lambda text: tuple(index.asked_alike(self.vector(text), DEPTH)))
        self._chunks = {chunk.id: chunk for chunk in index.chunks}

    def chain(
        self, docs: Collection[str] | None = None, k: int = DEPTH
    ) -> Runnable[dict[str, str], list[Scored]]:
        """A runnable from `{"dense": …, "lexical": …}` query words to chunks, best first, within `docs`."""
        allowed = None if docs is None else frozenset(docs)
        dense = DenseRetriever(index=self._index, vector=self.vector, k=k, docs=allowed)
        lexical = LexicalRetriever(index=self._index, k=k, docs=allowed)

        # One after the other: the threads that RunnableParallel starts cost more than the lexical search.
        def both(query: dict[str, str]) -> dict[str, list[Document]]:
            return {"dense": dense.invoke(query["dense"]), "lexical": lexical.invoke(query["lexical"])}

        return RunnableLambda(both) | RunnableLambda(self._fuse)

    def retrieve(self, dense: str, lexical: str, docs: Collection[str] | None = None) -> list[Scored]:
        """Chunks for one question: `dense` is its wording, `lexical` adds the terms of the texts."""
        return self.chain(docs).invoke({"dense": dense, "lexical": lexical})

    def nearest(self, text: str, k: int = DEPTH) -> list[Hit]:
        """The `k` chunks nearest to `text` by meaning, with their cosines."""
        return self._index.dense(self.vector(text), k)

    def asked_alike(self, text: str, k: int = DEPTH) -> Sequence[Expected]:
        """The `k` expected questions nearest to `text` by meaning, up to a hundred, with their cosines."""
        return self._alike(text)[:k]

    def worded(self, text: str, k: int = DEPTH) -> list[Hit]:
        """The `k` best chunks by words, with their BM25 scores."""
        return self._index.lexical(text, k)

    def _fuse(self, found: dict[str, list[Document]]) -> list[Scored]:
        dense, lexical = _normalised(found["dense"]), _normalised(found["lexical"])
        scored = [
            Scored(
                self._chunks[key],
                DENSE_SHARE * dense.get(key, 0.0) + (1 - DENSE_SHARE) * lexical.get(key, 0.0),
                dense.get(key, 0.0),
                lexical.get(key, 0.0),
            )
            for key in dense.keys() | lexical.keys()
        ]
        return sorted(scored, key=lambda hit: (-hit.score, hit.chunk.order))


def _normalised(documents: Sequence[Document]) -> dict[str, float]:
    scores = [float(document.metadata["score"]) for document in documents]
    if not scores:
        return {}
    low, span = min(scores), (max(scores) - min(scores)) or 1.0
    return {str(d.id): (score - low) / span for d, score in zip(documents, scores, strict=True)}
