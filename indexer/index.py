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
from corpus.expected import ExpectedQuestion
from indexer.chunks import Chunk
from indexer.lexical import LexicalIndex, best
from indexer.store import ChunkStore, Vectors
from indexer.vector_place import EMBEDDED, VectorPlace
from indexer.vectors import ChromaIndex
from indexer.versions import Manifest, VersionFolder, Versions

__all__ = ["DenseBackend", "Expected", "Hit", "IndexStatus", "SearchIndex"]

DenseBackend = Literal["auto", "exact", "chroma"]

# Up to here a scan of all vectors is no slower than Chroma's query, and it needs no import of Chroma.
EXACT_LIMIT = 30_000

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk with its score: cosine for `dense`, BM25 for `lexical`."""

    chunk: Chunk
    score: float


@dataclass(frozen=True, slots=True)
class Expected:
    """An expected question with its cosine."""

    question: ExpectedQuestion
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
    """One version of the index. It goes on serving when newer ones are built; safe to share by threads."""

    def __init__(
        self, folder: VersionFolder, manifest: Manifest, backend: DenseBackend, place: VectorPlace
    ) -> None:
        self._folder = folder
        self._place = place
        self._manifest = manifest
        self._lock = threading.Lock()
        # Stays open: the vectors can be read even after this version was removed.
        self._record = ChunkStore.open(folder.store)
        self.chunks = self._record.chunks()
        self._words = LexicalIndex.load(folder.lexical, len(self.chunks))
        self._docs = {doc: code for code, doc in enumerate(dict.fromkeys(chunk.doc for chunk in self.chunks))}
        self._doc_codes = np.array([self._docs[chunk.doc] for chunk in self.chunks], np.int32)
        self._places = {chunk.id: place for place, chunk in enumerate(self.chunks)}
        self._chroma: ChromaIndex | None = None
        exact = backend == "exact" or (backend == "auto" and len(self.chunks) <= EXACT_LIMIT)
        self._questions = self._record.questions()
        self._question_matrix = self._record.question_matrix(manifest.model) if self._questions else None
        self._matrix: Vectors | None = self._record.matrix(manifest.model) if exact else None

    @classmethod
    def open(cls, home: Path, dense_backend: DenseBackend = "auto", place: VectorPlace = EMBEDDED) -> Self:
        """Open the serving version; raises IndexMissing or IndexBroken, whose message names the way out."""
        versions = Versions(home)
        folder = versions.serving()
        try:
            return cls._open(folder, dense_backend, place)
        except IndexBroken:
            # Two builds may have finished, and this version been removed, since the pointer was read.
            latest = versions.serving()
            if latest == folder:
                raise
            return cls._open(latest, dense_backend, place)

    @classmethod
    def _open(cls, folder: VersionFolder, backend: DenseBackend, place: VectorPlace) -> Self:
        manifest = folder.manifest()
        if manifest is None:
            raise IndexBroken(f"索引版本 {folder.name} 没有建完。请运行 zhengce index build")
        folder.check_own(manifest)
        return cls(folder, manifest, backend, place)

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
                _log.warning("Chroma failed, scanning all vectors from now on: %s", error)
        # Not `@`: its threads wait for one another, and on busy cores a scan of 0.05 ms takes 8.
        scores = np.einsum("ij,j->i", self._scanned(), vector.reshape(-1).astype(np.float32))
        if docs is not None:
            scores = np.where(self._allowed(docs), scores, -np.inf)
        return self._hits(best(scores, k, above=-np.inf))

    def asked_alike(self, vector: NDArray[np.float32], k: int) -> list[Expected]:
        """The `k` expected questions whose vectors are nearest to `vector`, best first."""
        if self._question_matrix is None:
            return []
        scores = np.einsum("ij,j->i", self._question_matrix, vector.reshape(-1).astype(np.float32))
        return [Expected(self._questions[place], score) for place, score in best(scores, k, above=-np.inf)]

    def lexical(self, text: str, k: int, docs: Collection[str] | None = None) -> list[Hit]:
        """The `k` chunks with the highest BM25 score above zero, best first, within `docs` if given."""
        return self._hits(self._words.query(text, k, None if docs is None else self._allowed(docs)))

    @property
    def words(self) -> LexicalIndex:
        """The word index, whose places are those of `chunks`."""
        return self._words

    def vectors(self) -> Vectors:
        """The vectors of all `chunks`, one row each."""
        return self._scanned()

    def _hits(self, ranked: list[tuple[int, float]]) -> list[Hit]:
        return [Hit(self.chunks[place], score) for place, score in ranked]

    def _allowed(self, docs: Collection[str]) -> NDArray[np.bool_]:
        wanted = np.zeros(len(self._docs), np.bool_)
        wanted[[self._docs[doc] for doc in docs if doc in self._docs]] = True
        return wanted[self._doc_codes]

    def _scanned(self) -> Vectors:
        with self._lock:
            if self._matrix is None:
                self._matrix = self._record.matrix(self._manifest.model)
            return self._matrix

    def _nearest(self) -> ChromaIndex:
        with self._lock:
            if self._chroma is None:
                self._chroma = self._place.open(self._folder, self._manifest)
            return self._chroma
