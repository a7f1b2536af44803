"""What several tests of the corpus need: one text parsed, and the proof that nothing of it is lost or invented."""

import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from corpus.folding import squeeze
from corpus.model import Clause, Document, Section, Span, Unit
from corpus.parsing.cleaning import read_lines
from corpus.parsing.parser import ParsedDocument, parse_segment
from corpus.parsing.segments import Furniture, split_documents
from tests.corpus.test_numerals import in_chinese

_MARKUP = re.compile(r"<sup>.{1,3}?</sup>|\*\*|^\s*#{1,6}(?=\s)|^\s*-{3,}\s*$|^\s*-(?=\s)")


def numeral(number: int) -> str:
    """`number` as headings count (`十一`, not `一十一`)."""
    return in_chinese(number).removeprefix("一") if 10 <= number < 20 else in_chinese(number)


def parse_all(text: str) -> tuple[list[ParsedDocument], list[Span]]:
    """The documents of a source text and what belongs to none."""
    segments, dropped = split_documents(list(read_lines(text)), Furniture())
    furniture = [Span(offset, offset + 1) for line in dropped for offset in line.offsets]
    return [parse_segment(segment, "doc", text) for segment in segments], furniture


def parse_one(text: str) -> ParsedDocument:
    """The only document of a text."""
    (document,), _ = parse_all(text)
    return document


def labels(document: ParsedDocument) -> list[str]:
    """Labels of its units, in order."""
    return [unit.label for unit in document.units]


def pieces(document: Document | ParsedDocument) -> list[Unit | Section]:
    """All units and sections of a document."""
    return [*document.units, *document.sections]


def unit(document: ParsedDocument, label: str) -> Unit:
    """The only unit with this label."""
    (found,) = [unit for unit in document.units if unit.label == label]
    return found


def assert_tiled(text: str, pieces: Iterable[Unit | Section], furniture: Iterable[Span]) -> None:
    """Units, sections and furniture cover every character but blanks and markup, each exactly once."""
    spans = [*furniture, *(span for piece in pieces for span in piece.spans)]
    claimed = Counter(place for span in spans for place in range(span.start, span.end))
    expected = _word_places(text)
    lost = sorted(expected - claimed.keys())
    invented = sorted(place for place in claimed.keys() - expected if not text[place].isspace())
    twice = sorted(place for place, times in claimed.items() if times > 1)
    assert not lost, f"lost: {_shown(text, lost)}"
    assert not invented, f"invented: {_shown(text, invented)}"
    assert not twice, f"claimed twice: {_shown(text, twice)}"


def assert_faithful(piece: Unit | Section | Clause, text: str) -> None:
    """The words of `piece` and of all below it are the source's, and parts lie in order inside the whole."""
    places = [(span.start, span.end) for span in piece.spans]
    assert all(start < end for start, end in places), piece
    assert all(before[1] <= after[0] for before, after in pairwise(places)), piece
    assert squeeze("".join(text[start:end] for start, end in places)) == squeeze(piece.text)
    last = -1
    for child in () if isinstance(piece, Section) else piece.children:
        assert child.spans[0].start >= last, f"{child.path} overlaps the part before it"
        assert all(any(a <= span.start and span.end <= b for a, b in places) for span in child.spans), child
        assert_faithful(child, text)
        last = child.spans[-1].end


def _word_places(text: str) -> set[int]:
    places: set[int] = set()
    start = 0
    for line in text.splitlines(keepends=True):
        hidden = {place for match in _MARKUP.finditer(line) for place in range(*match.span())}
        places |= {start + i for i, char in enumerate(line) if i not in hidden and not char.isspace()}
        start += len(line)
    return places


def _shown(text: str, places: list[int]) -> str:
    return "".join(text[place] for place in places[:40])
