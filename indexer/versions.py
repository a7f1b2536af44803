"""The index folder: finished versions side by side, and the pointer that says which one serves.

    <home>/index/current            {"version": …}, replaced in one step
    <home>/index/lock               held by the one builder
    <home>/index/<version>/         store.sqlite  lexical/  chroma/  manifest.json

A version is finished when its manifest stands; the manifest is written last and holds the checksums of
all files that do not change any more. What has no manifest was left by a build that was interrupted.
"""

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from corpus.errors import IndexBroken, IndexMissing
from corpus.files import held, write_at_once

__all__ = ["Manifest", "VersionFolder", "Versions"]

REBUILD = "请运行 zhengce index build"

_STORE, _LEXICAL, _CHROMA, _MANIFEST = "store.sqlite", "lexical", "chroma", "manifest.json"
# Chroma notes every opening in its own database, which therefore has no checksum.
_CHANGING = f"{_CHROMA}/chroma.sqlite3"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a finished version says about itself.

    `fingerprint` stands for everything the version was made from; `files` maps the path of each file
    inside the version to its sha256.
    """

    version: str
    fingerprint: str
    model: str
    dimension: int
    documents: int
    units: int
    chunks: int
    built_at: str
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class VersionFolder:
    """The places of one version's parts."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def store(self) -> Path:
        return self.path / _STORE

    @property
    def lexical(self) -> Path:
        return self.path / _LEXICAL

    @property
    def chroma(self) -> Path:
        return self.path / _CHROMA

    @property
    def finished(self) -> bool:
        """Whether the manifest stands."""
        return (self.path / _MANIFEST).is_file()

    def manifest(self) -> Manifest | None:
        """The manifest, or None where the version is unfinished; raises IndexBroken if it is unreadable."""
        try:
            return Manifest(**json.loads((self.path / _MANIFEST).read_text("utf-8")))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError) as error:
            raise IndexBroken(f"索引版本 {self.name} 的清单读不出来（{error}）。{REBUILD}") from error

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest, which makes the version a finished one."""
        write_at_once(self.path / _MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1))

    def checksums(self) -> dict[str, str]:
        """Path → sha256 of every file that stays as it is from now on."""
        paths = sorted(path for path in self.path.rglob("*") if path.is_file())
        names = ((path, path.relative_to(self.path).as_posix()) for path in paths)
        return {name: _sha256(path) for path, name in names if name not in (_CHANGING, _MANIFEST)}

    def check_own(self, manifest: Manifest) -> None:
        """Raise IndexBroken unless store and lexical index are what the manifest says."""
        self._check(manifest, [name for name in manifest.files if not name.startswith(f"{_CHROMA}/")])

    def check_chroma(self, manifest: Manifest) -> None:
        """Raise IndexBroken unless Chroma's files are as they were built.

        Chroma does not notice a cut graph file, and a garbled one crashes the whole process.
        """
        if not _is_database(self.path / _CHANGING):
            raise IndexBroken(f"索引版本 {self.name} 的文件 {_CHANGING} 已损坏或缺失。{REBUILD}")
        self._check(manifest, [name for name in manifest.files if name.startswith(f"{_CHROMA}/")])

    def _check(self, manifest: Manifest, names: Iterable[str]) -> None:
        for name in names:
            try:
                intact = _sha256(self.path / name) == manifest.files[name]
            except OSError:
                intact = False
            if not intact:
                raise IndexBroken(f"索引版本 {self.name} 的文件 {name} 已损坏或缺失。{REBUILD}")


class Versions:
    """All versions below one home folder."""

    def __init__(self, home: Path) -> None:
        self.root = home / "index"

    @contextmanager
    def building(self) -> Iterator[None]:
        """Hold the builder's lock; raises IndexBusy at once if somebody else does."""
        with held(self.root, "另一个进程正在建索引，请等它结束后再试。现有索引仍可使用。", IndexBroken):
            yield

    def serving(self) -> VersionFolder:
        """The version that the pointer names; raises IndexMissing or IndexBroken."""
        pointer = self.root / "current"
        try:
            name = json.loads(pointer.read_text("utf-8"))["version"]
        except FileNotFoundError as error:
            raise IndexMissing(f"还没有索引。{REBUILD}") from error
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise IndexBroken(f"索引指针 {pointer} 读不出来（{error}）。{REBUILD}") from error
        folder = self.root / str(name)
        if not name or not folder.is_dir():
            raise IndexBroken(f"索引指针指向的版本“{name}”不存在。{REBUILD}")
        return VersionFolder(folder)

    def begin(self, fingerprint: str) -> VersionFolder:
        """A new, empty version folder, named by time and content."""
        version = VersionFolder(self.root / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{fingerprint[:8]}")
        version.path.mkdir()
        return version

    def switch(self, version: VersionFolder) -> None:
        """Make a finished version the one that serves."""
        self.point(json.dumps({"version": version.name}))

    def pointer(self) -> str | None:
        """The pointer as it stands, None before the first version."""
        try:
            return (self.root / "current").read_text("utf-8")
        except OSError:
            return None

    def point(self, pointer: str | None) -> None:
        """Set the pointer to what it was."""
        if pointer is None:
            (self.root / "current").unlink(missing_ok=True)
        else:
            write_at_once(self.root / "current", pointer)

    def all(self) -> list[VersionFolder]:
        """Every version folder, finished or not, newest first."""
        folders = (path for path in self.root.iterdir() if path.is_dir())
        return [VersionFolder(path) for path in sorted(folders, reverse=True)]

    def prune(self, keep: Iterable[VersionFolder]) -> None:
        """Remove all versions but these."""
        kept = {version.name for version in keep}
        for version in self.all():
            if version.name not in kept:
                # The manifest goes first: a version that is half removed must not pass for a finished one.
                (version.path / _MANIFEST).unlink(missing_ok=True)
                shutil.rmtree(version.path, ignore_errors=True)


def _is_database(path: Path) -> bool:
    """Whether SQLite can read the file's first page and finds all pages there."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return bool(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    except sqlite3.Error:
        return False


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
