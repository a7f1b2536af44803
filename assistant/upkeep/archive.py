"""The file of a backup: a ZIP whose last member, `backup.json`, names every other one with its hash."""

import hashlib
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO

from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.errors import InvalidInput
from corpus.why import why

__all__ = ["FORMAT", "ArchiveReader", "ArchiveWriter", "Manifest", "opened_archive", "portions"]

FORMAT = 1
_MANIFEST = "backup.json"
_PORTION = 1 << 20
# Vectors hardly shrink; words do at any level.
_LEVEL = 1
_DAMAGED = (OSError, zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError)


class Manifest(BaseModel):
    """What a backup holds: `files` maps members to their sha256, `tables` tables to their number of rows.

    `index` is the name of the index version, `revision` that of the database's schema.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    made_at: str
    release: str
    index: str | None
    revision: str | None
    tables: dict[str, int]
    files: dict[str, str]

    @property
    def kept(self) -> int:
        """How many files it holds of what users made."""
        return sum(name.startswith(("home/", "page/")) for name in self.files)


class ArchiveWriter:
    """Adds members and remembers their hashes."""

    def __init__(self, file: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)
        self.files: dict[str, str] = {}

    def add(self, name: str, content: Iterable[bytes]) -> None:
        """A member of this name."""
        digest = hashlib.sha256()
        with self._zip.open(name, "w", force_zip64=True) as member:
            for portion in content:
                digest.update(portion)
                member.write(portion)
        self.files[name] = digest.hexdigest()

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest; nothing can be added afterwards."""
        self._zip.writestr(_MANIFEST, manifest.model_dump_json(indent=1))
        self._zip.close()


class ArchiveReader:
    """An open backup whose list of members is sound; their contents are checked as they are read."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self._path = path
        self._zip = archive
        self.manifest = self._manifest()

    def names(self, prefix: str) -> list[str]:
        """The members below `prefix`."""
        return [name for name in self.manifest.files if name.startswith(prefix)]

    def read(self, name: str) -> Iterator[bytes]:
        """The content of a member; raises InvalidInput at its end where it is not what was backed up."""
        digest = hashlib.sha256()
        try:
            with self._zip.open(name) as member:
                for portion in portions(member):
                    digest.update(portion)
                    yield portion
        except _DAMAGED as error:
            raise InvalidInput(self._broken(name)) from error
        if digest.hexdigest() != self.manifest.files[name]:
            raise InvalidInput(self._broken(name))

    def verify(self, name: str) -> None:
        """Raise InvalidInput unless the member is what was backed up."""
        for _ in self.read(name):
            pass

    def _manifest(self) -> Manifest:
        try:
            manifest = Manifest.model_validate_json(self._zip.read(_MANIFEST))
        except (KeyError, ValidationError, *_DAMAGED) as error:
            raise InvalidInput(f"{self._path} 不是 zhengce backup 做的备份，或者已经损坏") from error
        if manifest.format != FORMAT:
            raise InvalidInput(f"{self._path} 由较新的版本做成（格式 {manifest.format}），请先升级本程序")
        members = sorted(set(self._zip.namelist()) - {_MANIFEST})
        if members != sorted(manifest.files) or not all(map(_is_plain, members)):
            raise InvalidInput(f"{self._path} 的内容和清单对不上，不能用它恢复")
        return manifest

    def _broken(self, name: str) -> str:
        return f"{self._path} 已经损坏（{name} 的校验和不对），没有恢复任何内容。请换一份备份"


@contextmanager
def opened_archive(path: Path) -> Iterator[ArchiveReader]:
    """A backup for reading; raises InvalidInput for anything else."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield ArchiveReader(path, archive)
    except OSError as error:
        raise InvalidInput(f"读不了 {path}：{why(error)}") from error
    except zipfile.BadZipFile as error:
        raise InvalidInput(f"{path} 不是 zhengce backup 做的备份，或者不完整") from error


def portions(file: IO[bytes]) -> Iterator[bytes]:
    """The content of an open file, piece by piece."""
    while portion := file.read(_PORTION):
        yield portion


def _is_plain(name: str) -> bool:
    """Whether a member stays below the folder that it is unpacked into."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and not name.endswith("/")
