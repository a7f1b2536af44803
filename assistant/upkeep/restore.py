"""`zhengce restore`: a backup is unpacked and checked beside what stands there, then takes its place.

The order is: unpack, check every hash, write down what will be moved, move it, replace the rows of the database in
one transaction that names this restore. Whoever comes next sees by that name whether a restore that was killed had
reached its end; if not, everything is moved back.
"""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from assistant.service.store.database import is_missing, opened
from assistant.upkeep.archive import ArchiveReader, opened_archive
from assistant.upkeep.contents import KEPT_BEFORE, SETTINGS, STAGE, Root
from assistant.upkeep.dump import is_used, replace_rows, was_restored
from assistant.upkeep.journal import Journal, Move
from assistant.upkeep.places import Places
from assistant.upkeep.whole_file import whole_file
from corpus.errors import InvalidInput
from corpus.why import why
from indexer.build import Progress
from indexer.versions import VersionFolder

__all__ = ["Restored", "mend", "restore_backup"]


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back, and the folders that hold what stood there before."""

    made_at: str
    index: str | None
    files: int
    rows: int
    before: tuple[Path, ...]


def restore_backup(
    places: Places, source: Path, progress: Progress, *, force: bool = False, settings: Path | None = None
) -> Restored:
    """Put a backup in the place of what an installation holds; `settings` is where to write its settings file.

    Raises InvalidInput for a file that is no sound backup, or where something would be replaced without `force`;
    then nothing has changed. Raises IndexBusy while an index is being built.
    """
    places.home.mkdir(parents=True, exist_ok=True)
    with opened_archive(source) as archive, places.versions.building():
        _recover(places)
        if not force:
            _refuse_to_replace(places)
        if settings is not None:
            _take_settings(archive, settings, force=force)
        name = uuid.uuid4().hex
        progress.start(len(archive.manifest.files) + sum(archive.manifest.tables.values()), "恢复")
        with ExitStack() as undoing:
            undoing.callback(_recover, places)
            _unpack(archive, places, name, progress)
            journal = Journal(
                restore=name, moves=tuple(_moves(places, name)), pointer=places.versions.pointer()
            )
            journal.write(places.home)
            _carry_out(archive, places, journal, progress)
            undoing.pop_all()
        progress.finish()
    return _restored(archive, places, journal)


def mend(places: Places) -> None:
    """Undo a restore that was killed; raises IndexBusy where one is going on."""
    if Journal.read(places.home) is not None:
        with places.versions.building():
            _recover(places)


def _recover(places: Places) -> bool:
    """Undo a restore that was killed, or finish one that had only to be tidied up; whether there was one."""
    journal = Journal.read(places.home)
    if journal is None:
        _clear_stages(places)
        return False
    if not _is_complete(places, journal):
        _undo(places, journal)
    journal.end(places.home)
    return True


def _carry_out(archive: ArchiveReader, places: Places, journal: Journal, progress: Progress) -> None:
    manifest = archive.manifest
    journal.carry_out()
    if manifest.index is not None:
        places.versions.switch(VersionFolder(places.versions.root / manifest.index))
    if manifest.revision is not None:
        rows = {table: _lines(archive, table) for table in manifest.tables}
        with opened(places.database) as engine:
            replace_rows(engine, manifest.revision, rows, journal.restore, progress.advance)
    journal.end(places.home)


def _is_complete(places: Places, journal: Journal) -> bool:
    """Whether the restore had reached its last step, which is the transaction of the database."""
    if is_missing(places.database):
        return False
    with opened(places.database) as engine:
        return was_restored(engine, journal.restore)


def _undo(places: Places, journal: Journal) -> None:
    places.versions.point(journal.pointer)
    journal.undo()


def _refuse_to_replace(places: Places) -> None:
    held = [f"{root.folder}/{entry}" for root in places.roots for entry in root.entries()]
    if places.versions.pointer() is not None:
        held.append(str(places.versions.root))
    if not is_missing(places.database):
        with opened(places.database) as engine:
            held += ["数据库"] if is_used(engine) else []
    if held:
        raise InvalidInput(
            f"这里已经有内容（{'、'.join(held[:4])}{' 等' if len(held) > 4 else ''}），恢复会换掉它。"
            "确认要换的，加 --force；原有文件会移到旁边的目录，数据库的内容会被换掉，要留先 zhengce backup"
        )


def _take_settings(archive: ArchiveReader, target: Path, *, force: bool) -> None:
    if SETTINGS not in archive.manifest.files:
        raise InvalidInput("备份里没有设置文件（做备份时没有设 ZHENGCE_CONFIG），请去掉 --settings")
    with whole_file(target, force=force) as file:
        for portion in archive.read(SETTINGS):
            file.write(portion)


def _unpack(archive: ArchiveReader, places: Places, name: str, progress: Progress) -> None:
    """Unpack the files beside their places, and read everything else once: a hash that is wrong is found here."""
    folders = {root.name: root.folder for root in places.roots} | {"index": places.versions.root}
    for member in archive.manifest.files:
        top, _, rest = member.partition("/")
        if top in folders and rest:
            _write(folders[top] / f"{STAGE}{name}" / rest, archive.read(member))
        else:
            archive.verify(member)
        progress.advance(1)
    if archive.manifest.index is not None:
        _check_index(places.versions.root / f"{STAGE}{name}" / archive.manifest.index)


def _check_index(folder: Path) -> None:
    version = VersionFolder(folder)
    manifest = version.manifest()
    if manifest is None:
        raise InvalidInput("备份里的索引不完整，没有恢复任何内容。请换一份备份")
    version.check_own(manifest)


def _write(path: Path, content: Iterator[bytes]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with path.open("xb") as file:
            for portion in content:
                file.write(portion)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise InvalidInput(f"写不了 {path.parent}：{why(error)}。请检查目录和磁盘空间") from error


def _moves(places: Places, name: str) -> Iterator[Move]:
    for root in places.roots:
        yield from _moves_of(root, name)
    index = places.versions.root
    for folder in _entries(index / f"{STAGE}{name}"):
        yield Move(folder=index.absolute(), entry=folder, had=(index / folder).exists(), gets=True)


def _moves_of(root: Root, name: str) -> Iterator[Move]:
    had, gets = set(root.entries()), set(_entries(root.folder / f"{STAGE}{name}"))
    for entry in sorted(had | gets):
        yield Move(folder=root.folder.absolute(), entry=entry, had=entry in had, gets=entry in gets)


def _entries(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def _lines(archive: ArchiveReader, table: str) -> Iterator[bytes]:
    """The rows of a table, one after the other, however the file is cut into portions."""
    rest = b""
    for portion in archive.read(f"database/{table}.jsonl"):
        *whole, rest = (rest + portion).split(b"\n")
        yield from whole


def _clear_stages(places: Places) -> None:
    """Remove what a restore unpacked that was killed before it moved anything."""
    for folder in (places.home, places.page, places.versions.root):
        for stage in folder.glob(f"{STAGE}*") if folder.is_dir() else ():
            shutil.rmtree(stage, ignore_errors=True)


def _restored(archive: ArchiveReader, places: Places, journal: Journal) -> Restored:
    folders = {places.home.absolute(), places.page.absolute(), places.versions.root.absolute()}
    before = sorted(folder / f"{KEPT_BEFORE}{journal.restore}" for folder in folders)
    manifest = archive.manifest
    return Restored(
        made_at=manifest.made_at,
        index=manifest.index,
        files=manifest.kept,
        rows=sum(manifest.tables.values()),
        before=tuple(path for path in before if path.is_dir()),
    )
