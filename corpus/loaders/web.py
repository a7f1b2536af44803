""".html → lines: blocks in their order, tables as rows; menus and what stands around the text are furniture."""

from collections.abc import Iterator
from typing import Any

from corpus.errors import FileRefused
from corpus.loaders.lines import Line, Lines, row

__all__ = ["read_web"]

_UNREAD = frozenset(
    {"script", "style", "noscript", "template", "head", "svg", "button", "select", "iframe", "object"}
)
_AROUND = frozenset({"nav", "header", "footer", "aside", "form"})
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "img",
        "o:p",
    ]
)
_HEADINGS = frozenset({"h1", "h2", "h3"})
_MOST_OF_IT = 0.7
_LONGEST_CELL = 300
_BINARY_SIGNS = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def read_web(content: bytes) -> Lines:
    """The lines of a page; raises FileRefused where it is none."""
    from lxml import etree, html

    if content.startswith(_BINARY_SIGNS) or b"\x00" in content[:1000].replace(b"\xff\xfe", b"")[::2]:
        raise FileRefused("这不是能读的 .html 文件，可能扩展名写错了")
    parser = html.HTMLParser(
        encoding=None if b"charset" in content[:2048] else _encoding(content),
        remove_comments=True,
        no_network=True,
    )
    try:
        body = html.document_fromstring(content, parser=parser).find("body")
    except etree.ParserError as error:
        raise FileRefused("文件里几乎没有文字") from error
    if body is None:
        raise FileRefused("文件里几乎没有文字")
    main = _main(body)
    return Lines(tuple(_Walk(main).lines(body)))


def _encoding(content: bytes) -> str:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _main(body: Any) -> Any:
    """The smallest element that holds most of the words."""
    main, least = body, _MOST_OF_IT * _size(body)
    while True:
        inner = next((child for child in main if _is_block(child) and _size(child) >= least), None)
        if inner is None or inner.tag in ("table", "tbody", "tr"):
            return main
        main = inner


def _is_block(element: Any) -> bool:
    return isinstance(element.tag, str) and element.tag not in _INLINE | _UNREAD | _AROUND


def _size(element: Any) -> int:
    return len("".join(element.xpath("string()").split())) - sum(
        len("".join(child.xpath("string()").split())) for child in element.iter("script", "style", "noscript")
    )


class _Walk:
    """Breaks a page into lines at the edges of blocks."""

    def __init__(self, main: Any) -> None:
        self._main = main
        self._words: list[str] = []

    def lines(self, body: Any) -> Iterator[Line]:
        """All lines below `body`."""
        yield from self._block(body, inside=body is self._main)

    def _block(self, element: Any, *, inside: bool) -> Iterator[Line]:
        inside = inside or element is self._main
        self._words.append(element.text or "")
        for number, child in enumerate(element):
            if not isinstance(child.tag, str) or child.tag in _UNREAD:
                pass
            elif child.tag == "br":
                yield from self._flushed(inside)
            elif child.tag in _INLINE:
                yield from self._block(child, inside=inside)
            else:
                yield from self._flushed(inside)
                yield from self._own_line(child, inside=inside, number=number)
            self._words.append(child.tail or "")
        if element.tag not in _INLINE:
            yield from self._flushed(inside)

    def _own_line(self, child: Any, *, inside: bool, number: int) -> Iterator[Line]:
        if child.tag in _AROUND and child is not self._main:
            yield from (Line(line.text, furniture=True) for line in self._block(child, inside=False))
        elif child.tag == "table" and (rows := _rows(child)):
            yield from (Line(text, furniture=not inside) for text in rows)
        elif child.tag == "li" and child.getparent().tag == "ol":
            self._words.append(_list_number(child))
            yield from self._block(child, inside=inside)
        else:
            yield from self._block(child, inside=inside or child.tag in _HEADINGS)

    def _flushed(self, inside: bool) -> Iterator[Line]:
        text = " ".join("".join(self._words).split())
        self._words = []
        if text:
            yield Line(text, furniture=not inside)


def _rows(table: Any) -> list[str]:
    """The rows of a table of data; [] for a table that only lays out the page."""
    if table.xpath(".//table"):
        return []
    rows = [
        [" ".join(cell.text_content().split()) for cell in line.xpath("./td|./th")]
        for line in table.iter("tr")
    ]
    rows = [cells for cells in rows if any(cells)]
    if (
        not rows
        or max(map(len, rows)) < 2
        or any(len(cell) > _LONGEST_CELL for cells in rows for cell in cells)
    ):
        return []
    return [row(cells) for cells in rows]


def _list_number(item: Any) -> str:
    """The number that a browser shows before an item of a list."""
    place = [child for child in item.getparent() if child.tag == "li"].index(item)
    start = item.getparent().get("start", "1")
    return f"{(int(start) if start.isdecimal() else 1) + place}."
