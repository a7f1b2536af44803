"""A file of any kind → its text, read in another process: a file that was made to hurt takes that one down."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from corpus.errors import FileRefused
from corpus.loaders.child import KINDS
from corpus.loaders.lines import Line

__all__ = ["LARGEST", "SUFFIXES", "SourceLines", "read_file"]

SUFFIXES = tuple(KINDS)
LARGEST = 20_000_000
"""Bytes of a file that is read."""

_CPU_SECONDS = 60
_SECONDS = 90
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class SourceLines:
    """`text` as it is kept; `furniture` the numbers, from 1 on, of its lines that belong to no document; `notes` what
    could not be read, in Chinese sentences."""

    text: str
    furniture: tuple[int, ...]
    notes: tuple[str, ...]


def read_file(name: str, content: bytes) -> SourceLines:
    """The text of a file by the kind that its name says; raises FileRefused with the way out."""
    kind = Path(name).suffix.lower()
    if kind not in KINDS:
        raise FileRefused(f"不认识“{kind or name}”文件。可以用的：{'、'.join(SUFFIXES)}。")
    if len(content) > LARGEST:
        raise FileRefused("文件太大（最多 20 MB）。请拆开，或只用政策正文。")
    answer = _read_apart(kind, content)
    if answer.refused:
        raise FileRefused(f"{answer.refused}。")
    text = "".join(f"{line.text}\n" for line in answer.lines)
    furniture = tuple(number for number, line in enumerate(answer.lines, 1) if line.furniture)
    return SourceLines(text, furniture, answer.notes)


class _Answer(BaseModel):
    lines: tuple[Line, ...] = ()
    notes: tuple[str, ...] = ()
    refused: str = ""


def _read_apart(kind: str, content: bytes) -> _Answer:
    command = [sys.executable, "-P", "-m", "corpus.loaders.child", kind, str(_CPU_SECONDS)]
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1"}
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=_SECONDS, check=True, env=environment
        )
        return _Answer.model_validate_json(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise FileRefused(f"文件太复杂，{_SECONDS} 秒没有读完。请另存为 .txt 或 .docx。") from error
    except (subprocess.CalledProcessError, OSError, ValueError) as error:
        raise FileRefused(f"这不是能读的 {kind} 文件：可能已损坏、太复杂，或扩展名写错了。") from error
