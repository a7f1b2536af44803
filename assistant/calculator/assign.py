"""A question's figures → the inputs of a rule, without a model.

Figures go to inputs by measure, by the words that stand near them and by plausibility; figures that only
repeat the policy's own constants are no inputs. What finds no input is reported, not dropped.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from assistant.calculator.facts import Single, Value, takes_years
from assistant.calculator.said import Turn, closeness, fits, said_choice, said_flag
from corpus.quantities.measures import Measure
from corpus.quantities.quantity import Comparison, Mention, Quantity
from corpus.rulebook.formula import Difference
from corpus.rulebook.model import Rule
from corpus.rulebook.parts import YEARS, InputSpec, Many
from corpus.rulebook.walk import constants_of, inputs_of, parts_of

__all__ = ["FIRM", "Assignment", "assign", "deciding_inputs", "rule_constants"]

FIRM = 0.45
_CLEAR = 0.3
_CLAIMED = re.compile(
    r"(?:是不是|对应补偿|就是给?|就能?给|能拿到?|能补|补偿|退|应该是|等于|那就是|(?<![批拨])给我们|按[^，。]{0,8}给|能给|最高|最多|拿|补)$"
)
_CONFIRM = re.compile("[？?]$|真的吗|对吗|对吧|是吗|是吧|没错吧|对不对|是不是|对么")
_TARGET = re.compile("拿满|补满|顶格|到顶|封顶|拿全|拿到手|拿到|上限|那档|那一档|这一档|打满|补足|满额|才能")
_POLICY = re.compile("按|比例|的补贴|的支持|那个|上限|封顶|不超过|那笔|给|补")
_LATER, _EARLIER = (
    re.compile("今年|本年|最近一年|现在|涨到|增加到|到$"),
    re.compile("前年|上上年|原来|之前|从$"),
)
_CALENDAR_YEAR = re.compile("(?<![0-9])(?:20)?([12][0-9])年(?![内以多来限期的])")
_LAST_YEAR, _THIS_YEAR = re.compile("上一?年|去年|前一年"), re.compile("今年|本年|明年")
_EACH = re.compile(r"(?:每年|各|每笔|每家|每项|均为?|都是|都|分别都|一年)[^，。,；;]{0,14}$")
_SPAN = re.compile("连着|连续|一连|每年|各|一共|合计|总共|加起来|下来|累计|全部年份|加一块")
_AGE = re.compile("(?:近|满|过去|最近|前|上|这|第)$|成立|注册|开业|运营|年检|工龄|经验")


@dataclass(frozen=True, slots=True)
class Assignment:
    """`given` for `calculate`; `unused` figures that found no input; `firm` how many were placed by words."""

    given: Mapping[str, Value]
    unused: tuple[Mention, ...]
    firm: int
    sources: Mapping[str, int] = field(default_factory=dict)


def assign(rule: Rule, turns: Sequence[Turn]) -> Assignment:
    """Fill the inputs of `rule` from the turns of a conversation, later turns replacing earlier ones."""
    given: dict[str, Value] = {}
    unused: list[Mention] = []
    firm = 0
    sources: dict[str, int] = {}
    for number, turn in enumerate(turns):
        placed, left, sure = _Placer(rule, turn, given).place()
        for name in placed:
            sources[name] = number
        _forget_derived(rule, given, placed)
        if number and _MORE.search(turn.text):
            placed = {name: _increased(given.get(name), value) for name, value in placed.items()}
        elif _ADDED.search(turn.text):
            placed = {name: _appended(rule, given, name, value) for name, value in placed.items()}
        given.update(placed)
        unused += left
        firm += sure
    for name, spec in rule.inputs.items():
        if spec.choices:
            choice = said_choice(turns, spec)
            if choice is not None:
                given[name] = choice
        elif spec.is_flag:
            flag = said_flag(turns, spec)
            if flag is not None:
                given[name] = flag
    return Assignment(given, tuple(unused), firm, sources)


def _forget_derived(rule: Rule, given: dict[str, Value], placed: Mapping[str, Value]) -> None:
    """A new figure for what an input derives from replaces the input that was given before."""
    for name, spec in rule.inputs.items():
        if spec.derive is None or name not in given or name in placed:
            continue
        if any(leaf in placed for _, part in parts_of(spec.derive) for leaf in inputs_of(part)):
            given.pop(name)


def _appended(rule: Rule, given: Mapping[str, Value], name: str, value: Value) -> Value:
    """A new item beside those given before (`又补投了一笔500万`)."""
    spec = rule.inputs.get(name)
    if spec is None or spec.many is Many.NO or name not in given:
        return value
    earlier, new = given[name], value
    return (
        *(earlier if isinstance(earlier, tuple) else (earlier,)),
        *(new if isinstance(new, tuple) else (new,)),
    )


def _increased(earlier: Value | None, more: Value) -> Value:
    """`再多到账3个亿`: the figure given before and what comes on top of it."""
    if isinstance(earlier, Quantity) and isinstance(more, Quantity) and earlier.measure is more.measure:
        return replace(more, value=earlier.value + more.value)
    return more


class _Placer:
    """Places the figures of one turn."""

    def __init__(self, rule: Rule, turn: Turn, before: Mapping[str, Value]) -> None:
        self.rule = rule
        self.turn = turn
        self.before = before
        self.constants = set(rule_constants(rule))
        self.inputs = [spec for spec in rule.inputs.values() if spec.measure is not None]

    def place(self) -> tuple[dict[str, Value], list[Mention], int]:
        mentions = [mention for mention in self.turn.mentions if not self._repeats_policy(mention)]
        lists: dict[str, list[Mention]] = {}
        taken: set[int] = set()
        self._totals(mentions, lists, taken)
        self._by_year_words(mentions, lists, taken)
        self._in_order(mentions, lists, taken)
        firm = self._by_words(mentions, lists, taken)
        self._by_dates(lists)
        sure = set(lists)
        self._by_default(mentions, lists, taken)
        self._forget_guesses(lists, sure)
        placed: dict[str, Value] = {}
        for name, found in lists.items():
            spec = self.rule.inputs[name]
            values = [self._value(mention, spec) for mention in sorted(found, key=lambda m: m.start)]
            placed[name] = self._repeated(spec, found, values)
        self._take_part(mentions, placed, taken)
        self._without_special(lists, placed)
        self._prefer_parts(placed)
        years = self._years(mentions, taken)
        if years is not None and YEARS not in placed:
            placed[YEARS] = years
        left = [mention for i, mention in enumerate(mentions) if i not in taken]
        return placed, left, firm

    def _take_part(self, mentions: list[Mention], placed: dict[str, Value], taken: set[int]) -> None:
        """`本金900万，我们承担七成` for an input that is the part borne: the share of the figure."""
        for i, mention in enumerate(mentions):
            before = self.turn.text[max(0, mention.start - 4) : mention.start]
            if i in taken or mention.quantity.measure is not Measure.RATIO or not _BORNE.search(before):
                continue
            for name, value in placed.items():
                spec = self.rule.inputs[name]
                if isinstance(value, Quantity) and spec.measure is Measure.MONEY and _PART.search(spec.label):
                    placed[name] = replace(value, value=value.value * mention.quantity.value)
                    taken.add(i)
                    return

    def _without_special(self, lists: Mapping[str, list[Mention]], placed: dict[str, Value]) -> None:
        """`2项提案，其中1项重大突破` for an input that leaves out what another one counts."""
        for spec in self.inputs:
            whole = placed.get(spec.name)
            if "不含" not in spec.label or not isinstance(whole, Quantity):
                continue
            for name, found in lists.items():
                part = placed.get(name)
                between = self.turn.text[lists[spec.name][-1].end : found[0].start]
                if (
                    name != spec.name
                    and isinstance(part, Quantity)
                    and "其中" in between
                    and part.value <= whole.value
                ):
                    placed[spec.name] = whole = replace(whole, value=whole.value - part.value)

    def _forget_guesses(self, lists: dict[str, list[Mention]], sure: set[str]) -> None:
        """A figure that only fell to an input is none of it where what that input derives from was said."""
        for spec in self.inputs:
            if spec.derive is None or spec.name in sure or spec.name not in lists:
                continue
            if any(leaf in sure for _, part in parts_of(spec.derive) for leaf in inputs_of(part)):
                lists.pop(spec.name)

    def _prefer_parts(self, placed: dict[str, Value]) -> None:
        """Where everything that an input derives from is said, the input itself is derived."""
        for spec in self.inputs:
            if spec.derive is None or spec.name not in placed:
                continue
            leaves = {leaf for _, part in parts_of(spec.derive) for leaf in inputs_of(part)}
            if leaves and leaves <= placed.keys():
                placed.pop(spec.name)

    def _repeats_policy(self, mention: Mention) -> bool:
        """Whether the figure is the policy's own, a target to reach, or the user's guess at the result."""
        before = self.turn.text[max(0, mention.start - 8) : mention.start]
        after = self.turn.text[mention.end : mention.end + 8]
        if (
            _CONFIRM.search(self.turn.text)
            and _CLAIMED.search(before)
            and mention.quantity.measure is Measure.MONEY
        ):
            return True
        if mention.quantity not in self.constants or mention.quantity.measure is Measure.YEAR:
            return False
        if _TARGET.search(before[-4:]):
            return True
        if mention.quantity.measure is Measure.RATIO and not self._named(mention):
            return True
        return bool(_TARGET.search(after) or (_TARGET.search(before) and not self._named(mention)))

    def _named(self, mention: Mention) -> bool:
        return any(
            fits(mention, spec) and closeness(self.turn, mention, spec) >= FIRM for spec in self.inputs
        )

    def _by_year_words(
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
                if fits(m, spec) and i not in taken and self._nearest(m) in own | {None}
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

    def _totals(self, mentions: list[Mention], lists: dict[str, list[Mention]], taken: set[int]) -> None:
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
            if len({self._nearest(mentions[j]) for j in parts}) > 1:
                taken.add(i)
                return
            listed = any(fits(total, spec) and spec.many is not Many.NO for spec in self.inputs)
            taken.update([i] if listed else parts)
            name = None if listed else next((n for j in parts if (n := self._nearest(mentions[j]))), None)
            if name is not None:
                lists[name] = [total]
                taken.add(i)
            return

    def _in_order(self, mentions: list[Mention], lists: dict[str, list[Mention]], taken: set[int]) -> None:
        """`近3年收入5200万、5600万、6000万` for three inputs that share the words before the list, or for their total."""
        for first, mention in enumerate(mentions):
            row = [first]
            while row[-1] + 1 < len(mentions) and self._adjacent(mentions[row[-1]], mentions[row[-1] + 1]):
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
            if len(specs) == len(row):
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
            leaves = (
                [name for _, part in parts_of(spec.derive) for name in inputs_of(part)] if spec.derive else []
            )
            group = [self.rule.inputs[name] for name in leaves]
            alike = set.intersection(*(set(one.synonyms) for one in group)) if group else None
            if len(group) == count and alike and fits(mention, group[0]):
                found.append((max(closeness(self.turn, mention, one) for one in (spec, *group)), group))
        best = max(found, key=lambda part: part[0], default=(0.0, []))
        others = [
            closeness(self.turn, mention, s) for s in self.inputs if s not in best[1] and fits(mention, s)
        ]
        return best[1] if best[0] >= max(FIRM, *others, 0.0) else []

    def _nearest(self, mention: Mention) -> str | None:
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
        if _LATER.search(clause):
            return 2
        return 0 if _EARLIER.search(clause) else 1

    def _by_words(self, mentions: list[Mention], lists: dict[str, list[Mention]], taken: set[int]) -> int:
        pairs = sorted(
            (
                (closeness(self.turn, mention, spec), i, spec)
                for i, mention in enumerate(mentions)
                if i not in taken
                for spec in self.inputs
                if fits(mention, spec)
            ),
            key=lambda pair: (-pair[0], pair[1]),
        )
        firm = 0
        for score, i, spec in pairs:
            if (
                score < FIRM
                or i in taken
                or (lists.get(spec.name) and not self._joins(spec, lists, mentions[i]))
            ):
                continue
            lists.setdefault(spec.name, []).append(mentions[i])
            taken.add(i)
            firm += 1
        self._extend_lists(mentions, lists, taken)
        return firm

    def _by_dates(self, lists: dict[str, list[Mention]]) -> None:
        """`2021年成立` for an input that is a length of time, where no length was said."""
        for spec in self.inputs:
            if spec.measure not in (Measure.YEAR, Measure.MONTH) or spec.name in lists:
                continue
            near = [(closeness(self.turn, passed, spec), -i) for i, passed in enumerate(self.turn.since)]
            score, place = max(near, default=(0.0, 0))
            if score >= FIRM:
                lists[spec.name] = [self.turn.since[-place]]

    def _joins(self, spec: InputSpec, lists: Mapping[str, list[Mention]], mention: Mention) -> bool:
        if not self._takes_several(spec):
            return False
        listed = spec.many is not Many.NO and _LISTED.search(self.turn.text)
        return bool(listed) or any(self._adjacent(other, mention) for other in lists[spec.name])

    @staticmethod
    def _takes_several(spec: InputSpec) -> bool:
        return spec.many is not Many.NO or spec.measure in _COUNTS

    def _extend_lists(
        self, mentions: list[Mention], lists: dict[str, list[Mention]], taken: set[int]
    ) -> None:
        """`500万、700万、900万`: what is listed beside a placed figure belongs to the same input."""
        changed = True
        while changed:
            changed = False
            for name, found in list(lists.items()):
                spec = self.rule.inputs[name]
                for i, mention in enumerate(mentions):
                    if i in taken or not self._takes_several(spec) or not fits(mention, spec):
                        continue
                    if any(self._adjacent(other, mention) for other in found):
                        found.append(mention)
                        taken.add(i)
                        changed = True

    def _adjacent(self, one: Mention, two: Mention) -> bool:
        """Whether two figures stand side by side in one list."""
        first, second = sorted((one, two), key=lambda mention: mention.start)
        between = self.turn.text[first.end : second.start]
        if one.quantity.measure is not two.quantity.measure:
            return False
        return bool(_SIDE_BY_SIDE.fullmatch(between)) or self._itemised(first, between)

    def _itemised(self, first: Mention, between: str) -> bool:
        """`要花：活动费900万，会议费200万`: items of money that a colon announces."""
        sentence = re.split("[。；;！!？?]", self.turn.text[: first.start])[-1]
        announced = ":" in sentence and first.quantity.measure is Measure.MONEY
        return announced and bool(re.fullmatch(r"元?[，,、][^，,。；;、\d]{1,7}", between))

    def _by_default(self, mentions: list[Mention], lists: dict[str, list[Mention]], taken: set[int]) -> None:
        """A figure that no word names goes to the deciding input, where only one of its measure is left."""
        deciding = set(deciding_inputs(self.rule))
        for i, mention in enumerate(mentions):
            if (
                i in taken
                or mention.quantity.measure in (Measure.YEAR, Measure.PLAIN)
                or mention.text.endswith("年")
            ):
                continue
            if mention.quantity.measure is Measure.COUNT and not mention.text.endswith("个"):
                continue
            ordinal = mention.quantity.measure is Measure.ORDINAL
            free = [
                s
                for s in self.inputs
                if fits(mention, s) and s.name not in lists and (ordinal or s.name in deciding)
            ]
            required = [s for s in free if s.required]
            listed = [n for n in lists if n in deciding and self.rule.inputs[n].many is not Many.NO]
            if len(required) >= 1 and (len(required) == 1 or not self.before):
                lists[required[0].name] = [mention]
                taken.add(i)
            elif (
                listed
                and not required
                and fits(mention, self.rule.inputs[listed[0]])
                and any(self._adjacent(other, mention) for other in lists[listed[0]])
            ):
                lists[listed[0]].append(mention)
                taken.add(i)

    def _value(self, mention: Mention, spec: InputSpec) -> Single:
        """The mention's value; just below or above it where the words exclude a threshold of the rule."""
        quantity = mention.quantity
        if _NONE_AT_ALL.match(self.turn.text[mention.end :]):
            return replace(quantity, value=Decimal(0))
        step = {Comparison.LESS_THAN: Decimal(-1), Comparison.MORE_THAN: Decimal(1)}.get(mention.comparison)
        if step is not None and quantity in self._thresholds():
            scale = Decimal("0.0001") if quantity.measure is Measure.RATIO else Decimal("0.01")
            quantity = replace(quantity, value=quantity.value + step * scale)
        return Quantity(quantity.value, quantity.measure)

    def _thresholds(self) -> set[Quantity]:
        return set(rule_constants(self.rule))

    def _repeated(self, spec: InputSpec, found: list[Mention], values: list[Single]) -> Value:
        """A list where several are named, or `两年各1.5亿` repeats one; counts of kinds are added up."""
        if len(values) > 1 and spec.many is Many.NO:
            quantities = [value for value in values if isinstance(value, Quantity)]
            return replace(quantities[0], value=sum((q.value for q in quantities), Decimal(0)))
        if len(values) == 1 and spec.many is not Many.NO:
            times = self._count_for(found[0], Measure.YEAR if spec.many is Many.YEAR else None)
            if times:
                return tuple(values * times)
        return values[0] if len(values) == 1 else tuple(values)

    def _count_for(self, mention: Mention, measure: Measure | None) -> int:
        if not _EACH.search(self.turn.text[: mention.start]):
            return 0
        for other in self.turn.mentions:
            counted = other.quantity.measure is measure if measure else other.quantity.measure in _COUNTS
            recent = _AGE.search(self.turn.text[max(0, other.start - 4) : other.start])
            of_support = _SUPPORT.match(self.turn.text[other.end :])
            if (
                counted
                and not recent
                and not of_support
                and other is not mention
                and 1 < other.quantity.value <= 20
            ):
                return int(other.quantity.value)
        return 0

    def _years(self, mentions: list[Mention], taken: set[int]) -> Quantity | None:
        if not takes_years(self.rule) or any(s.many is Many.YEAR for s in self.inputs):
            return None
        if not _SPAN.search(self.turn.text):
            return None
        for i, mention in enumerate(mentions):
            before = self.turn.text[max(0, mention.start - 4) : mention.start]
            if mention.quantity.measure is not Measure.YEAR or i in taken or mention.quantity.value < 2:
                continue
            if not _AGE.search(before):
                taken.add(i)
                return mention.quantity
        return None


