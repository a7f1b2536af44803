"""Text of answers and sources as HTML: everything escaped, markup of users shown as they typed it."""

import re
from collections.abc import Mapping
from html import escape

from markdown_it import MarkdownIt

__all__ = ["lines_html", "marked", "paragraphs_html", "prose_html"]

# Raw HTML, links and images stay text: an answer may repeat what a user typed.
_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
    ["image", "link", "autolink", "html_inline", "html_block", "entity"]
)
_DEPTHS = (
    (1, re.compile(r"[（(][一二三四五六七八九十]+[）)]")),
    (2, re.compile(r"\d{1,2}[.．、]")),
    (3, re.compile(r"[（(]\d{1,2}[）)]")),
)


def prose_html(text: str) -> str:
    """The Markdown of an answer."""
    return f'<div class="zc-prose">{_markdown.render(text)}</div>'


def lines_html(lines: tuple[str, ...], kind: str = "ul") -> str:
    """Lines as a list (`ul`) or as numbered steps (`ol`)."""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f'<{kind} class="zc-list">{items}</{kind}>'


def marked(text: str, words: str) -> list[bool]:
    """Which characters of `text` belong to the quoted `words`, whatever whitespace stands between them."""
    places = [place for place, character in enumerate(text) if not character.isspace()]
    squeezed, wanted = "".join(text[place] for place in places), "".join(words.split())
    mask = [False] * len(text)
    start = squeezed.find(wanted) if wanted else -1
    if start >= 0:
        first, last = places[start], places[start + len(wanted) - 1]
        mask[first : last + 1] = [True] * (last + 1 - first)
    return mask


def paragraphs_html(text: str, mask: list[bool], terms: Mapping[str, str] | None = None) -> str:
    """A unit's text, a paragraph a line, indented by its numbering, with what `mask` names highlighted.

    `terms` are explained where the pointer rests on them.
    """
    made: list[str] = []
    start = depth = 0
    for line in text.split("\n"):
        # The first line is the unit's own; what stands below a numbered heading belongs to it.
        depth = next((depth for depth, sign in _DEPTHS if sign.match(line)), depth) if made else 0
        inner = _runs(line, mask[start : start + len(line)], terms or {})
        made.append(f'<p class="zc-depth{depth}">{inner}</p>')
        start += len(line) + 1
    return f'<div class="zc-source">{"".join(made)}</div>'


def _runs(line: str, mask: list[bool], terms: Mapping[str, str]) -> str:
    made, start = "", 0
    while start < len(line):
        end = start
        while end < len(line) and mask[end] == mask[start]:
            end += 1
        inner = _explained(line[start:end], terms)
        made += f"<mark>{inner}</mark>" if mask[start] else inner
        start = end
    return made


def _explained(text: str, terms: Mapping[str, str]) -> str:
    if not terms:
        return escape(text)
    either = re.compile("|".join(map(re.escape, sorted(terms, key=len, reverse=True))))
    made, end = "", 0
    for match in either.finditer(text):
        made += escape(text[end : match.start()])
        made += f'<abbr title="{escape(terms[match[0]])}" tabindex="0">{escape(match[0])}</abbr>'
        end = match.end()
    return made + escape(text[end:])
