""".pdf → lines, from the places of its characters."""

from collections.abc import Iterator

from corpus.errors import FileRefused
from corpus.loaders.grid import grids_of
from corpus.loaders.layout import Page, read_pages
from corpus.loaders.lines import Line, Lines
from corpus.loaders.pdf_page import PageParts, read_page

__all__ = ["read_pdf"]

_MOST_PAGES = 600
_HEAD = 1024
_NAMED = 5
_PASSWORD = "password"


def read_pdf(content: bytes) -> Lines:
    """The lines of a PDF with a text layer; raises FileRefused."""
    if b"%PDF" not in content[:_HEAD]:
        raise FileRefused("这不是能读的 .pdf 文件，可能扩展名写错了")
    parts = _parts(content)
    pages = [_page(one) for one in parts]
    empty = [number for number, page in enumerate(pages, 1) if not page.words and not page.tables]
    if len(empty) == len(pages):
        raise FileRefused("文件里几乎没有文字。扫描件（图片）要先做文字识别（OCR）")
    slanted = dict.fromkeys(one.slanted for one in parts if one.slanted)
    aside = (Line(text, furniture=True) for text in slanted)
    return Lines((*read_pages(pages), *aside), tuple(_told(empty)))


def _parts(content: bytes) -> list[PageParts]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
        if len(document) > _MOST_PAGES:
            raise FileRefused(f"文件有 {len(document)} 页，超过 {_MOST_PAGES} 页，请拆开")
        return [read_page(page) for page in document]
    except pypdfium2.PdfiumError as error:
        if _PASSWORD in str(error).lower():
            raise FileRefused("文件有密码。请去掉密码，另存为 .pdf") from error
        raise FileRefused("这不是能读的 .pdf 文件，可能已损坏") from error


def _page(parts: PageParts) -> Page:
    grids = grids_of(parts.edges, parts.words)
    words = tuple(word for word in parts.words if not any(grid.holds(word) for grid in grids))
    return Page(parts.width, parts.height, words, tuple(grid.table for grid in grids))


def _told(empty: list[int]) -> Iterator[str]:
    if empty:
        named = "、".join(map(str, empty[:_NAMED])) + ("等" if len(empty) > _NAMED else "")
        yield f"第 {named} 页没有文字（共 {len(empty)} 页，可能是图片），里面的内容没有读到"
