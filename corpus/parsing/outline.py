"""Lines → outline: nested numbered nodes and the paragraphs that stand in them.

This is where page breaks are healed: a line that neither opens a heading nor follows a finished
sentence continues the paragraph before it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from corpus.parsing.cleaning import Line, tight
from corpus.parsing.headings import Level, Marker, read_marker

__all__ = ["Node", "Paragraph", "build_outline"]

_FINISHED = re.compile(r"[。！？；：!?;:](?:[（(][^（）()]*[)）])?[”’」』]?$")
_HEADING_LIMIT = 30
# A row of a table, which stands by itself.
_ROW = "|"
_CHAPTER_LIMIT = 40


@dataclass(slots=True)
class Paragraph:
    """Characters with their source offsets, layout whitespace removed."""

    lines: list[Line]

    def chars(self) -> list[tuple[str, int]]:
        """Pairs of character and source offset."""
        pairs: list[tuple[str, int]] = []
        for line in self.lines:
            pairs += zip(line.text, line.offsets, strict=True)
            pairs.append(("\n", line.offsets[-1]))
        return tight(pairs)

    @property
    def text(self) -> str:
        """The words of the paragraph."""
        return "".join(char for char, _ in self.chars())

    @property
    def finished(self) -> bool:
        """Whether it ends as a sentence, so that the next line starts a new paragraph."""
        return bool(_FINISHED.search(self.lines[-1].text))


@dataclass(slots=True)
class Node:
    """A numbered heading with everything under it; the root has no marker.

    `content` keeps paragraphs and child nodes in reading order; the first paragraph carries the marker.
    `own_line` is true where the heading stands alone on its line, so that paragraphs below belong to it.
    """

    level: Level
    marker: Marker | None = None
    own_line: bool = True
    content: list["Paragraph | Node"] = field(default_factory=list)

    @property
    def children(self) -> list["Node"]:
        """Numbered nodes directly below."""
        return [part for part in self.content if isinstance(part, Node)]

    @property
    def paragraphs(self) -> list[Paragraph]:
        """Paragraphs directly in this node."""
        return [part for part in self.content if isinstance(part, Paragraph)]


def build_outline(lines: Iterable[Line]) -> Node:
    """Nest `lines` of one document body by their numbering."""
    builder = _Builder()
    for line in lines:
        builder.add(line)
    builder.close_to(Level.DOCUMENT)
    return builder.root


class _Builder:
    def __init__(self) -> None:
        self.root = Node(Level.DOCUMENT)
        self.stack = [self.root]
        self.last_seen: dict[Level, int] = {}

    def add(self, line: Line) -> None:
        marker = read_marker(line.text)
        if marker and self._opens(marker, line):
            self._open(marker, line)
        elif self._continues(line):
            self._last_paragraph().lines.append(line)
        else:
            self.stack[-1].content.append(Paragraph([line]))

    def close_to(self, level: Level) -> None:
        """Close open nodes until the top stands above `level`."""
        while len(self.stack) > 1 and self.stack[-1].level >= level:
            self._close()

    def _opens(self, marker: Marker, line: Line) -> bool:
        level, number = marker.level, marker.number
        if level is Level.APPENDIX:
            return len(line.text) <= _HEADING_LIMIT
        if level in (Level.BOOK, Level.PART, Level.CHAPTER, Level.SECTION):
            return len(line.text) <= _CHAPTER_LIMIT
        last = self.last_seen.get(level, 0)
        if level is Level.ARTICLE:
            follows = number > last or (marker.supplement and number == last)
            return follows and (marker.firm or (number == last + 1 and self._sentence_over()))
        if level is Level.TOPIC and Level.ARTICLE in self.last_seen and not self._in_appendix():
            return False
        if level is Level.ITEM and re.match(r"[（(]", line.text[marker.length :]):
            return False
        sibling = next((node.marker for node in reversed(self.stack) if node.level is level), None)
        return number == 1 or number == last + 1 or bool(sibling and number == sibling.number + 1)

    def _open(self, marker: Marker, line: Line) -> None:
        level = marker.level
        number_follows = any(
            node.level is level and node.marker and node.marker.number + 1 == marker.number
            for node in self.stack
        )
        while len(self.stack) > 1 and self.stack[-1].level >= level:
            self._close(keep_tail=number_follows and self.stack[-1].level is level)
        node = Node(level, marker, own_line=self._own_line(marker, line))
        node.content.append(Paragraph([line]))
        self.stack[-1].content.append(node)
        self.stack.append(node)
        self.last_seen[level] = marker.number
        if level is Level.ARTICLE:
            self.last_seen = {seen: n for seen, n in self.last_seen.items() if seen <= level}

    def _close(self, *, keep_tail: bool = False) -> None:
        """Close the top node; what follows a run-in last item belongs to the list's parent."""
        node = self.stack.pop()
        if keep_tail or node.own_line or node.level < Level.ITEM:
            return
        last = max(i for i, part in enumerate(node.content) if i == 0 or isinstance(part, Node))
        self.stack[-1].content.extend(node.content[last + 1 :])
        del node.content[last + 1 :]

    def _own_line(self, marker: Marker, line: Line) -> bool:
        rest = line.text[marker.length :].strip()
        if line.heading or marker.level <= Level.SECTION:
            return True
        if _FINISHED.search(line.text):
            return rest.endswith((":", "："))
        if "。" in rest or rest.endswith((",", "，", "、")) or marker.level is Level.ARTICLE:
            return False
        siblings = [node for node in self.stack[-1].children if node.level is marker.level]
        return siblings[-1].own_line if siblings else len(rest) <= _HEADING_LIMIT

    def _continues(self, line: Line) -> bool:
        node = self.stack[-1]
        if line.heading or not node.content or not isinstance(node.content[-1], Paragraph):
            return False
        if line.text.startswith(_ROW) or node.content[-1].lines[-1].text.startswith(_ROW):
            return False
        is_heading = node.marker is not None and node.own_line and len(node.content) == 1
        return not is_heading and not node.content[-1].finished

    def _last_paragraph(self) -> Paragraph:
        return self.stack[-1].paragraphs[-1]

    def _sentence_over(self) -> bool:
        content = self.stack[-1].content
        return not content or not isinstance(content[-1], Paragraph) or content[-1].finished

    def _in_appendix(self) -> bool:
        return any(node.level is Level.APPENDIX for node in self.stack)
