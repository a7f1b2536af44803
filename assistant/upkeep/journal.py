"""What a restore is about to move, written down first, so that one that was killed can be undone."""

import shutil
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict

from assistant.upkeep.contents import KEPT_BEFORE, STAGE
from corpus.files import write_at_once

__all__ = ["Journal", "Move"]

_NAME = "restore.json"


class Move(BaseModel):
    """One entry of one folder: `had` says that something stood in its place, `gets` that something comes there."""

    model_config = ConfigDict(frozen=True)

    folder: Path
    entry: str
    had: bool
    gets: bool


class Journal(BaseModel):
    """A restore under its name; `pointer` is what the index pointed to before it."""

    model_config = ConfigDict(frozen=True)

    restore: str
    moves: tuple[Move, ...]
    pointer: str | None

    @classmethod
    def read(cls, home: Path) -> Self | None:
        """The journal of a restore that did not end."""
        try:
            return cls.model_validate_json((home / _NAME).read_text("utf-8"))
        except FileNotFoundError:
            return None

    def write(self, home: Path) -> None:
        """From here on a restore that does not end is undone."""
        write_at_once(home / _NAME, self.model_dump_json())

    def carry_out(self) -> None:
        """Move what stands there aside, and what was unpacked into its place."""
        for move in self.moves:
            if move.had:
                self._aside(move).parent.mkdir(parents=True, exist_ok=True)
                (move.folder / move.entry).rename(self._aside(move))
            if move.gets:
                (move.folder / move.entry).parent.mkdir(parents=True, exist_ok=True)
                self._staged(move).rename(move.folder / move.entry)

    def undo(self) -> None:
        """Put everything back that was moved; may be interrupted and begun again."""
        for move in reversed(self.moves):
            place, aside = move.folder / move.entry, self._aside(move)
            if (move.had and aside.exists()) or (not move.had and move.gets):
                _remove(place)
            if aside.exists():
                aside.rename(place)

    def end(self, home: Path) -> None:
        """Forget what was unpacked, then the journal."""
        for folder in {home, *(move.folder for move in self.moves)}:
            shutil.rmtree(folder / f"{STAGE}{self.restore}", ignore_errors=True)
            aside = folder / f"{KEPT_BEFORE}{self.restore}"
            if aside.is_dir() and not any(aside.iterdir()):
                aside.rmdir()
        (home / _NAME).unlink(missing_ok=True)

    def _staged(self, move: Move) -> Path:
        return move.folder / f"{STAGE}{self.restore}" / move.entry

    def _aside(self, move: Move) -> Path:
        return move.folder / f"{KEPT_BEFORE}{self.restore}" / move.entry


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
