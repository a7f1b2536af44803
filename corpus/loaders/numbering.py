"""The numbers that Word writes before paragraphs by itself: 第一条, （二）, 3. stand in no paragraph's text."""

import re
from typing import Any

__all__ = ["Numbering", "chinese"]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "零一二三四五六七八九"
_CHINESE = frozenset(
    {
        "chineseCounting",
        "chineseCountingThousand",
        "chineseLegalSimplified",
        "ideographTraditional",
        "japaneseCounting",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
    }
)
_LEVEL = re.compile(r"%(\d)")


def chinese(number: int) -> str:
    """A number from 1 to 999 as it is written in headings: 一, 十二, 一百零五."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    head = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        return f"{head}{_DIGITS[tens] if tens > 1 or head else ''}十{_DIGITS[ones] if ones else ''}"
    return head + (f"{'零' if head else ''}{_DIGITS[ones]}" if ones else "")


class Numbering:
    """Counts the numbered paragraphs of one document, in reading order."""

    def __init__(self, document: Any) -> None:
        self._styles = {
            style.get(f"{_W}styleId"): style for style in document.styles.element.iter(f"{_W}style")
        }
        self._counts: dict[tuple[str, int], int] = {}
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError):
            self._lists: dict[str, tuple[str, dict[int, Any]]] = {}
            return
        abstract = {
            one.get(f"{_W}abstractNumId"): {
                int(level.get(f"{_W}ilvl")): level for level in one.iter(f"{_W}lvl")
            }
            for one in root.iter(f"{_W}abstractNum")
        }
        self._lists = {
            one.get(f"{_W}numId"): (named, abstract.get(named, {}))
            for one in root.iter(f"{_W}num")
            if (named := _value(one, "abstractNumId")) is not None
        }

    def next(self, paragraph: Any) -> str:
        """The number that stands before this paragraph, counted; "" where it has none."""
        found = self._placed(paragraph)
        if found is None or found[0] not in self._lists:
            return ""
        name, levels = self._lists[found[0]]
        depth = found[1]
        if depth not in levels:
            return ""
        for key in [key for key in self._counts if key[0] == name and key[1] > depth]:
            del self._counts[key]
        first = int(_value(levels[depth], "start") or 1)
        self._counts[name, depth] = self._counts.get((name, depth), first - 1) + 1
        return self._written(name, levels, depth)

    def _placed(self, paragraph: Any) -> tuple[str, int] | None:
        """List and level of a paragraph, from itself or its style."""
        properties = paragraph.find(f"{_W}pPr")
        if properties is None:
            return None
        own = _list_of(properties)
        style = _value(properties, "pStyle") or ""
        seen: set[str] = set()
        while own is None and style in self._styles and style not in seen:
            seen.add(style)
            inherited = self._styles[style].find(f"{_W}pPr")
            own = None if inherited is None else _list_of(inherited)
            style = _value(self._styles[style], "basedOn") or ""
        return own

    def _written(self, name: str, levels: dict[int, Any], depth: int) -> str:
        if _value(levels[depth], "numFmt") == "bullet":
            return ""

        def number(match: re.Match[str]) -> str:
            level = int(match[1]) - 1
            count = self._counts.get((name, level), 1)
            kind = _value(levels[level], "numFmt") if level in levels else "decimal"
            if kind == "decimalEnclosedCircle" and 1 <= count <= 20:
                return chr(ord("①") + count - 1)
            return chinese(count) if kind in _CHINESE else str(count)

        text = _LEVEL.sub(number, _value(levels[depth], "lvlText") or "")
        return f"{text}　" if text and text[-1] in "章节条编" else text


def _list_of(properties: Any) -> tuple[str, int] | None:
    found = properties.find(f"{_W}numPr")
    if found is None or (name := _value(found, "numId")) in (None, "0"):
        return None
    return str(name), int(_value(found, "ilvl") or 0)


def _value(element: Any, child: str) -> str | None:
    found = element.find(f"{_W}{child}")
    return None if found is None else found.get(f"{_W}val")
