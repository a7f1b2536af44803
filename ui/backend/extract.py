"""`python -m ui.backend.extract .pdf < file`: the text of a document, in a process with limits of its own."""

import re
import resource
import sys
import unicodedata
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

__all__ = ["main"]

_MEMORY = 1_500_000_000
_SECONDS = 20
_HIDDEN = ("script", "style", "noscript", "template", "nav", "header", "footer", "aside", "form")
_BLOCKS = [
    "p",
    "div",
    "section",
    "article",
    "li",
    "tr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "br",
    "table",
    "title",
    "blockquote",
    "dd",
    "dt",
]

_RADICAL = re.compile(r"[\u2e80-\u2fdf]")
_GAP = re.compile(r"(?<=[^\x00-\x7f]) (?! )|(?<! ) (?=[^\x00-\x7f])")


def _docx(content: bytes) -> str:
    """Paragraphs and tables in their order."""
    from docx import Document
    from docx.table import Table

    def lines(parts: Any) -> Iterator[str]:
        for part in parts.iter_inner_content():
            if isinstance(part, Table):
                yield from ("　".join(cell.text.strip() for cell in row.cells) for row in part.rows)
            else:
                yield part.text

    return "\n".join(lines(Document(BytesIO(content))))


def _pdf(content: bytes) -> str:
    from pypdf import PdfReader

    text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    # Many PDFs name the radical ⼗ where the character 十 is meant, and part Chinese from digits.
    plain = _RADICAL.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    return _GAP.sub("", plain)


def _html(content: bytes) -> str:
    """The words of the page, a block a line."""
    from lxml import html

    parser = html.HTMLParser(encoding=None if b"charset" in content[:2048] else "utf-8", remove_comments=True)
    tree = html.document_fromstring(content, parser=parser)
    for element in tree.xpath("|".join(f"//{tag}" for tag in _HIDDEN)):
        element.drop_tree()
    for element in tree.iter(*_BLOCKS):
        element.tail = f"\n{element.tail or ''}"
        element.text = f"\n{element.text or ''}"
    return "\n".join(line for part in tree.text_content().splitlines() if (line := part.strip()))


_READERS: dict[str, Callable[[bytes], str]] = {".docx": _docx, ".pdf": _pdf, ".html": _html, ".htm": _html}


def main() -> None:
    """Read standard input, write its text; any failure is a status other than 0."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    sys.stdout.buffer.write(_READERS[sys.argv[1]](sys.stdin.buffer.read()).encode("utf-8", "replace"))


if __name__ == "__main__":
    main()
