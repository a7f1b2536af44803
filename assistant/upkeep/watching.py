"""`zhengce watch`: every document that arrives in a folder is added to the corpus and the index."""

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from threading import Event

from watchfiles import watch

from assistant.upkeep.arrivals import Arrivals, Done
from corpus.errors import IndexBusy, InvalidInput, ZhengceError
from corpus.loaders.read import SUFFIXES
from corpus.why import why

__all__ = ["Add", "Watcher"]

Add = Callable[[Path], str]
"""Adds a file to corpus and index and says in a line what was done; idempotent.

Raises ZhengceError for a file that cannot be taken, IndexBusy where it must be tried again.
"""

# What editors, browsers and copying programs write before a file is whole.
_PASSING = (".*", "~$*", "*.part", "*.crdownload", "*.download", "*.tmp", "*.swp", "*~")
_LOOK_MS = 500


@dataclass
class Watcher:
    """Looks at a folder and all below it. A file is whole when its size and time have not changed for `quiet` seconds."""

    folder: Path
    add: Add
    arrivals: Arrivals
    say: Callable[[str], None]
    quiet: float = 2.0
    _seen: dict[Path, tuple[tuple[int, int], float]] = field(default_factory=dict)
    _settled: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def catch_up(self) -> None:
        """Add what lies there already, waiting for files that are still being written."""
        while self._look():
            time.sleep(min(self.quiet / 2, _LOOK_MS / 1000))

    def run(self, stop: Event) -> None:
        """Go on until `stop` is set; raises InvalidInput when the folder is gone."""
        pause = max(int(self.quiet * 500), 50)
        changes = watch(
            self.folder,
            stop_event=stop,
            debounce=pause,
            rust_timeout=_LOOK_MS,
            yield_on_timeout=True,
            raise_interrupt=True,
        )
        for _ in changes:
            if not self.folder.is_dir():
                raise InvalidInput(f"目录 {self.folder} 不在了，停止监视")
            self._look()

    def _look(self) -> bool:
        """Add every file that is whole; whether some are not yet, or must be tried again."""
        waiting = False
        for path in sorted(self._files()):
            try:
                stat = path.stat()
                mark = (stat.st_size, stat.st_mtime_ns)
                if self._settled.get(path) == mark:
                    continue
                before, since = self._seen.get(path, (None, 0.0))
                if before != mark:
                    self._seen[path] = mark, time.monotonic()
                    waiting = True
                elif time.monotonic() - since < self.quiet or not self._take(path, mark):
                    waiting = True
            except FileNotFoundError:
                # Gone or renamed since the folder was listed.
                self._seen.pop(path, None)
        return waiting

    def _files(self) -> Iterator[Path]:
        for path in self.folder.rglob("*"):
            parts = path.relative_to(self.folder).parts
            passing = any(fnmatch(part, pattern) for part in parts for pattern in _PASSING)
            if path.suffix.lower() in SUFFIXES and not passing and path.is_file():
                yield path

    def _take(self, path: Path, mark: tuple[int, int]) -> bool:
        """Add a whole file; False where it must be tried again."""
        name = path.relative_to(self.folder).as_posix()
        try:
            digest = _digest(path)
        except FileNotFoundError:
            raise
        except OSError as error:
            self._finish(path, mark, f"{name}：读不了（{why(error)}），改好权限后会再试")
            return True
        known = self.arrivals.find(digest)
        if known is not None:
            again = f"{name}：" + ("已经加过" if known.state == "added" else f"没有收：{known.said}")
            self._finish(path, mark, again)
            return True
        try:
            done = Done(name=name, state="added", said=self.add(path))
        except IndexBusy:
            self._seen[path] = mark, time.monotonic()
            return False
        except ZhengceError as error:
            done = Done(name=name, state="refused", said=str(error))
        self.arrivals.note(digest, done)
        self._finish(path, mark, f"{name}：{'' if done.state == 'added' else '没有收：'}{done.said}")
        return True

    def _finish(self, path: Path, mark: tuple[int, int], line: str) -> None:
        self._settled[path] = mark
        self._seen.pop(path, None)
        self.say(line)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
