"""The files that a user names, alone or by their folder."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import InvalidInput
from corpus.loaders.read import SUFFIXES

__all__ = ["Gathered", "gather"]

_MOST = 5_000


@dataclass(frozen=True, slots=True)
class Gathered:
    """The files to read, each with the name it is called by, and for those left out the reason in Chinese."""

    files: tuple[tuple[str, Path], ...]
    left_out: tuple[tuple[str, str], ...]


def gather(paths: Sequence[Path]) -> Gathered:
    """The files of `paths`, folders with all that is below them; raises InvalidInput where there is no such path.

    Links inside a folder are followed only to files of that folder.
    """
    files: dict[Path, str] = {}
    left_out: list[tuple[str, str]] = []
    for path in paths:
        if not path.exists():
            raise InvalidInput(f"没有这个文件或目录：{path}")
        for name, found, reason in _below(path) if path.is_dir() else [(path.name, path, "")]:
            if reason:
                left_out.append((name, reason))
            else:
                files.setdefault(found.resolve(), name)
            if len(files) > _MOST:
                raise InvalidInput(f"{path} 里的文件超过 {_MOST} 个，请分几次加入")
    if not files and not left_out:
        raise InvalidInput(f"没有可以加入的文件。认识的种类：{'、'.join(SUFFIXES)}")
    return Gathered(tuple((name, path) for path, name in files.items()), tuple(left_out))


def _below(folder: Path) -> Iterator[tuple[str, Path, str]]:
    root = folder.resolve()
    for place, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(name for name in names if not name.startswith((".", "~$"))):
            path = Path(place) / name
            shown = path.relative_to(root).as_posix()
            target = path.resolve()
            if not target.is_relative_to(root):
                yield shown, path, "是指向目录外的链接，没有读"
            elif not target.is_file():
                yield shown, path, "不是普通文件，没有读"
            elif path.suffix.lower() not in SUFFIXES:
                yield shown, path, f"不认识“{path.suffix or name}”文件，没有读"
            else:
                yield shown, path, ""
