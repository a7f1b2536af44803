""".ofd (GB/T 33190—2016) → lines, from the places of its text objects; signatures and pictures are not read."""

import posixpath
import zipfile
from collections.abc import Iterator
from typing import Any

from corpus.errors import FileRefused
from corpus.loaders.columns import Word
from corpus.loaders.layout import Page, read_pages
from corpus.loaders.lines import Lines
from corpus.loaders.package import open_package

__all__ = ["read_ofd"]

_MOST_PAGES = 600
_A4 = (210.0, 297.0)


def read_ofd(content: bytes) -> Lines:
    """The lines of all pages; raises FileRefused."""
    with open_package(content, "OFD.xml", ".ofd") as package:
        try:
            pages = list(_pages(package))
        except (KeyError, ValueError, SyntaxError) as error:
            raise FileRefused("这不是能读的 .ofd 文件，可能已损坏") from error
    if not any(page.words for page in pages):
        raise FileRefused("文件里几乎没有文字。扫描件（图片）要先做文字识别（OCR）")
    return Lines(tuple(read_pages(pages)))


def _pages(package: zipfile.ZipFile) -> Iterator[Page]:
    for root in _named(_xml(package, "OFD.xml"), "DocRoot"):
        place = (root.text or "").strip().lstrip("/")
        document = _xml(package, place)
        box = next(_named(document, "PhysicalBox"), None)
        width, height = _numbers(box.text)[2:] if box is not None else _A4
        for number, page in enumerate(_named(document, "Page"), 1):
            if number > _MOST_PAGES:
                raise FileRefused(f"文件超过 {_MOST_PAGES} 页，请拆开")
            at = page.get("BaseLoc", "")
            path = at.lstrip("/") if at.startswith("/") else posixpath.join(posixpath.dirname(place), at)
            yield Page(width, height, tuple(_words(_xml(package, posixpath.normpath(path)))))


def _words(page: Any) -> Iterator[Word]:
    for text in _named(page, "TextObject"):
        x, y, width, _ = _numbers(text.get("Boundary", ""))
        size = float(text.get("Size", "4"))
        for code in _named(text, "TextCode"):
            words = code.text or ""
            if words.strip():
                left = x + float(code.get("X", "0"))
                right = max(x + width, left) if width else left + size * len(words)
                yield Word(
                    left,
                    min(right, left + size * len(words)),
                    y + float(code.get("Y", size)) - size,
                    size,
                    words,
                )


def _named(root: Any, name: str) -> Iterator[Any]:
    return (element for element in root.iter() if str(element.tag).rpartition("}")[2] == name)


def _xml(package: zipfile.ZipFile, name: str) -> Any:
    from defusedxml.ElementTree import fromstring

    return fromstring(package.read(name))


def _numbers(text: str) -> tuple[float, float, float, float]:
    x, y, width, height = map(float, text.split())
    return x, y, width, height
