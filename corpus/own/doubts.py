"""What the parser may have misread in a document, in words for whoever checks it."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from corpus.model import Unit
from corpus.parsing.cleaning import Line
from corpus.parsing.parser import ParsedDocument
from corpus.parsing.segments import Segment
from corpus.quantities.numerals import parse_integer

__all__ = ["doubts_of"]

_NUMBER = re.compile(r"[一二三四五六七八九十百零〇\d]+(?=[条）)]?$)")
_LONG_UNIT = 3000


def doubts_of(segment: Segment, document: ParsedDocument) -> Iterator[str]:
    """Chinese sentences, one a doubt."""
    if not segment.number:
        yield "没有找到单独成行的文号（如 京科发〔2022〕5号），全文当作一份文件"
    if not segment.title and not segment.notice:
        yield "没有找到标题"
    numbered = [unit for unit in document.units if _NUMBER.search(unit.label)]
    if not numbered:
        yield "没有找到“第一条”“一、”“（一）”“1.”这样的编号，全文只能整段引用"
    times = Counter(unit.label.partition("·")[0] for unit in document.units)
    for label in (label for label, count in times.items() if count > 1):
        yield f"编号“{label}”出现了 {times[label]} 次，后面的写作“{label}·2”"
    yield from _gaps(numbered)
    for unit in document.units:
        if len(unit.text) > _LONG_UNIT:
            yield f"“{unit.label}”有 {len(unit.text)} 字，可能漏认了里面的编号"
    missed = _missed(segment, document)
    if missed:
        yield f"有 {len(missed)} 行没有归入任何条目，例如“{missed[0].text[:40]}”"


def _gaps(units: Sequence[Unit]) -> Iterator[str]:
    """Numbers of articles that were skipped: 第三条 after 第一条."""
    last: tuple[str, int] | None = None
    for unit in units:
        match = _NUMBER.search(unit.label)
        number = parse_integer(match[0]) if match else None
        if match is None or number is None:
            continue
        above = unit.label[: match.start()]
        if last and last[0] == above and number > last[1] + 1:
            yield f"“{unit.label}”前面缺 {number - last[1] - 1} 个编号"
        last = above, number


def _missed(segment: Segment, document: ParsedDocument) -> list[Line]:
    """Lines of the document of which some character stands in no unit and no heading."""
    held: set[int] = set()
    parts = [unit.spans for unit in document.units] + [section.spans for section in document.sections]
    for span in (span for spans in parts for span in spans):
        held.update(range(span.start, span.end))
    lines = (*segment.notice, *segment.title, *segment.body)
    return [
        line
        for line in lines
        if any(
            offset not in held and not char.isspace()
            for char, offset in zip(line.text, line.offsets, strict=True)
        )
    ]
