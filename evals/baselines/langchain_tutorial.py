"""What LangChain's tutorial on retrieval builds: a recursive splitter, Chroma, similarity search."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings

from evals.baselines.passages import Passage, asked
from indexer.embeddings import Embedder

if TYPE_CHECKING:
    from langchain_chroma import Chroma

__all__ = ["create"]

# The tutorial's 1000 and 200, halved: a Chinese character says more than an English one.
_SIZE, _OVERLAP = 500, 100


class _Embeddings(Embeddings):
    """Our embedder as LangChain takes it."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._embedder.embed_passages(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        vector: list[float] = self._embedder.embed_queries([text])[0].tolist()
        return vector


class _Tutorial:
    def __init__(self, store: "Chroma") -> None:
        self._store = store

    def index(self, texts: Mapping[str, str]) -> int:
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        splitter = RecursiveCharacterTextSplitter(
            chunk_size=_SIZE, chunk_overlap=_OVERLAP, add_start_index=True
        )
        documents = [Document(page_content=text, metadata={"source": name}) for name, text in texts.items()]
        pieces = splitter.split_documents(documents)
        self._store.add_documents(pieces)
        return len(pieces)

    def search(self, question: str, history: Sequence[str], k: int) -> list[Passage]:
        found = self._store.similarity_search(asked(question, history), k=k)
        return [_passage(document) for document in found]


def _passage(document: Document) -> Passage:
    start = document.metadata["start_index"]
    return Passage(document.metadata["source"], start, start + len(document.page_content))


def create(embedder: Embedder, folder: Path) -> _Tutorial:
    """The pipeline, with an empty store in `folder`."""
    from langchain_chroma import Chroma

    return _Tutorial(
        Chroma(
            collection_name="baseline",
            embedding_function=_Embeddings(embedder),
            persist_directory=str(folder),
        )
    )
