"""An uploaded policy as text and as the tree that the parser sees, with what it did not understand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.loaders.read import SUFFIXES, read_file
from corpus.model import Clause, ClauseKind, Unit
from corpus.own.doubts import doubts_of
from corpus.own.head import read_head
from corpus.parsing.cleaning import Line, read_lines
from corpus.parsing.parser import parse_segment
from corpus.parsing.segments import Furniture, Segment, split_documents

__all__ = ["KINDS", "Branch", "Parsed", "ParsedUnit", "Preview", "preview"]

KINDS = tuple(suffix.removeprefix(".") for suffix in SUFFIXES)


@dataclass(frozen=True, slots=True)
class Branch:
    """A numbered clause below a unit, `depth` levels down."""

    depth: int
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class ParsedUnit:
    """A unit with its clauses."""

    label: str
    heading: str
    chapter: str
    text: str
    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Parsed:
    """One document of the file; `doubts` are what may have been read wrongly."""

    number: str
    title: str
    units: tuple[ParsedUnit, ...]
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What was read; `left_out` are the lines that no document holds."""

    name: str
    characters: int
    documents: tuple[Parsed, ...]
    left_out: tuple[str, ...]


def preview(name: str, content: bytes) -> Preview:
    """Read and parse an uploaded file; raises InvalidInput with the way out."""
    read = read_file(name, content)
    lines = list(read_lines(read.text))
    segments, dropped = split_documents(lines, Furniture(lines=frozenset(read.furniture)))
    documents = tuple(_parsed(segment, lines, read.text, read.notes) for segment in segments)
    return Preview(name, len(read.text), documents, tuple(line.text for line in dropped))


def _parsed(segment: Segment, lines: Sequence[Line], text: str, notes: Sequence[str]) -> Parsed:
    document = parse_segment(segment, "upload", text)
    head = read_head(segment, lines)
    return Parsed(
        number=head.number,
        title=head.title,
        units=tuple(map(_unit, document.units)),
        doubts=(*notes, *doubts_of(segment, document)),
    )


def _unit(unit: Unit) -> ParsedUnit:
    return ParsedUnit(unit.label, unit.heading, unit.chapter, unit.text, tuple(_branches(unit.children, 0)))


def _branches(clauses: Sequence[Clause], depth: int) -> Iterator[Branch]:
    for clause in clauses:
        if clause.kind is ClauseKind.ITEM:
            yield Branch(depth, clause.path, clause.heading or clause.text)
            yield from _branches(clause.children, depth + 1)
        else:
            yield from _branches(clause.children, depth)
