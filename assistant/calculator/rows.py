"""Figures that stand in a row: lists, totals with their parts, and figures of one year after another."""

import re
from collections.abc import Sequence

from assistant.calculator.kinds import clashes
from assistant.calculator.said import FIRM, Turn, closeness, fits, words_of
from corpus.quantities.measures import Measure
from corpus.quantities.numerals import parse_integer
from corpus.quantities.quantity import Mention
from corpus.rulebook.formula import Difference
from corpus.rulebook.model import Rule
from corpus.rulebook.parts import InputSpec, Many
from corpus.rulebook.walk import inputs_of, leaves_of

__all__ = ["Rows"]

_CLEAR = 0.3
# More years than anybody lists.
_ALL = 100
_LATER, _EARLIER = (
    re.compile("今年|本年|最近一年|现在|涨到|增加到|到$"),
    re.compile("前年|上上年|原来|之前|从$"),
)
_CALENDAR_YEAR = re.compile("(?<![0-9])(?:20)?([12][0-9])年(?![内以多来限期的])")
_LAST_YEAR, _THIS_YEAR = re.compile("上一?年|去年|前一年"), re.compile("今年|本年|明年")
_SIDE_BY_SIDE = re.compile(
    r"(?:元?整|元)?(?:(?![，,]?(?:剩|其余|余下))[、，,和与及跟；;]+[^，。；;\d]{0,3}|[、，,；;]\d{2,4}年[^，。；;\d]{0,4}"
    r"|、[^，,。；;、\d]{0,8}|[、，,]?一[份笔个项次年台家张][、，,；;和]?)"
)
_NAMED_ITEM = re.compile(
    r"(?:元?整|元)?[、，,；;+和与及加]?(?:还有|另外?|以及|再加上?|加上?)?[^，。；;,、？?！!\d:：]{0,10}(?<![共计计])"
)
# Words that set a figure apart from the row before it.
_APART = re.compile(
    "比|实际|已经|后期|每年|往前|更早|以前|之前|剩|余下|其余|其中|里面|总|整年|全年|报|涨|降|增|减|扣|除|到$|是$"
)
_PART_OR_TOTAL = re.compile("其中|里面|[总剩余]")
_GROWTH = re.compile("(?:增量|净增|多出|差额)(?:正好|刚好|恰好|是|为|有|了|约)*$")
_RECENT = re.compile("近(?P<n>[一二两三123])(?:个(?:完整)?)?(?:会计)?年")
_BRACKETED, _NEAR = re.compile(r"元?\([^()]*\)"), 4
_LATEST = re.compile("上一|上年|最近一|去年|上个")
_TOTAL = re.compile("总额|合计|累计")
_SUM = re.compile("合计|共|总|加起来|累计")


