"""Figures of a statement: each must come from a clause cited, the calculator or the user, as what it is there.

A figure keeps its unit (万/亿, %, ‰, Chinese numerals) and its kind (最高, 不低于, exact); figures of one measure that a
statement joins must stand together in the source; and what an applicant gets is said by the calculator alone.
"""

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass

from assistant.verify.places import PLACE
from assistant.verify.proof import Fault, FaultKind, Proof, Statement
from assistant.verify.segments import Segment, chunks, figures, likeness, segments
from assistant.wording import Rarity
from corpus.folding import fold
from corpus.model import Unit
from corpus.quantities.quantity import Comparison, Measure, Quantity, find_dates, find_quantities

__all__ = ["AmountChecks"]

_GRANT = re.compile("支持|补助|补贴|奖励|资助|给予|拨付|发放|可获|获得|能拿|拿到|得到|领取|补偿|贴息|返还")
_YOURS = re.compile(
    "您|你|贵|咱|本企业|本公司|该企业|该公司|该项目|本项目|按此|据此|因此|所以|最终|合计|总计|总共|一共|实际可|实际能|到手|可以拿|能拿|应得"
)
_SUPPOSED = re.compile("如果|假如|假设|倘若|若|如按|例如|比如|举例|的话")
_VAGUE = re.compile(
    "[几数][十百千万亿]+(?:余|多)?[万亿元家个项人%]|翻[一两几]?番|(?<!一)半数以上|上[百千万亿][万亿]?元"
)
_DIGITS = re.compile(r"[0-9０-９]+(?:\.[0-9]+)?")
_NUMERAL = re.compile("[0-9０-９一二三四五六七八九十〇零]")
_LEAD = re.compile(r"^(?:第?[一二三四五六七八九十]+[是，、,]|[0-9]{1,2}[.、）)])")
_CLEARLY = 0.25


@dataclass(frozen=True, slots=True)
class _Sources:
    """The texts that a statement's figures may come from."""

    clauses: tuple[str, ...]
    own: tuple[str, ...]
    asked: str

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.clauses, *self.own, self.asked)


class AmountChecks:
    """Checks the figures of statements."""

    def __init__(self, rarity: Rarity) -> None:
        self._rarity = rarity

    def faults(self, statement: Statement, units: Sequence[Unit], proof: Proof) -> list[Fault]:
        """What is wrong with the figures of `statement`, which cites `units`."""
        text = _LEAD.sub("", PLACE.sub("□", statement.text))
        supposed = proof.supposed if _SUPPOSED.search(text) else ()
        sources = _Sources(tuple(unit.text for unit in units), (*proof.own, *supposed), proof.asked)
        found = [*_dates(text, sources, units, proof), *_loose(text, sources, proof)]
        for chunk in chunks(text):
            found += _together(chunk, sources)
            found += _in_order(chunk, sources)
            for place, segment in enumerate(segments(chunk)):
                before = segments(chunk)[:place]
                found += self._segment(segment, before, sources, proof, bool(supposed))
        return list(dict.fromkeys(found))

    def _segment(
        self, segment: Segment, before: Sequence[Segment], sources: _Sources, proof: Proof, supposed: bool
    ) -> Iterator[Fault]:
        for quantity, bound in segment.figures:
            holders = [
                s
                for source in sources.all
                for s in segments(source)
                if quantity in s.measured(quantity.measure)
            ]
            if not holders:
                yield Fault(FaultKind.FIGURE, f"“{quantity}”不在所引条款、计算结果和用户的话里")
                continue
            bounds = self._bounds(segment, quantity, sources)
            if bound not in bounds:
                yield Fault(
                    FaultKind.FIGURE,
                    f"“{quantity}”在原文里{_WORDS[next(iter(bounds))]}，不能写成{_WORDS[bound]}",
                )
            elif not self._meant(segment, quantity, sources):
                yield Fault(FaultKind.FIGURE, f"“{quantity}”在原文里说的是另一件事，不能这样用")
            if not supposed:
                yield from _granted(segment, before, quantity, sources, proof)

    def _meant(self, segment: Segment, quantity: Quantity, sources: _Sources) -> bool:
        """Whether no other figure's words fit the statement better than this one's own.

        Of two segments only what tells them apart counts: 国内首创 and 国际首创, not the 每家企业每年 of both.
        """
        told = {figure for figure, _ in segment.figures}
        for texts in (sources.clauses, sources.all):
            same = [s for text in texts for s in segments(text) if s.measured(quantity.measure)]
            own = [s for s in same if quantity in s.measured(quantity.measure)]
            if own:
                break
        others = [s for s in same if not s.measured(quantity.measure) & told]
        return all(any(self._nearer(segment.context, one, other) for one in own) for other in others)

    def _bounds(self, segment: Segment, quantity: Quantity, sources: _Sources) -> set[Comparison]:
        """What bounds a figure where it comes from, in the words most like those said of it here.

        What is granted is bounded by clauses and results, not by the steps on the way.
        """
        results = tuple(line for line in sources.own if _is_result(line))
        granting = (*sources.clauses, *results) if _GRANT.search(segment.text) else ()
        for texts in (granting, sources.all):
            held = [
                part
                for text in texts
                for part in segments(text)
                if quantity in part.measured(quantity.measure)
            ]
            if held:
                near = [likeness(self._rarity, segment.words, part.words) for part in held]
                best = [part for part, share in zip(held, near, strict=True) if share == max(near)]
                return {bound for part in best for figure, bound in part.figures if figure == quantity}
        return set()

    def _nearer(self, said: Set[str], one: Segment, other: Segment) -> bool:
        """Both in the words next to the figure and in those that lead up to it."""
        share = self._rarity.share
        pairs = ((one.words, other.words), (one.context, other.context))
        return all(share(its - own, said) <= share(own - its, said) + _CLEARLY for own, its in pairs)


