"""Work in a process of its own, so that neither memory nor imports of one measurement touch the next."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from corpus.errors import ZhengceError

__all__ = ["run_apart", "serve_apart"]

_Job = TypeVar("_Job", bound=BaseModel)
_Result = TypeVar("_Result", bound=BaseModel)

# What the libraries compared would send home costs time and is nobody's business.
_QUIET = {"ANONYMIZED_TELEMETRY": "False", "HAYSTACK_TELEMETRY_ENABLED": "False", "DO_NOT_TRACK": "1"}


def run_apart(module: str, job: BaseModel, kind: type[_Result]) -> _Result:
    """What `module`, run as a program, makes of `job`; raises ZhengceError with its last words where it fails."""
    with tempfile.TemporaryDirectory(prefix="zhengce-eval-") as folder:
        given, made = Path(folder) / "job.json", Path(folder) / "result.json"
        given.write_text(job.model_dump_json(), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", module, str(given), str(made)],
            env=os.environ | _QUIET,
            capture_output=True,
            text=True,
            errors="replace",
        )
        if done.returncode or not made.exists():
            words = done.stderr.strip().splitlines()[-1:] or [f"状态 {done.returncode}"]
            raise ZhengceError(f"测量进程 {module} 没有做完：{words[0]}")
        return kind.model_validate_json(made.read_text(encoding="utf-8"))


def serve_apart(kind: type[_Job], work: Callable[[_Job], BaseModel]) -> None:
    """The other side: read the job from the first argument, write what `work` makes of it to the second."""
    given, made = map(Path, sys.argv[1:3])
    result = work(kind.model_validate_json(given.read_text(encoding="utf-8")))
    made.write_text(result.model_dump_json(), encoding="utf-8")
