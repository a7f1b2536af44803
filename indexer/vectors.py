"""Chroma as a disposable vector index. Nothing of Chroma leaves this file.

It is built from the store, checked against it, and never the only place where a vector stands.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from corpus.errors import IndexBroken
from indexer.chunks import Chunk
from indexer.store import Vectors

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection as Stored

__all__ = ["ChromaIndex"]

_COLLECTION = "chunks"
_HNSW = {"space": "cosine", "ef_construction": 200, "ef_search": 200, "max_neighbors": 32}
# Every so many vectors Chroma writes its whole graph to disk: by its own 1,000, a large one is written over and over.
_SYNCED, _WRITINGS = 1000, 10


class ChromaIndex:
    """One collection of chunk vectors on disk or on a server. Every failure of Chroma comes out as IndexBroken."""

    def __init__(self, client: "ClientAPI", place: object, collection: "Stored") -> None:
        self._client = client
        self._place = place
        self._collection = collection

    @classmethod
    def open(cls, folder: Path, size: int = 0) -> Self:
        """The collection in `folder`, made empty where there is none, for about `size` chunks."""
        with _as_broken(folder):
            client = _client(folder)
            return cls(client, folder, _made(client, _COLLECTION, size))

    @classmethod
    def on_server(cls, url: str, name: str, size: int | None = None) -> Self:
        """The collection of this name on a server, made for about `size` chunks; without a size it must be there."""
        with _as_broken(url):
            client = _server(url)
            if size is None:
                return cls(client, url, client.get_collection(name, embedding_function=None))
            return cls(client, url, _made(client, name, size))

    @staticmethod
    def drop(url: str, name: str) -> None:
        """Remove a collection from a server, if it is there."""
        with _as_broken(url):
            client = _server(url)
            if name in {collection.name for collection in client.list_collections()}:
                client.delete_collection(name)

    def add(self, chunks: Sequence[Chunk], vectors: Vectors, done: Callable[[int], None]) -> None:
        """Write chunk ids, documents and vectors; `done` gets the number of chunks after each batch."""
        with _as_broken(self._place):
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
        with _as_broken(self._place):
            return int(self._collection.count())

    def query(self, vector: Vectors, k: int, docs: Collection[str] | None = None) -> list[tuple[str, float]]:
        """The `k` nearest chunk ids with their cosine, best first, within `docs` where given."""
        where: dict[str, Any] | None = None if docs is None else {"doc": {"$in": sorted(docs)}}
        if k < 1 or (docs is not None and not docs):
            return []
        with _as_broken(self._place):
            found = self._collection.query(
                query_embeddings=vector.reshape(1, -1), n_results=k, where=where, include=["distances"]
            )
            distances = found["distances"] or [[]]
            return [(key, 1.0 - float(far)) for key, far in zip(found["ids"][0], distances[0], strict=True)]

    def close(self) -> None:
        """Release the files."""
        with _as_broken(self._place):
            self._client.close()


def _made(client: "ClientAPI", name: str, size: int) -> "Stored":
    hnsw = {**_HNSW, "sync_threshold": max(_SYNCED, size // _WRITINGS)}
    return client.get_or_create_collection(name, embedding_function=None, configuration={"hnsw": hnsw})


def _server(url: str) -> "ClientAPI":
    import chromadb
    from chromadb.config import Settings

    parts = urlsplit(url)
    is_secure = parts.scheme == "https"
    return chromadb.HttpClient(
        host=parts.hostname or "",
        port=parts.port or (443 if is_secure else 80),
        ssl=is_secure,
        settings=Settings(anonymized_telemetry=False),
    )


def _client(folder: Path) -> "ClientAPI":
    # Importing Chroma takes most of a second, which a question answered by the exact scan must not pay.
    import chromadb
    from chromadb.config import Settings

    folder.mkdir(parents=True, exist_ok=True)
    return chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))


def _way_out(place: object) -> str:
    if isinstance(place, Path):
        return "请重新运行 zhengce index build"
    return "请检查 ZHENGCE_CHROMA_URL 和那里的 chroma run，再运行 zhengce index build"


@contextmanager
def _as_broken(place: object) -> Iterator[None]:
    try:
        yield
    except IndexBroken:
        raise
    # Chroma raises its own errors, ValueError, sqlite3's and those of its Rust core.
    except Exception as error:
        raise IndexBroken(f"向量索引 {place} 出错（{error}）。{_way_out(place)}") from error
