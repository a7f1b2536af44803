"""LlamaIndex as its first example has it: `VectorStoreIndex.from_documents`, nothing set but the embedding model."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.baselines.passages import Passage, asked
from indexer.embeddings import Embedder

__all__ = ["create"]


class _Default:
    def __init__(self, embedder: Embedder) -> None:
        self._embedding = _embedding(embedder)
        self._index: Any = None

    def index(self, texts: Mapping[str, str]) -> int:
        from llama_index.core import Document, VectorStoreIndex

        documents = [Document(text=text, metadata={"file_name": name}) for name, text in texts.items()]
        self._index = VectorStoreIndex.from_documents(documents, embed_model=self._embedding)
        return len(self._index.docstore.docs)

    def search(self, question: str, history: Sequence[str], k: int) -> list[Passage]:
        found = self._index.as_retriever(similarity_top_k=k).retrieve(asked(question, history))
        return [
            Passage(hit.node.metadata["file_name"], hit.node.start_char_idx, hit.node.end_char_idx)
            for hit in found
            if hit.node.start_char_idx is not None
        ]


def _embedding(embedder: Embedder) -> Any:
    """Our embedder as LlamaIndex takes it."""
    from llama_index.core.base.embeddings.base import BaseEmbedding

    class Embedding(BaseEmbedding):  # type: ignore[misc]
        """Embeds in batches, as the other systems do."""

        def _get_query_embedding(self, query: str) -> list[float]:
            vector: list[float] = embedder.embed_queries([query])[0].tolist()
            return vector

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

        def _get_text_embedding(self, text: str) -> list[float]:
            return self._get_text_embeddings([text])[0]

        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            vectors: list[list[float]] = embedder.embed_passages(texts).tolist()
            return vectors

    return Embedding(model_name=embedder.name)


def create(embedder: Embedder, folder: Path) -> _Default:
    """The index, which LlamaIndex keeps in memory: `folder` stays empty."""
    return _Default(embedder)
