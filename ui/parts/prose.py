"""Text of answers and sources as HTML: everything escaped, markup of users shown as they typed it."""

import re
from collections.abc import Mapping
from html import escape

from markdown_it import MarkdownIt

__all__ = ["lines_html", "marked", "paragraphs_html", "prose_html", "runs_html"]

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


def paragraphs_html(
    text: str,
    mask: list[bool],
    terms: Mapping[str, str] | None = None,
    links: Mapping[str, str] | None = None,
) -> str:
    """A unit's text, a paragraph a line, indented by its numbering, with what `mask` names highlighted.

    `terms` are explained where the pointer rests on them, `links` lead to addresses.
    """
    woven = {word: f'<abbr title="{escape(said)}" tabindex="0">' for word, said in (terms or {}).items()}
    woven |= {word: f'<a href="{escape(href)}" target="_self">' for word, href in (links or {}).items()}
    made: list[str] = []
    start = depth = 0
    for line in text.split("\n"):
        # The first line is the unit's own; what stands below a numbered heading belongs to it.
        depth = next((depth for depth, sign in _DEPTHS if sign.match(line)), depth) if made else 0
        inner = runs_html(line, mask[start : start + len(line)], woven)
        made.append(f'<p class="zc-depth{depth}">{inner}</p>')
        start += len(line) + 1
    return f'<div class="zc-source">{"".join(made)}</div>'


def runs_html(line: str, mask: list[bool], woven: Mapping[str, str] | None = None) -> str:
    """Text with what `mask` names highlighted; `woven` gives words with the tags that open around them."""
    made, start = "", 0
    while start < len(line):
        end = start
        while end < len(line) and mask[end] == mask[start]:
            end += 1
        inner = _woven(line[start:end], woven or {})
        made += f"<mark>{inner}</mark>" if mask[start] else inner
        start = end
    return made


def _woven(text: str, woven: Mapping[str, str]) -> str:
    if not woven:
        return escape(text)
    either = re.compile("|".join(map(re.escape, sorted(woven, key=len, reverse=True))))
    made, end = "", 0
    for match in either.finditer(text):
        tag = woven[match[0]]
        closing = "</a>" if tag.startswith("<a ") else "</abbr>"
        made += f"{escape(text[end : match.start()])}{tag}{escape(match[0])}{closing}"
        end = match.end()
    return made + escape(text[end:])
