"""Files that change at once, and folders that one process at a time may change."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from corpus.errors import IndexBusy, ZhengceError
from corpus.why import why

__all__ = ["held", "write_at_once"]


def write_at_once(path: Path, text: str) -> None:
    """The file holds the old text or the new one, whatever happens meanwhile; raises OSError."""
    draft = path.with_name(f"{path.name}.new")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


@contextmanager
def held(folder: Path, busy: str, fault: type[ZhengceError]) -> Iterator[None]:
    """Hold the folder, which is made where it is missing.

    Raises IndexBusy with the words `busy` at once if another process holds it, and `fault` where it cannot be written.
    """
    lock = FileLock(folder / "lock", timeout=0)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise IndexBusy(busy) from error
    except OSError as error:
        raise _denied(folder, fault, error) from error
    try:
        yield
    finally:
        lock.release()


def _denied(folder: Path, fault: type[ZhengceError], error: OSError) -> ZhengceError:
    return fault(f"目录 {folder} 不能写（{why(error)}）。请检查权限和磁盘空间")
