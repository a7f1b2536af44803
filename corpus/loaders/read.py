"""A file of any kind → its text, read in another process: a file that was made to hurt takes that one down."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import FileRefused
from corpus.loaders.child import KINDS

__all__ = ["SUFFIXES", "SourceLines", "read_file"]

SUFFIXES = tuple(KINDS)

_LARGEST = 20_000_000
_LONGEST = 2_000_000
_CPU_SECONDS = 60
_SECONDS = 90
_LEAST = 20
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
        raise FileRefused(f"不认识“{kind or name}”文件。可以用的：{'、'.join(SUFFIXES)}")
    if len(content) > _LARGEST:
        raise FileRefused("文件太大（最多 20 MB）。请拆开，或只用政策正文。")
    answer = _read_apart(kind, content)
    if "refused" in answer:
        raise FileRefused(f"{answer['refused']}。")
    lines = answer["lines"]
    text = "".join(f"{line['text']}\n" for line in lines)
    if sum(len("".join(line["text"].split())) for line in lines) < _LEAST:
        raise FileRefused("文件里几乎没有文字。扫描件（图片）要先做文字识别（OCR）。")
    if len(text) > _LONGEST:
        raise FileRefused("文件超过 200 万字，请拆开。")
    furniture = tuple(number for number, line in enumerate(lines, 1) if line["furniture"])
    return SourceLines(text, furniture, tuple(answer["notes"]))


def _read_apart(kind: str, content: bytes) -> dict[str, list[dict[str, object]]]:
    command = [sys.executable, "-P", "-m", "corpus.loaders.child", kind, str(_CPU_SECONDS)]
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1"}
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=_SECONDS, check=True, env=environment
        )
        answer: dict[str, list[dict[str, object]]] = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise FileRefused(f"文件太复杂，{_SECONDS} 秒没有读完。请另存为 .txt 或 .docx。") from error
    except (subprocess.CalledProcessError, OSError, ValueError) as error:
        raise FileRefused(f"这不是能读的 {kind} 文件：可能已损坏、太复杂，或扩展名写错了。") from error
    return answer
