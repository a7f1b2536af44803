"""`python -m corpus.loaders.child .pdf < file`: the lines of a document as JSON, in a process with limits of its own."""

import json
import resource
import sys
from collections.abc import Callable
from dataclasses import asdict

from corpus.errors import FileRefused
from corpus.loaders.lines import Line, Lines, tidy
from corpus.loaders.ofd import read_ofd
from corpus.loaders.pdf import read_pdf
from corpus.loaders.plain import read_markdown, read_text
from corpus.loaders.web import read_web
from corpus.loaders.word import read_word

__all__ = ["KINDS", "main"]

_MEMORY = 1_500_000_000
_LEAST, _LONGEST = 20, 2_000_000

KINDS: dict[str, Callable[[bytes], Lines]] = {
    ".txt": read_text,
    ".md": read_markdown,
    ".docx": read_word,
    ".pdf": read_pdf,
    ".html": read_web,
    ".htm": read_web,
    ".ofd": read_ofd,
}


def main() -> None:
    """Read standard input with the reader of the suffix given; what it refuses is told, any other failure is a status
    other than 0."""
    kind, seconds = sys.argv[1], int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    # Nothing is written but the answer, which goes through a pipe.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        found = KINDS[kind](sys.stdin.buffer.read())
        lines = list(tidy(found.lines))
        _check_length(lines)
        answer: dict[str, object] = {"lines": [asdict(line) for line in lines], "notes": found.notes}
    except FileRefused as error:
        answer = {"refused": str(error)}
    json.dump(answer, sys.stdout)


def _check_length(lines: list[Line]) -> None:
    length = sum(len("".join(line.text.split())) for line in lines)
    if length < _LEAST:
        raise FileRefused("文件里几乎没有文字。扫描件（图片）要先做文字识别（OCR）")
    if length > _LONGEST:
        raise FileRefused("文件超过 200 万字，请拆开")


if __name__ == "__main__":
    main()
