"""What was done with the files of a watched folder, so that a restart does nothing twice."""

import hashlib
import json
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.files import write_at_once

__all__ = ["Arrivals", "Done"]


class Done(BaseModel):
    """What became of the content of a file: it was `added`, or `refused` with what was said."""

    model_config = ConfigDict(frozen=True)

    name: str
    state: Literal["added", "refused"]
    said: str


class Arrivals:
    """Kept by content: a copy under another name is known, a file with new words is not."""

    def __init__(self, path: Path, known: dict[str, Done]) -> None:
        self._path = path
        self._known = known

    @classmethod
    def open(cls, home: Path, folder: Path) -> Self:
        """What is noted below `home` of this folder; a damaged note is begun anew, adding twice does no harm."""
        name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
        path = home / "watch" / f"{name}.json"
        try:
            noted = json.loads(path.read_text("utf-8"))
            return cls(path, {digest: Done.model_validate(done) for digest, done in noted.items()})
        except (OSError, ValueError, AttributeError, ValidationError):
            return cls(path, {})

    def find(self, digest: str) -> Done | None:
        """What became of this content."""
        return self._known.get(digest)

    def note(self, digest: str, done: Done) -> None:
        """Remember it, at once and for good."""
        self._known[digest] = done
        self._path.parent.mkdir(parents=True, exist_ok=True)
        known = {key: one.model_dump() for key, one in self._known.items()}
        write_at_once(self._path, json.dumps(known, ensure_ascii=False))
