"""The finished index as retrieval uses it: chunks by meaning and by words."""

import logging
import threading
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from corpus.errors import IndexBroken
from indexer.chunks import Chunk
from indexer.lexical import LexicalIndex, best
from indexer.store import ChunkStore, Vectors
from indexer.vectors import ChromaIndex
from indexer.versions import Manifest, VersionFolder, Versions

__all__ = ["DenseBackend", "Hit", "IndexStatus", "SearchIndex"]

DenseBackend = Literal["auto", "exact", "chroma"]

# Up to here a scan over all vectors is as quick as Chroma's query, and it is exact.
EXACT_LIMIT = 50_000

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk with its score: cosine for `dense`, BM25 for `lexical`."""

    chunk: Chunk
    score: float


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """Size and origin of an index; `built_at` is an ISO date and time in UTC."""

    documents: int
    units: int
    chunks: int
    model: str
    version: str
    built_at: str


class SearchIndex:
    """One version of the index, held in memory; it goes on serving when a newer one is built."""

    def __init__(
        self,
        folder: VersionFolder,
        manifest: Manifest,
        chunks: tuple[Chunk, ...],
        words: LexicalIndex,
        scan: bool,
    ) -> None:
        self.chunks = chunks
        self._folder = folder
        self._manifest = manifest
        self._words = words
        self._docs = np.array([chunk.doc for chunk in chunks])
        self._places = {chunk.id: place for place, chunk in enumerate(chunks)}
        self._lock = threading.Lock()
        self._matrix: Vectors | None = self._read_matrix() if scan else None
        self._chroma: ChromaIndex | None = None

    @classmethod
    def open(cls, home: Path, dense_backend: DenseBackend = "auto") -> Self:
        """Open the serving version; raises IndexMissing or IndexBroken, whose message names the way out."""
        versions = Versions(home)
        folder = versions.serving()
        try:
            return cls._open(folder, dense_backend)
        except IndexBroken:
            # Two builds may have finished, and this version been removed, since the pointer was read.
            latest = versions.serving()
            if latest == folder:
                raise
            return cls._open(latest, dense_backend)

    @classmethod
    def _open(cls, folder: VersionFolder, backend: DenseBackend) -> Self:
        manifest = folder.manifest()
        if manifest is None:
            raise IndexBroken(f"索引版本 {folder.name} 没有建完。请运行 zhengce index build")
        folder.check_own(manifest)
        with ChunkStore.open(folder.store) as record:
            chunks = record.chunks()
        words = LexicalIndex.load(folder.lexical, len(chunks))
        scan = backend == "exact" or (backend == "auto" and len(chunks) <= EXACT_LIMIT)
        return cls(folder, manifest, chunks, words, scan)

    @staticmethod
    def serving_version(home: Path) -> str:
        """Name of the version that a fresh `open` would take, for servers that look for a newer one."""
        return Versions(home).serving().name

    @property
    def version(self) -> str:
        """Name of this version."""
        return self._manifest.version

    def status(self) -> IndexStatus:
        """Size and origin of this version."""
        m = self._manifest
        return IndexStatus(m.documents, m.units, m.chunks, m.model, m.version, m.built_at)

    def dense(self, vector: NDArray[np.float32], k: int, docs: Collection[str] | None = None) -> list[Hit]:
        """The `k` chunks whose vectors are nearest to `vector`, best first, within `docs` if given."""
        if self._matrix is None:
            try:
                hits = self._nearest().query(vector, k, docs)
                return [Hit(self.chunks[self._places[key]], score) for key, score in hits]
            except IndexBroken as error:
                _log.warning("Chroma failed, scanning all vectors instead: %s", error)
                self._matrix = self._read_matrix()
        scores = self._matrix @ vector.reshape(-1).astype(np.float32)
        if docs is not None:
            scores = np.where(self._allowed(docs), scores, -np.inf)
        return self._hits(best(scores, k))

    def lexical(self, text: str, k: int, docs: Collection[str] | None = None) -> list[Hit]:
        """The `k` chunks with the highest BM25 score above zero, best first, within `docs` if given."""
        return self._hits(self._words.query(text, k, None if docs is None else self._allowed(docs)))

    def _hits(self, ranked: list[tuple[int, float]]) -> list[Hit]:
        return [Hit(self.chunks[place], score) for place, score in ranked]

    def _allowed(self, docs: Collection[str]) -> NDArray[np.bool_]:
        return np.isin(self._docs, list(docs))

    def _read_matrix(self) -> Vectors:
        with ChunkStore.open(self._folder.store) as record:
            return record.matrix(self._manifest.model)

    def _nearest(self) -> ChromaIndex:
        with self._lock:
            if self._chroma is None:
                self._folder.check_chroma(self._manifest)
                chroma = ChromaIndex.open(self._folder.chroma)
                if chroma.count() != len(self.chunks):
                    raise IndexBroken(f"向量索引的条数不对（{chroma.count()}，应为 {len(self.chunks)}）")
                self._chroma = chroma
            return self._chroma
