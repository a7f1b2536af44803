"""Our own record of an index version: every chunk and its vector, in one SQLite file.

Chroma and the lexical index are derived from it and can be thrown away. While a version is built the file
is in WAL mode and vectors are committed in portions, so that an interrupted build leaves its work to the
next one; `seal` turns it into a single file that readers open as immutable.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from corpus.errors import IndexBroken
from corpus.expected import ExpectedQuestion
from indexer.chunks import Chunk

__all__ = ["ChunkStore", "Vectors"]

Vectors = NDArray[np.float32]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS chunks (
    place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, doc TEXT NOT NULL, unit TEXT NOT NULL,
    path TEXT NOT NULL, text TEXT NOT NULL, context TEXT NOT NULL, wide INTEGER NOT NULL,
    digest TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS questions (
    place INTEGER PRIMARY KEY, doc TEXT NOT NULL, unit TEXT NOT NULL, text TEXT NOT NULL, digest TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS vectors (
    digest TEXT NOT NULL, model TEXT NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (digest, model));
"""
_IN_ORDER = """
SELECT v.vector FROM {table} c LEFT JOIN vectors v ON v.digest = c.digest AND v.model = ? ORDER BY c.place
"""
_WANTED = "SELECT digest FROM main.chunks UNION SELECT digest FROM main.questions"


class ChunkStore:
    """An open store. Raises IndexBroken wherever the file cannot be read or written as a store."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    @classmethod
    def create(cls, path: Path) -> Self:
        """A new, writable store at `path`."""
        with _as_broken(path):
            connection = sqlite3.connect(path)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.executescript(_SCHEMA)
            return cls(connection)

    @classmethod
    def open(cls, path: Path) -> Self:
        """A sealed store, for reading."""
        with _as_broken(path):
            source = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
            return cls(sqlite3.connect(source, uri=True, check_same_thread=False))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the store cannot be used afterwards."""
        self._db.close()

    def seal(self, model: str) -> None:
        """Drop vectors that no chunk needs and fold the journal into the one file."""
        with _as_broken():
            self._db.execute(f"DELETE FROM vectors WHERE model <> ? OR digest NOT IN ({_WANTED})", (model,))
            self._db.commit()
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._db.execute("PRAGMA journal_mode = DELETE")

    def add_chunks(self, chunks: Iterable[Chunk]) -> None:
        """Write all chunks of the version."""
        rows = ((c.order, c.id, c.doc, c.unit, c.path, c.text, c.context, c.wide, c.digest) for c in chunks)
        with _as_broken(), self._db:
            self._db.executemany("INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def chunks(self) -> tuple[Chunk, ...]:
        """All chunks in corpus order."""
        with _as_broken():
            columns = "id, doc, unit, path, text, context, wide, place"
            rows: list[tuple[str, str, str, str, str, str, int, int]] = self._db.execute(
                f"SELECT {columns} FROM chunks ORDER BY place"
            ).fetchall()
        return tuple(Chunk(*row[:6], wide=bool(row[6]), order=row[7]) for row in rows)

    def add_questions(self, questions: Iterable[ExpectedQuestion]) -> None:
        """Write the questions that are expected of the units."""
        rows = ((i, q.doc, q.unit, q.text, _question_digest(q.text)) for i, q in enumerate(questions))
        with _as_broken(), self._db:
            self._db.executemany("INSERT INTO questions VALUES (?, ?, ?, ?, ?)", rows)

    def questions(self) -> tuple[ExpectedQuestion, ...]:
        """All expected questions in the order in which they were added."""
        with _as_broken():
            rows = self._db.execute("SELECT doc, unit, text FROM questions ORDER BY place").fetchall()
        return tuple(ExpectedQuestion(*row) for row in rows)

    def adopt(self, other: Path, model: str) -> int:
        """Take the vectors that this version needs from another store file; returns how many were new."""
        with _as_broken(other):
            before = self._db.total_changes
            self._db.execute("ATTACH DATABASE ? AS other", (str(other),))
            try:
                with self._db:
                    self._db.execute(
                        "INSERT OR IGNORE INTO main.vectors SELECT digest, model, vector FROM other.vectors"
                        f" WHERE model = ? AND digest IN ({_WANTED})",
                        (model,),
                    )
            finally:
                self._db.execute("DETACH DATABASE other")
            return self._db.total_changes - before

    def missing(self, model: str) -> dict[str, str]:
        """Digest → passage of every chunk that has no vector of this model yet."""
        known = self._known(model)
        return {chunk.digest: chunk.passage for chunk in self.chunks() if chunk.digest not in known}

    def missing_questions(self, model: str) -> dict[str, str]:
        """Digest → text of every expected question that has no vector of this model yet."""
        known = self._known(model)
        digests = {_question_digest(question.text): question.text for question in self.questions()}
        return {digest: text for digest, text in digests.items() if digest not in known}

    def _known(self, model: str) -> set[str]:
        with _as_broken():
            rows = self._db.execute("SELECT digest FROM vectors WHERE model = ?", (model,))
            return {digest for (digest,) in rows}

    def add_vectors(self, model: str, digests: Sequence[str], vectors: Vectors) -> None:
        """Write and commit the vectors of these passages, one row of `vectors` each."""
        blobs = (row.astype("<f4").tobytes() for row in vectors)
        with _as_broken(), self._db:
            self._db.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)",
                zip(digests, [model] * len(digests), blobs, strict=True),
            )

    def matrix(self, model: str) -> Vectors:
        """The vectors of all chunks, one row each in corpus order; raises IndexBroken if one is missing."""
        return self._matrix("chunks", model)

    def question_matrix(self, model: str) -> Vectors:
        """The vectors of all expected questions, one row each; raises IndexBroken if one is missing or there is none."""
        return self._matrix("questions", model)

    def _matrix(self, table: str, model: str) -> Vectors:
        with _as_broken():
            query = _IN_ORDER.format(table=table)
            blobs: list[bytes | None] = [blob for (blob,) in self._db.execute(query, (model,))]
        whole = [blob for blob in blobs if blob]
        if not whole or len({len(blob) for blob in whole}) != 1 or len(whole) != len(blobs):
            raise IndexBroken("索引里的向量不全。请重新运行 zhengce index build")
        return np.frombuffer(b"".join(whole), dtype="<f4").reshape(len(whole), -1)


def _question_digest(text: str) -> str:
    """Content hash of a question, apart from that of a passage with the same words."""
    return hashlib.sha256(f"question\n{text}".encode()).hexdigest()[:32]


@contextmanager
def _as_broken(path: Path | None = None) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        place = f" {path}" if path else ""
        raise IndexBroken(f"索引的数据文件{place}读写失败（{error}）。请运行 zhengce index build") from error
