""".docx → lines: paragraphs with their automatic numbers, tables as rows, notes and text boxes."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from corpus.errors import FileRefused
from corpus.loaders.lines import Line, Lines, row
from corpus.loaders.numbering import Numbering
from corpus.loaders.package import open_package

__all__ = ["read_word"]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_NOTES = ("footnotes", "endnotes")
_BLANKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}


def read_word(content: bytes) -> Lines:
    """The lines of a Word document; raises FileRefused."""
    open_package(content, "word/document.xml", ".docx").close()
    from docx import Document

    document = Document(BytesIO(content))
    numbering = Numbering(document)
    lines = [Line(text) for text in _blocks(document.element.body, numbering)]
    notes = list(_notes(document))
    pictures = len(list(document.element.body.iter(f"{_W}drawing", f"{_W}pict")))
    told = [f"有 {pictures} 处图片或图形，里面的文字读不出来"] if pictures else []
    if not lines:
        raise FileRefused("文件里几乎没有文字。扫描件（图片）要先做文字识别（OCR）")
    return Lines((*lines, *map(Line, notes)), tuple(told))


def _blocks(parent: Any, numbering: Numbering) -> Iterator[str]:
    """Paragraphs and tables of the body, a cell or a text box, in their order."""
    for element in parent:
        if element.tag == f"{_W}p":
            yield from _paragraph(element, numbering)
        elif element.tag == f"{_W}tbl":
            yield from _table(element, numbering)
        elif element.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml", f"{_W}smartTag"):
            yield from _blocks(element, numbering)


def _paragraph(element: Any, numbering: Numbering) -> Iterator[str]:
    text = "".join(_words(element)).strip()
    number = numbering.next(element) if text else ""
    yield from f"{number}{text}".split("\n")
    for box in element.iter(f"{_W}txbxContent"):
        if not any(above.tag == _FALLBACK for above in box.iterancestors()):
            yield from _blocks(box, numbering)


def _words(element: Any) -> Iterator[str]:
    """The words that stand in a paragraph now: what is inserted counts, what is deleted and in boxes does not."""
    for child in element:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _BLANKS:
            yield _BLANKS[child.tag]
        elif child.tag not in (f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}txbxContent", _FALLBACK):
            yield from _words(child)


def _table(element: Any, numbering: Numbering) -> Iterator[str]:
    rows = [
        [" ".join(_blocks(cell, numbering)) for cell in line.iter(f"{_W}tc") if _table_of(cell) is element]
        for line in element.iter(f"{_W}tr")
        if _table_of(line) is element
    ]
    for cells in rows:
        if len(rows) == 1 and len(cells) == 1:
            yield cells[0]
        elif any(cells):
            yield row(cells)


def _table_of(element: Any) -> Any:
    return next(element.iterancestors(f"{_W}tbl"), None)


def _notes(document: Any) -> Iterator[str]:
    """Footnotes and endnotes, which python-docx does not read."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    for part in document.part.package.iter_parts():
        if any(part.partname.endswith(f"/{name}.xml") for name in _NOTES):
            for note in etree.fromstring(part.blob, parser):
                text = "".join(
                    word for paragraph in note.iter(f"{_W}p") for word in _words(paragraph)
                ).strip()
                if text:
                    yield text
