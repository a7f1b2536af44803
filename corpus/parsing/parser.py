"""Outline → units, clauses and sentences with their spans in the source.

Which level makes the primary units follows the contract: articles where there are any; otherwise the
smallest numbered heading whose numbers run through the whole document; where numbers restart, the
label carries the number above (`三（一）`).
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.model import Clause, ClauseKind, Section, Span, Unit
from corpus.parsing.cleaning import Line, spans_of, tight
from corpus.parsing.headings import Level, inline_items
from corpus.parsing.outline import Node, Paragraph, build_outline
from corpus.parsing.segments import Segment

__all__ = ["Chars", "ParsedDocument", "parse_segment"]

PREAMBLE, NOTICE, CLOSING, TITLE = "引言", "通知", "附则", "标题"

_SENTENCE = re.compile(r".+?(?:[。！？!?](?:[（(]责任单位[^（）()]*[)）])?[”’」』]?|$)", re.S)
_HEADING_LIMIT = 40

Chars = list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """Units and section headings of one document, both in reading order."""

    units: tuple[Unit, ...]
    sections: tuple[Section, ...]


def parse_segment(segment: Segment, key: str, source: str) -> ParsedDocument:
    """Parse one document of `source`; `key` is its document key."""
    return _Parser(key, source).parse(segment)


class _Parser:
    def __init__(self, key: str, source: str) -> None:
        self.key = key
        self.source = source
        self.units: list[Unit] = []
        self.sections: list[Section] = []

    def parse(self, segment: Segment) -> ParsedDocument:
        if segment.notice:
            self.units.append(self._plain_unit(NOTICE, "", [[line] for line in segment.notice]))
        if segment.title:
            self._section(TITLE, "", [Paragraph([line]) for line in segment.title])
        root = build_outline(segment.body)
        levels = _unit_levels(root)
        first = next((i for i, part in enumerate(root.content) if isinstance(part, Node)), len(root.content))
        preamble = [part for part in root.content[:first] if isinstance(part, Paragraph)]
        if preamble:
            self.units.append(self._plain_unit(PREAMBLE, "", [p.lines for p in preamble]))
        for node in root.children:
            self._visit(node, (), levels, last=node is root.children[-1])
        self._close("", [part for part in root.content[first:] if isinstance(part, Paragraph)], last=True)
        return ParsedDocument(tuple(_distinct(self.units)), tuple(self.sections))

    def _visit(self, node: Node, above: tuple[Node, ...], levels: "_Levels", *, last: bool) -> None:
        if levels.holds_no_units(node):
            self.units.append(self._unit(node, above, levels))
            return
        first = next((i for i, part in enumerate(node.content) if isinstance(part, Node)), len(node.content))
        lead = [part for part in node.content[:first] if isinstance(part, Paragraph)]
        self._section(_label(node, above, levels), _chapter((*above, node)), lead)
        for child in node.children:
            self._visit(child, (*above, node), levels, last=last and child is node.children[-1])
        closing = [part for part in node.content[first:] if isinstance(part, Paragraph)]
        self._close(_label(node, above, levels), closing, last=last)

    def _close(self, label: str, closing: Sequence[Paragraph], *, last: bool) -> None:
        """Words after the last unit of a section: at the end of the document they are its closing unit."""
        if not closing:
            return
        if last and all(unit.label != CLOSING for unit in self.units):
            self.units.append(self._plain_unit(CLOSING, "", [p.lines for p in closing]))
        else:
            self._section(label, "", closing)

    def _section(self, label: str, heading: str, paragraphs: Sequence[Paragraph]) -> None:
        chars = [paragraph.chars() for paragraph in paragraphs]
        text = "\n".join("".join(c for c, _ in part) for part in chars)
        name = heading.rsplit(" / ", 1)[-1] or text.replace("\n", "")
        self.sections.append(Section(label, name, text, self._spans(chars)))

    def _plain_unit(self, label: str, chapter: str, paragraphs: Sequence[Sequence[Line]]) -> Unit:
        chars = [Paragraph(list(lines)).chars() for lines in paragraphs]
        children = tuple(self._paragraph(part, label) for part in chars)
        text = "\n".join(child.text for child in children)
        return Unit(self.key, label, "", chapter, text, self._spans(chars), children)

    def _unit(self, node: Node, above: tuple[Node, ...], levels: "_Levels") -> Unit:
        label = _label(node, above, levels)
        clause = self._clause(node, label)
        return Unit(
            self.key, label, clause.heading, _chapter(above), clause.text, clause.spans, clause.children
        )

    def _clause(self, node: Node, path: str) -> Clause:
        children: list[Clause] = []
        chars: list[Chars] = []
        heading = ""
        for index, part in enumerate(node.content):
            if isinstance(part, Node):
                below = self._clause(part, path + (part.marker.label if part.marker else ""))
                children.append(below)
                chars.append(self._chars_of(part))
                continue
            own = part.chars()
            chars.append(own)
            if index == 0:
                heading, own = _split_heading(own, node, alone=len(node.content) == 1)
            if own:
                children.extend(self._parts(own, path))
        text = "\n".join("".join(c for c, _ in part) for part in chars)
        return Clause(
            path, ClauseKind.ITEM, heading, text, self._spans(chars), _unless_trivial(children, text)
        )

    def _chars_of(self, node: Node) -> Chars:
        chars: Chars = []
        for index, part in enumerate(node.content):
            if index:
                chars.append(("\n", chars[-1][1]))
            chars += part.chars() if isinstance(part, Paragraph) else self._chars_of(part)
        return chars

    def _parts(self, chars: Chars, path: str) -> Iterator[Clause]:
        """One paragraph as clause; numbered items inside its line become items of their own."""
        starts = inline_items("".join(c for c, _ in chars))
        if not starts:
            yield self._paragraph(chars, path)
            return
        yield self._paragraph(chars[: starts[0]], path)
        for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(chars)], strict=True), 1):
            item = chars[start:end]
            text = "".join(c for c, _ in item)
            yield Clause(f"{path}{number}", ClauseKind.ITEM, "", text, self._spans([item]))

    def _paragraph(self, chars: Chars, path: str) -> Clause:
        text = "".join(c for c, _ in chars)
        sentences = []
        for match in _SENTENCE.finditer(text):
            part = chars[match.start() : match.end()]
            sentences.append(Clause(path, ClauseKind.SENTENCE, "", match.group(), self._spans([part])))
        children = tuple(sentences) if len(sentences) > 1 else ()
        return Clause(path, ClauseKind.PARAGRAPH, "", text, self._spans([chars]), children)

    def _spans(self, parts: Sequence[Chars]) -> tuple[Span, ...]:
        return spans_of((offset for part in parts for _, offset in part), self.source)


def _distinct(units: Sequence[Unit]) -> Iterator[Unit]:
    """The units, with `·2`, `·3` … at labels that stood before: a label must name one unit."""
    seen: Counter[str] = Counter()
    for unit in units:
        seen[unit.label] += 1
        number = seen[unit.label]
        yield unit if number == 1 else _relabelled(unit, f"{unit.label}·{number}")


def _relabelled(unit: Unit, label: str) -> Unit:
    def below(clause: Clause) -> Clause:
        path = label + clause.path[len(unit.label) :]
        return replace(clause, path=path, children=tuple(map(below, clause.children)))

    return replace(unit, label=label, children=tuple(map(below, unit.children)))


@dataclass(frozen=True, slots=True)
class _Levels:
    """`unit` is the level of primary units; `bare` whether its numbers alone are unique labels."""

    unit: Level
    bare: bool

    def admit(self, node: Node) -> bool:
        """Whether a node of this level can be a primary unit."""
        if self.unit is Level.ARTICLE:
            return node.level is Level.ARTICLE
        return Level.TOPIC <= node.level <= self.unit

    def holds_no_units(self, node: Node) -> bool:
        """Whether the node itself is a unit: nothing below it is, and it is no bare heading above articles."""
        if node.level is Level.APPENDIX or (self.unit is Level.ARTICLE and node.level <= Level.SECTION):
            return False
        return not any(self.admit(below) for below in _descendants(node))


def _unit_levels(root: Node) -> _Levels:
    body = [n for top in root.children if top.level is not Level.APPENDIX for n in (top, *_descendants(top))]
    if any(node.level is Level.ARTICLE for node in body):
        return _Levels(Level.ARTICLE, bare=True)
    for level in (Level.POINT, Level.ITEM):
        numbers = [node.marker.number for node in body if node.level is level and node.marker]
        if len(numbers) > 1 and numbers == list(range(1, len(numbers) + 1)):
            return _Levels(level, bare=True)
    has_items = any(node.level is Level.ITEM for node in body)
    return _Levels(Level.ITEM if has_items else Level.TOPIC, bare=not has_items)


def _descendants(node: Node) -> Iterator[Node]:
    for child in node.children:
        yield child
        yield from _descendants(child)


def _label(node: Node, above: Sequence[Node], levels: _Levels) -> str:
    assert node.marker is not None
    own = node.marker.label
    appendix = next((n.marker.label for n in above if n.level is Level.APPENDIX and n.marker), "")
    if appendix:
        return appendix + own
    if node.level is Level.ITEM and not (levels.bare and levels.unit is Level.ITEM):
        topic = next((n.marker.label for n in reversed(above) if n.level is Level.TOPIC and n.marker), "")
        return topic + own
    return own


def _chapter(above: Sequence[Node]) -> str:
    return " / ".join("".join(c for c, _ in node.paragraphs[0].chars()) for node in above if node.paragraphs)


def _split_heading(chars: Chars, node: Node, *, alone: bool) -> tuple[str, Chars]:
    """Heading (without sign and final stop) of a node's first paragraph, and the words after it."""
    assert node.marker is not None
    text = "".join(c for c, _ in chars)
    sign = len(
        "".join(c for c, _ in tight((c, 0) for c in node.paragraphs[0].lines[0].text[: node.marker.length]))
    )
    if node.own_line and not alone:
        return text[sign:].strip(" 。：:"), []
    first = _SENTENCE.match(text, sign)
    if first and first.end() < len(text) and first.end() - sign <= _HEADING_LIMIT:
        return text[sign : first.end()].strip(" 。：:"), _unpadded(chars[first.end() :])
    ends_list_lead = text.endswith(("：", ":")) and len(text) - sign <= _HEADING_LIMIT
    if not alone and (ends_list_lead or (first and first.end() - sign <= _HEADING_LIMIT)):
        return text[sign:].strip(" 。：:"), []
    return "", _unpadded(chars[sign:])


def _unpadded(chars: Chars) -> Chars:
    start = next((i for i, (char, _) in enumerate(chars) if not char.isspace()), len(chars))
    return chars[start:]


def _unless_trivial(children: list[Clause], text: str) -> tuple[Clause, ...]:
    """Children, with a lone paragraph replaced by its sentences."""
    if len(children) == 1 and children[0].kind is ClauseKind.PARAGRAPH:
        return children[0].children
    return tuple(children)
