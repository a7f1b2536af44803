"""Progress of long work: a bar on a terminal, plain lines otherwise."""

import sys

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

__all__ = ["BarProgress", "LineProgress", "progress"]


class BarProgress:
    """A bar for each stage."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bars = Progress(*columns, console=Console(stderr=True))
        self._task: TaskID | None = None

    def start(self, total: int, label: str) -> None:
        """Begin a stage of `total` steps."""
        self._bars.start()
        self._task = self._bars.add_task(label, total=total)

    def advance(self, steps: int) -> None:
        """Count finished steps."""
        if self._task is not None:
            self._bars.advance(self._task, steps)

    def finish(self) -> None:
        """End the stage."""
        self._bars.stop()


class LineProgress:
    """A line when a stage begins and ends, for logs."""

    def __init__(self) -> None:
        self._label = ""

    def start(self, total: int, label: str) -> None:
        """Begin a stage of `total` steps."""
        self._label = label
        print(f"{label}（共 {total}）……", file=sys.stderr)

    def advance(self, steps: int) -> None:
        """Nothing: a log needs no steps."""

    def finish(self) -> None:
        """End the stage."""
        print(f"{self._label}：完成", file=sys.stderr)


def progress() -> BarProgress | LineProgress:
    """The kind that fits where the output goes."""
    return BarProgress() if sys.stderr.isatty() else LineProgress()