_SIDE_BY_SIDE = re.compile(
    r"元?(?:(?![，,]?(?:剩|其余|余下))[、，,和与及跟；;]+[^，。；;\d]{0,3}|[、，,；;]\d{2,4}年[^，。；;\d]{0,4}"
    r"|、[^，,。；;、\d]{0,8}|[、，,]?一[份笔个项次年台家张])"
)
_MORE = re.compile(
    "(?:再|又|还能?|要是|如果)多[^少，,。]{0,4}[0-9一二两三四五六七八九十]|再增加|再追加|再加上?[0-9一二两三四五六七八九十]"
)
_ADDED = re.compile("又|再加|另外|还有一|还[收买并投签办][了购]|补投|追加|再来")
_BORNE, _PART = re.compile("(?:承担|分担|负担|担|认|摊)了?$"), re.compile("承担|分担|部分")
_TOTAL = re.compile("总额|合计|累计")
_SUPPORT = re.compile("补贴|补助|支持|奖励|政策|资金")
_SUM = re.compile("合计|共|总|加起来|累计")
_LISTED = re.compile("分别|合计|一共|总共|加起来|两块|两项|两笔|各自")
_NONE_AT_ALL = re.compile("[^，。,；;]{0,8}都(?:还)?(?:没|未)|[都也还]*(?:没有?|未)(?=[，,。；;、]|$)")
_COUNTS = frozenset({Measure.COUNT, Measure.ITEM, Measure.PIECE, Measure.FIRM})


def deciding_inputs(rule: Rule) -> Iterator[str]:
    """Names of the inputs that the formula reads, directly or through what they derive from."""
    if rule.formula is None:
        return
    for _, part in parts_of(rule.formula):
        for name in inputs_of(part):
            yield name
            spec = rule.inputs.get(name)
            if spec is not None and spec.derive is not None:
                for _, below in parts_of(spec.derive):
                    yield from inputs_of(below)


def rule_constants(rule: Rule) -> Iterator[Quantity]:
    """Every constant of the rule's formula, ceilings and conditions."""
    for _, tree in rule.trees():
        for _, part in parts_of(tree):
            yield from constants_of(part)