class Rows:
    """Reads the rows of one turn for one rule; what it places goes into `lists` by input, its index into `taken`."""

    def __init__(self, rule: Rule, turn: Turn, inputs: Sequence[InputSpec]) -> None:
        self.rule = rule
        self.turn = turn
        self.inputs = inputs

    def by_year_words(
        self, mentions: list[Mention], lists: dict[str, list[Mention]], taken: set[int]
    ) -> None:
        """`今年800万，去年300万` for an input that is the difference of two."""
        for spec in self.inputs:
            if not isinstance(spec.derive, Difference):
                continue
            later, earlier = (list(inputs_of(part)) for part in (spec.derive.of, spec.derive.minus))
            if len(later) != 1 or len(earlier) != 1:
                continue
            own = {spec.name, later[0], earlier[0]}
            same = [
                i
                for i, m in enumerate(mentions)
                if fits(m, spec)
                and i not in taken
                and self.nearest(m) in own | {None}
                and not clashes(self.turn, m, spec)
                and not _GROWTH.search(self.turn.text[: m.start])
            ]
            if len(same) == 1 and self._is_past(mentions[same[0]]):
                lists[earlier[0]] = [mentions[same[0]]]
                taken.add(same[0])
            if len(same) < 2:
                continue
            ordered = sorted(same, key=lambda i: self._age(mentions[i]))
            ages = [self._age(mentions[i]) for i in ordered]
            if ages[0] == ages[-1]:
                continue
            for name, i in ((later[0], ordered[-1]), (earlier[0], ordered[-2])):
                lists[name] = [mentions[i]]
                taken.add(i)

    def _is_past(self, mention: Mention) -> bool:
        """Whether the figure is of last year in words that go on to this year (`上一年860万，今年想……`)."""
        before, after = self.turn.text[: mention.start], self.turn.text[mention.end :]
        return bool(_LAST_YEAR.search(before) and not _THIS_YEAR.search(before) and _THIS_YEAR.search(after))

    def take_totals(self, mentions: list[Mention], lists: dict[str, list[Mention]], taken: set[int]) -> None:
        """Of parts and their total, keep what the rule wants: the parts for a list, else the total."""
        for i, total in enumerate(mentions):
            parts = [
                j for j, m in enumerate(mentions) if j != i and m.quantity.measure is total.quantity.measure
            ]
            named = (
                _SUM.search(self.turn.text[max(0, total.start - 8) : total.start])
                or self.turn.text.startswith("都", total.end)
                or re.match(r"[^，,。；;、]{0,6}[:：]", self.turn.text[total.end :])
            )
            if (
                not named
                or len(parts) < 2
                or sum(mentions[j].quantity.value for j in parts) != total.quantity.value
            ):
                continue
            if len({self.nearest(mentions[j]) for j in parts}) > 1:
                taken.add(i)
                return
            listed = any(fits(total, spec) and spec.many is not Many.NO for spec in self.inputs)
            taken.update([i] if listed else parts)
            name = None if listed else next((n for j in parts if (n := self.nearest(mentions[j]))), None)
            if name is not None:
                lists[name] = [total]
                taken.add(i)
            return

    def take_details(self, mentions: list[Mention], taken: set[int]) -> None:
        """`总经费286万（场地90万、差旅110万）`: what stands in brackets behind a sum are parts of it."""
        for total in mentions:
            bracket = _BRACKETED.match(self.turn.text, total.end)
            if bracket is None:
                continue
            parts = [
                i
                for i, m in enumerate(mentions)
                if bracket.start() <= m.start < bracket.end() and m.quantity.measure is total.quantity.measure
            ]
            if len(parts) > 1 and sum(mentions[i].quantity.value for i in parts) <= total.quantity.value:
                taken.update(parts)

    def recent_only(self, mentions: list[Mention], lists: dict[str, list[Mention]], taken: set[int]) -> None:
        """`最早那年900万，最近两年1150万和850万` for an input of the latest years: the figures right behind 近两年."""
        for spec in self.inputs:
            wanted = _wanted_years(spec)
            place = _RECENT.search(self.turn.text)
            if wanted in (0, _ALL) or place is None or parse_integer(place["n"]) != wanted:
                continue
            row = [
                i
                for i, m in enumerate(mentions)
                if m.start > place.end() and fits(m, spec) and i not in taken
            ][:wanted]
            others = [i for i, m in enumerate(mentions) if m.end <= place.start() and fits(m, spec)]
            behind = len(row) == wanted and mentions[row[0]].start - place.end() <= _NEAR
            if behind and others and all(self.adjacent(mentions[i], mentions[i + 1]) for i in row[:-1]):
                lists[spec.name] = [mentions[i] for i in row]
                taken.update(row)
                taken.update(i for i in others if self.nearest(mentions[i]) in (None, spec.name))

    def in_order(self, mentions: list[Mention], lists: dict[str, list[Mention]], taken: set[int]) -> None:
        """`近3年收入5200万、5600万、6000万` for three inputs that share the words before the list, or for their total."""
        for first, mention in enumerate(mentions):
            row = [first]
            while row[-1] + 1 < len(mentions) and self.adjacent(mentions[row[-1]], mentions[row[-1] + 1]):
                row.append(row[-1] + 1)
            if len(row) < 3 or taken & set(row):
                continue
            specs = self._series(mention, len(row)) or [
                spec
                for spec in self.inputs
                if fits(mention, spec)
                and spec.many is Many.NO
                and closeness(self.turn, mention, spec) >= FIRM
            ]
            totals = [spec for spec in self.inputs if fits(mention, spec) and _TOTAL.search(spec.label)]
            if len(specs) == len(row) and set.intersection(*(set(words_of(spec)) for spec in specs)):
                for spec, i in zip(specs, row, strict=True):
                    lists[spec.name] = [mentions[i]]
                taken.update(row)
            elif totals and mention.quantity.measure is Measure.MONEY:
                nearest = max(totals, key=lambda spec: closeness(self.turn, mention, spec))
                elsewhere = [m for i, m in enumerate(mentions) if i not in row and fits(m, nearest)]
                if all(
                    closeness(self.turn, m, nearest) < closeness(self.turn, mention, nearest) + _CLEAR
                    for m in elsewhere
                ):
                    lists[nearest.name] = [mentions[i] for i in row]
                    taken.update(row)
            return

    def _series(self, mention: Mention, count: int) -> list[InputSpec]:
        """The inputs, in order, that one input derives from, where as many figures are listed behind its words."""
        found: list[tuple[float, list[InputSpec]]] = []
        for spec in self.inputs:
            group = [self.rule.inputs[name] for name in leaves_of(spec.derive)]
            alike = set.intersection(*(set(one.synonyms) for one in group)) if group else None
            if len(group) == count and alike and fits(mention, group[0]):
                found.append((max(closeness(self.turn, mention, one) for one in (spec, *group)), group))
        best = max(found, key=lambda part: part[0], default=(0.0, []))
        others = [
            closeness(self.turn, mention, s) for s in self.inputs if s not in best[1] and fits(mention, s)
        ]
        return best[1] if best[0] >= max(FIRM, *others, 0.0) else []

    def nearest(self, mention: Mention) -> str | None:
        """The input whose words stand nearest to the mention, or None."""
        scored = [
            (closeness(self.turn, mention, spec), spec.name) for spec in self.inputs if fits(mention, spec)
        ]
        best = max(scored, default=(0.0, ""))
        return best[1] if best[0] >= FIRM else None

    def _age(self, mention: Mention) -> int:
        """The year of a figure where it is named, else 2 for this year's, 1 for last year's, 0 for an earlier one."""
        clause = re.split(r"[，,、；;。]", self.turn.text[: mention.start])[-1][-14:]
        named = _CALENDAR_YEAR.findall(clause)
        if named:
            return int(named[-1])
        # Of 前年210万去年310万 the word nearest to the figure counts.
        ages = ((2, _LATER), (1, _LAST_YEAR), (0, _EARLIER))
        told = [(match.start(), age) for age, words in ages for match in words.finditer(clause)]
        return max(told, default=(0, 1))[1]

    def run_of(self, mention: Mention, spec: InputSpec, mentions: Sequence[Mention]) -> list[Mention]:
        """`专利挖掘64万，检索分析39万，咨询28万`: the figures, each under a name of its own, that stand in one row
        with `mention`, for an input that is made of several."""
        same = [m for m in mentions if m.quantity.measure is mention.quantity.measure]
        place = same.index(mention)
        first = last = place
        while first > 0 and self._in_row(same[first - 1], same[first], spec):
            first -= 1
        while last + 1 < len(same) and self._in_row(same[last], same[last + 1], spec):
            last += 1
        run = same[first : last + 1]
        if len(run) == 2 and self.turn.text[run[0].end : run[1].start].startswith(("，", ",")):
            return [mention]
        return run

    def _in_row(self, one: Mention, two: Mention, spec: InputSpec) -> bool:
        between = self.turn.text[one.end : two.start]
        return (
            bool(_NAMED_ITEM.fullmatch(between))
            and not _APART.search(between)
            and all(self.nearest(m) in (None, spec.name) for m in (one, two))
            and not any(clashes(self.turn, m, spec) for m in (one, two))
        )

    def by_years(self, mentions: list[Mention], lists: dict[str, list[Mention]], taken: set[int]) -> None:
        """`2023年940万，2024年没花，2025年1160万`: figures each under its year, for an input of the latest years."""
        row = [i for i, m in enumerate(mentions) if i not in taken and self._own_year(m)]
        if len(row) < 2 or any(isinstance(spec.derive, Difference) for spec in self.inputs):
            return
        for spec in self.inputs:
            fitting = [
                i for i in row if fits(mentions[i], spec) and self.nearest(mentions[i]) in (None, spec.name)
            ]
            fitting = [i for i in fitting if not clashes(self.turn, mentions[i], spec)]
            wanted = _wanted_years(spec)
            years = [self._own_year(mentions[i]) for i in fitting]
            if len(fitting) < 2 or not wanted or len(set(years)) < len(years):
                continue
            if spec.many is not Many.YEAR and self.nearest(mentions[fitting[0]]) is None:
                continue
            latest = max(years)
            lists[spec.name] = [
                mentions[i]
                for i, year in zip(fitting, years, strict=True)
                if spec.many is Many.YEAR or year > latest - wanted
            ]
            taken.update(i for i, m in enumerate(mentions) if i in fitting or self.nearest(m) == spec.name)
            return

    def _own_year(self, mention: Mention) -> int:
        """The calendar year that stands right before the figure, 0 where none does."""
        before = re.split(r"[，,；;。]", self.turn.text[: mention.start])[-1]
        named = _CALENDAR_YEAR.findall(before[-14:])
        return int(named[-1]) if named and mention.quantity.measure is Measure.MONEY else 0

    def adjacent(self, one: Mention, two: Mention) -> bool:
        """Whether two figures stand side by side in one list."""
        first, second = sorted((one, two), key=lambda mention: mention.start)
        between = self.turn.text[first.end : second.start]
        if one.quantity.measure is not two.quantity.measure or _PART_OR_TOTAL.search(between):
            return False
        return bool(_SIDE_BY_SIDE.fullmatch(between)) or self._itemised(first, between)

    def _itemised(self, first: Mention, between: str) -> bool:
        """`要花：活动费900万，会议费200万`: items of money that a colon announces."""
        sentence = re.split("[。；;！!？?]", self.turn.text[: first.start])[-1]
        announced = ":" in sentence and first.quantity.measure is Measure.MONEY
        return announced and bool(re.fullmatch(r"元?[，,、][^，,。；;、\d]{1,7}", between))


def _wanted_years(spec: InputSpec) -> int:
    """Of how many of the latest years the input is the sum: all of a list by years, none for any other input."""
    if spec.many is Many.YEAR:
        return _ALL
    recent = _RECENT.search(spec.label)
    if recent:
        return parse_integer(recent["n"]) or 0
    return 1 if _LATEST.search(spec.label) else 0
