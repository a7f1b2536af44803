"""`zhengce backup`: everything that cannot be made again, in one file, while everything goes on running."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

from assistant.service.store.database import is_missing, opened
from assistant.upkeep.archive import FORMAT, ArchiveWriter, Manifest, portions
from assistant.upkeep.contents import SETTINGS, steady
from assistant.upkeep.dump import snapshot
from assistant.upkeep.places import Places
from assistant.upkeep.restore import mend
from assistant.upkeep.whole_file import whole_file
from corpus.errors import IndexFault
from indexer.build import Progress
from indexer.versions import VersionFolder

__all__ = ["Made", "make_backup"]


@dataclass(frozen=True, slots=True)
class Made:
    """What a backup holds: the index version if there is one, and how many files and rows."""

    index: str | None
    files: int
    rows: int
    has_settings: bool
    bytes: int


def make_backup(places: Places, target: Path, progress: Progress, *, force: bool = False) -> Made:
    """Write a backup of an installation to `target`, which is there whole or not at all.

    Database, users' files and index are each taken as they stand at one moment, in this order reversed: an
    index never lacks a document that it was made from. Raises InvalidInput and what opening the parts raises.
    """
    mend(places)
    with whole_file(target, force=force) as file:
        archive = ArchiveWriter(file)
        progress.start(3, "备份")
        index = _add_index(archive, places)
        progress.advance(1)
        _add_files(archive, places)
        progress.advance(1)
        revision, tables = _add_rows(archive, places)
        progress.advance(1)
        manifest = Manifest(
            format=FORMAT,
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            release=version("zhengce"),
            index=index,
            revision=revision,
            tables=tables,
            files=archive.files,
        )
        archive.finish(manifest)
        progress.finish()
        size = file.seek(0, 2)
    return Made(index, manifest.kept, sum(tables.values()), SETTINGS in manifest.files, size)


def _add_index(archive: ArchiveWriter, places: Places) -> str | None:
    """The version that serves; its files are opened before they are read, so that no build can take them away."""
    try:
        serving = places.versions.serving()
        if serving.manifest() is None:
            return None
    except IndexFault:
        return None
    with ExitStack() as stack:
        for name, file in _opened(serving, stack):
            archive.add(f"index/{serving.name}/{name}", portions(file))
    return serving.name


def _opened(folder: VersionFolder, stack: ExitStack) -> list[tuple[str, BinaryIO]]:
    paths = sorted(path for path in folder.path.rglob("*") if path.is_file())
    names = [path.relative_to(folder.path).as_posix() for path in paths]
    fixed = set(((manifest := folder.manifest()) and manifest.files) or ())
    return [
        # What has a checksum must stay the very bytes; the rest may be a database in use.
        (name, stack.enter_context(path.open("rb") if name in fixed else steady(path)))
        for name, path in zip(names, paths, strict=True)
        if not name.endswith(("-wal", "-shm"))
    ]


def _add_files(archive: ArchiveWriter, places: Places) -> None:
    for root in places.roots:
        for name, path in root.files():
            try:
                with steady(path) as file:
                    archive.add(name, portions(file))
            except FileNotFoundError:
                continue
    if places.config is not None:
        archive.add(SETTINGS, [places.config.read_bytes()])


def _add_rows(archive: ArchiveWriter, places: Places) -> tuple[str | None, dict[str, int]]:
    """The tables with their numbers of rows, and the step of their schema; nothing where there is no database."""
    if is_missing(places.database):
        return None, {}
    counts: dict[str, int] = {}
    with opened(places.database) as engine, snapshot(engine) as seen:
        for table in seen.tables:
            archive.add(f"database/{table}.jsonl", _counted(seen.rows(table), table, counts))
        return seen.revision, counts


def _counted(lines: Iterator[bytes], table: str, counts: dict[str, int]) -> Iterator[bytes]:
    counts[table] = 0
    for line in lines:
        counts[table] += 1
        yield line