_WORDS = {
    Comparison.EXACT: "确定的数",
    Comparison.ABOUT: "约数",
    Comparison.AT_LEAST: "下限",
    Comparison.MORE_THAN: "“超过”",
    Comparison.AT_MOST: "上限",
    Comparison.LESS_THAN: "“不足”",
}


def _granted(
    segment: Segment, before: Sequence[Segment], quantity: Quantity, sources: _Sources, proof: Proof
) -> Iterator[Fault]:
    """What somebody gets is a clause's figure or the calculator's; what this applicant gets the calculator's alone."""
    if quantity.measure is not Measure.MONEY or not _GRANT.search(segment.text):
        return
    said = "".join(part.text for part in (*before, segment))
    if _YOURS.search(said):
        if proof.amount is None or quantity.in_wan() != proof.amount.value:
            yield Fault(FaultKind.AMOUNT, f"“{quantity}”不是计算得出的金额；申请人能得多少只能用计算结果")
        return
    grants = (*sources.clauses, *(line for line in sources.own if _is_result(line)))
    held = {figure for source in grants for s in segments(source) for figure in s.measured(Measure.MONEY)}
    if quantity not in held:
        yield Fault(FaultKind.AMOUNT, f"“{quantity}”不是条款或计算结果里的支持金额")


def _is_result(line: str) -> bool:
    """Whether a line of the system's own says what is granted; steps on the way to it do not."""
    return "=" not in line and "→" not in line


def _together(chunk: str, sources: _Sources) -> Iterator[Fault]:
    """Figures of one measure in a statement must stand together in one chunk of a source."""
    said: dict[Measure, set[Quantity]] = {}
    for quantity, _ in figures(chunk):
        said.setdefault(quantity.measure, set()).add(quantity)
    held = [{quantity for quantity, _ in figures(part)} for source in sources.all for part in chunks(source)]
    held.append({quantity for line in sources.own for quantity, _ in figures(line)})
    held.append({quantity for quantity, _ in figures(sources.asked)} | held[-1])
    for quantities in said.values():
        if len(quantities) > 1 and not any(quantities <= part for part in held):
            names = "、".join(sorted(map(str, quantities)))
            yield Fault(FaultKind.FIGURE, f"“{names}”在原文里不在一处，不能放在一句话里")
    yield from _apart(chunk, sources)


def _apart(chunk: str, sources: _Sources) -> Iterator[Fault]:
    """A sum stands where the other figures of its sentence stand (the area of a class beside the sum of that class)."""
    said = {quantity for quantity, _ in figures(chunk)}
    clauses = [
        {quantity for quantity, _ in figures(part)} for text in sources.clauses for part in chunks(text)
    ]
    told = [{quantity for text in (*sources.own, sources.asked) for quantity, _ in figures(text)}]
    for quantity in said:
        others = {other for other in said if other.measure is not quantity.measure}
        held = clauses if any(quantity in part for part in clauses) else told
        same = [part for part in held if any(other.measure is quantity.measure for other in part)]
        most = max((len(others & part) for part in same), default=0)
        if most and not any(quantity in part for part in same if len(others & part) == most):
            yield Fault(FaultKind.FIGURE, f"“{quantity}”在原文里不和这句话里别的数在一处")


def _in_order(chunk: str, sources: _Sources) -> Iterator[Fault]:
    """Figures that a list names one after another stand in that order in a source (分别给予100万元、200万元)."""
    held = [[quantity for quantity, _ in figures(part)] for source in sources.all for part in chunks(source)]
    for segment in segments(chunk):
        for measure in {quantity.measure for quantity, _ in segment.figures}:
            listed = [quantity for quantity, _ in segment.figures if quantity.measure is measure]
            if len(listed) > 1 and not any(_follows(listed, order) for order in held):
                yield Fault(FaultKind.FIGURE, f"“{'、'.join(map(str, listed))}”的次序与原文不同")


def _follows(listed: Sequence[Quantity], order: Sequence[Quantity]) -> bool:
    rest = iter(order)
    return all(quantity in rest for quantity in listed)


def _dates(text: str, sources: _Sources, units: Iterable[Unit], proof: Proof) -> Iterator[Fault]:
    told = (*sources.all, *(proof.rules.get(unit.doc, "") for unit in units))
    known = {(day.first, day.last) for source in told for day in find_dates(source, proof.as_of)}
    for mention in find_dates(text, proof.as_of):
        if _NUMERAL.search(mention.text) and (mention.first, mention.last) not in known:
            yield Fault(FaultKind.DATE, f"日期“{mention.text}”没有出处")


def _loose(text: str, sources: _Sources, proof: Proof) -> Iterator[Fault]:
    """Digits that are no quantity, and numbers without a value, must be in a source as they are written."""
    known = fold("\n".join(sources.all))
    taken = [(mention.start, mention.end) for mention in find_quantities(text)]
    taken += [(mention.start, mention.end) for mention in find_dates(text, proof.as_of)]
    for match in (*_DIGITS.finditer(text), *_VAGUE.finditer(text)):
        inside = any(start <= match.start() < end for start, end in taken)
        if (not inside or _VAGUE.fullmatch(match.group())) and fold(match.group()) not in known:
            yield Fault(FaultKind.FIGURE, f"“{match.group()}”不在所引条款、计算结果和用户的话里")
