"""Haystack's tutorial on hybrid retrieval: BM25 and embeddings, joined by reciprocal rank.

Its reranker is left out, which wants a model of its own. The splitter counts characters and cuts at Chinese full
stops: the tutorial's counts words between spaces, of which these texts have none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from evals.baselines.passages import Passage, asked
from indexer.embeddings import Embedder

__all__ = ["create"]

_SIZE = 500
_SEPARATORS = ["\n\n", "\n", "。", "；", " "]


class _Hybrid:
    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._pipeline: Any = None

    def index(self, texts: Mapping[str, str]) -> int:
        from haystack import Document
        from haystack.components.preprocessors import RecursiveDocumentSplitter
        from haystack.document_stores.in_memory import InMemoryDocumentStore

        splitter = RecursiveDocumentSplitter(split_length=_SIZE, split_unit="char", separators=_SEPARATORS)
        documents = [Document(content=text, meta={"source": name}) for name, text in texts.items()]
        pieces = splitter.run(documents)["documents"]
        vectors = self._embedder.embed_passages([piece.content for piece in pieces]).tolist()
        store = InMemoryDocumentStore()
        store.write_documents(
            [replace(piece, embedding=vector) for piece, vector in zip(pieces, vectors, strict=True)]
        )
        self._pipeline = _pipeline(store, _text_embedder(self._embedder))
        return len(pieces)

    def search(self, question: str, history: Sequence[str], k: int) -> list[Passage]:
        words = asked(question, history)
        found = self._pipeline.run({"embed": {"text": words}, "words": {"query": words}})
        return [
            Passage(hit.meta["source"], start := hit.meta["split_idx_start"], start + len(hit.content))
            for hit in found["join"]["documents"][:k]
        ]


def _text_embedder(embedder: Embedder) -> Any:
    """Our embedder as a component of Haystack."""
    from haystack import component

    @component
    class TextEmbedder:
        """Embeds a question."""

        @component.output_types(embedding=list[float])  # type: ignore[untyped-decorator]
        def run(self, text: str) -> dict[str, list[float]]:
            """The vector of `text`."""
            return {"embedding": embedder.embed_queries([text])[0].tolist()}

    return TextEmbedder()


def _pipeline(store: Any, embed: Any) -> Any:
    from haystack import Pipeline
    from haystack.components.joiners import DocumentJoiner
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever

    pipeline = Pipeline()
    pipeline.add_component("embed", embed)
    pipeline.add_component("meaning", InMemoryEmbeddingRetriever(store))
    pipeline.add_component("words", InMemoryBM25Retriever(store))
    pipeline.add_component("join", DocumentJoiner(join_mode="reciprocal_rank_fusion"))
    pipeline.connect("embed", "meaning")
    pipeline.connect("meaning", "join")
    pipeline.connect("words", "join")
    return pipeline


def create(embedder: Embedder, folder: Path) -> _Hybrid:
    """The pipeline, which Haystack's example keeps in memory: `folder` stays empty."""
    return _Hybrid(embedder)
