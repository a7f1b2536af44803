"""The Markdown of an answer cut at the headings that the assistant writes."""

import re
from dataclasses import dataclass

__all__ = ["Sections", "cut"]

_HEADING = re.compile(r"^\*\*(请补充|计算过程|依据|条件核对|说明)\*\*$", re.M)
_ITEM = re.compile(r"^(?:-|\d+\.) (.*)$", re.M)
_BOLD = re.compile(r"^\*\*(.+)\*\*$")
_NOTICE = "【注意】"


@dataclass(frozen=True, slots=True)
class Sections:
    """`conclusion` are the bold lines at the top, `body` what stands under none of the headings."""

    conclusion: tuple[str, ...]
    body: str
    questions: tuple[str, ...]
    conditions: tuple[str, ...]
    notes: tuple[str, ...]


def cut(answer: str) -> Sections:
    """An answer's sections; text of another shape comes back whole as `body`."""
    parts = _HEADING.split(answer)
    named = dict(zip(parts[1::2], parts[2::2], strict=True))
    paragraphs = [part for part in parts[0].strip().split("\n\n") if not part.startswith(_NOTICE)]
    bold = [_BOLD.match(part) for part in paragraphs]
    said = next((count for count, match in enumerate(bold) if match is None), len(bold))
    return Sections(
        tuple(match[1] for match in bold[:said] if match),
        "\n\n".join(paragraphs[said:]),
        _items(named.get("请补充", "")),
        _items(named.get("条件核对", "")),
        _items(named.get("说明", "")),
    )


def _items(text: str) -> tuple[str, ...]:
    return tuple(match[1] for match in _ITEM.finditer(text))
