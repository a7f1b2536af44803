"""A file that is there whole or not at all, whatever kills the program that writes it."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from corpus.errors import InvalidInput
from corpus.why import why

__all__ = ["whole_file"]

_MODE = 0o600
_OPEN_FILES = "/proc/self/fd"


@contextmanager
def whole_file(target: Path, *, force: bool = False) -> Iterator[BinaryIO]:
    """A file to write, which gets its name when the block ends without an exception.

    Only its owner may read it. Raises InvalidInput where the name is taken and not `force`d, or where the
    folder cannot be written.
    """
    taken = f"{target} 已经存在，不覆盖。换一个文件名，或者加 --force"
    if target.exists() and not force:
        raise InvalidInput(taken)
    try:
        with _nameless(target.parent) as (file, part):
            yield file
            file.flush()
            os.fsync(file.fileno())
            _name(file, part, target, force=force)
    except FileExistsError as error:
        raise InvalidInput(taken) from error
    except OSError as error:
        raise InvalidInput(f"写不了 {target}：{why(error)}。请检查目录和磁盘空间") from error


@contextmanager
def _nameless(folder: Path) -> Iterator[tuple[BinaryIO, Path | None]]:
    """A new file in `folder`, without a name where the system knows such files: a kill leaves nothing of it."""
    part = None
    try:
        number = os.open(folder, os.O_TMPFILE | os.O_RDWR, _MODE)
    except (AttributeError, OSError):
        part = folder / f".{uuid.uuid4().hex}.part"
        number = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, _MODE)
    try:
        with os.fdopen(number, "w+b") as file:
            yield file, part
    finally:
        if part is not None:
            part.unlink(missing_ok=True)


def _name(file: BinaryIO, part: Path | None, target: Path, *, force: bool) -> None:
    """Give the open file its name, in one step."""
    place = target.with_name(f".{uuid.uuid4().hex}.part") if force else target
    if part is not None:
        os.link(part, place)
    else:
        # Only with a folder given does Python follow the link, which stands for the open file.
        folder = os.open(_OPEN_FILES, os.O_RDONLY)
        try:
            os.link(str(file.fileno()), place, src_dir_fd=folder, follow_symlinks=True)
        finally:
            os.close(folder)
    if force:
        place.replace(target)
