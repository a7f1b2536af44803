""".txt and .md → lines."""

import re

from corpus.errors import FileRefused
from corpus.loaders.lines import Line, Lines, row

__all__ = ["read_markdown", "read_text"]

_ENCODINGS = ("utf-8-sig", "gb18030")
_OF_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BINARY = 0.02
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\ufffd]")
_TABLE_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)+\|?\s*")
_TABLE_ROW = re.compile(r"\s*\|.*\|\s*")


def read_text(content: bytes) -> Lines:
    """The lines of a text file; raises FileRefused where it is no text or its encoding is not known."""
    return Lines(tuple(map(Line, _decoded(content).splitlines())))


def read_markdown(content: bytes) -> Lines:
    """The lines of a Markdown file; the rule below a table's head is furniture."""
    return Lines(tuple(_markdown(line) for line in _decoded(content).splitlines()))


def _markdown(line: str) -> Line:
    if _TABLE_RULE.fullmatch(line):
        return Line(line, furniture=True)
    return Line(row(line.strip().strip("|").split("|")) if _TABLE_ROW.fullmatch(line) else line)


def _decoded(content: bytes) -> str:
    encodings = ("utf-16",) if content.startswith(_OF_UTF16) else _ENCODINGS
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if len(_CONTROL.findall(text)) > _BINARY * len(text):
            raise FileRefused("文件内容不是文字，可能扩展名写错了。请打开核对")
        return text
    raise FileRefused("读不出文件的文字编码，可能扩展名写错了。请另存为 UTF-8")
