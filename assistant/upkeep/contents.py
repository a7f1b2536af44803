"""What of the folders of an installation is kept in a backup, and what can be made again."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.engine import make_url

__all__ = ["KEPT_BEFORE", "SETTINGS", "STAGE", "Root", "roots", "steady"]

SETTINGS = "settings.toml"
"""The settings file in a backup."""

STAGE = "restoring-"
"""Begins the name of the folder that a restore unpacks into."""

KEPT_BEFORE = "before-restore-"
"""Begins the name of the folder that holds what stood there before a restore."""

# Model and caches are made again from what is installed, the index is kept by its own rules.
_MADE_AGAIN: tuple[str, ...] = ("models", "cache", "evals", "index", "tests.lock", "restore.json")
_OURS = (f"{STAGE}*", f"{KEPT_BEFORE}*")
_BESIDE = ("*-wal", "*-shm", "*-journal", "*.lock", "*.part", "*.new")
_SQLITE = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True)
class Root:
    """A folder that is backed up under `name`, but for the entries that match `left_out`."""

    name: str
    folder: Path
    left_out: tuple[str, ...]

    def entries(self) -> list[str]:
        """The names right below the folder that belong to what is backed up."""
        if not self.folder.is_dir():
            return []
        names = (path.name for path in self.folder.iterdir())
        return sorted(name for name in names if not _matches(name, self.left_out))

    def files(self) -> Iterator[tuple[str, Path]]:
        """The name in the backup and the path of every file; journals belong to the file that they are of."""
        for entry in self.entries():
            path = self.folder / entry
            for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
                if file.is_file() and not file.is_symlink() and not _matches(file.name, _BESIDE):
                    yield f"{self.name}/{file.relative_to(self.folder).as_posix()}", file


def roots(home: Path, page: Path, database: str) -> tuple[Root, ...]:
    """The folders of an installation; `database` is kept as rows, so its file is left out."""
    left_out: tuple[str, ...] = (*_MADE_AGAIN, *_OURS)
    file = make_url(database).database or ""
    if database.startswith("sqlite") and file:
        left_out += (f"{Path(file).name}*",) if Path(file).absolute().parent == home.absolute() else ()
    if page.absolute().parent == home.absolute():
        left_out += (page.name,)
    return Root("home", home, left_out), Root("page", page, _OURS)


@contextmanager
def steady(path: Path) -> Iterator[BinaryIO]:
    """The file to read, as it stood at one moment: a SQLite database that is in use is copied as such."""
    with path.open("rb") as file:
        if file.read(len(_SQLITE)) != _SQLITE:
            file.seek(0)
            yield file
            return
    with tempfile.NamedTemporaryFile() as copy:
        with (
            closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(copy.name)) as target,
        ):
            source.backup(target)
        yield copy  # type: ignore[misc]


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)
