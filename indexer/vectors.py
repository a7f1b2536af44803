"""Chroma as a disposable vector index. Nothing of Chroma leaves this file.

It is built from the store, checked against it, and never the only place where a vector stands.
"""

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from corpus.errors import IndexBroken
from indexer.chunks import Chunk
from indexer.store import Vectors

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

__all__ = ["ChromaIndex"]

_COLLECTION = "chunks"
_HNSW = {"space": "cosine", "ef_construction": 200, "ef_search": 200, "max_neighbors": 32}


class ChromaIndex:
    """One collection of chunk vectors on disk. Every failure of Chroma comes out as IndexBroken."""

    def __init__(self, client: "ClientAPI", folder: Path) -> None:
        self._client = client
        self._folder = folder
        self._lock = threading.Lock()
        with _as_broken(folder):
            self._collection = client.get_or_create_collection(
                _COLLECTION, embedding_function=None, configuration={"hnsw": _HNSW}
            )

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The collection in `folder`, made empty where there is none."""
        with _as_broken(folder):
            return cls(_client(folder), folder)

    def add(self, chunks: Sequence[Chunk], vectors: Vectors, done: Callable[[int], None]) -> None:
        """Write chunk ids, documents and vectors; `done` gets the number of chunks after each batch."""
        with _as_broken(self._folder):
            size = min(self._client.get_max_batch_size(), 2000)
            for start in range(0, len(chunks), size):
                part = chunks[start : start + size]
                self._collection.upsert(
                    ids=[chunk.id for chunk in part],
                    embeddings=vectors[start : start + size],
                    metadatas=[{"doc": chunk.doc} for chunk in part],
                )
                done(len(part))

    def count(self) -> int:
        """How many chunks the collection holds."""
        with _as_broken(self._folder):
            return int(self._collection.count())

    def query(self, vector: Vectors, k: int, docs: Collection[str] | None = None) -> list[tuple[str, float]]:
        """The `k` nearest chunk ids with their cosine, best first, within `docs` where given."""
        where: dict[str, Any] | None = None if docs is None else {"doc": {"$in": sorted(docs)}}
        if k < 1 or (docs is not None and not docs):
            return []
        with _as_broken(self._folder):
            found = self._collection.query(
                query_embeddings=vector.reshape(1, -1), n_results=k, where=where, include=["distances"]
            )
            distances = found["distances"] or [[]]
            return [(key, 1.0 - float(far)) for key, far in zip(found["ids"][0], distances[0], strict=True)]

    def close(self) -> None:
        """Release the files."""
        with _as_broken(self._folder):
            self._client.close()


def _client(folder: Path) -> "ClientAPI":
    # Importing Chroma takes most of a second, which a question answered by the exact scan must not pay.
    import chromadb
    from chromadb.config import Settings

    folder.mkdir(parents=True, exist_ok=True)
    return chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))


@contextmanager
def _as_broken(folder: Path) -> Iterator[None]:
    try:
        yield
    except IndexBroken:
        raise
    # Chroma raises its own errors, ValueError, sqlite3's and those of its Rust core.
    except Exception as error:
        raise IndexBroken(f"向量索引 {folder} 出错（{error}）。请重新运行 zhengce index build") from error
