"""The figures of one turn → the inputs of a rule: by words, by rows, by dates, and at last by what is left."""

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from assistant.calculator.deciding import deciding_inputs, rule_constants
from assistant.calculator.facts import Single, Value, takes_years
from assistant.calculator.grouping import beside, named_together, priced
from assistant.calculator.kinds import clashes, gathers
from assistant.calculator.rows import Rows
from assistant.calculator.said import FIRM, Turn, averages, closeness, fits, said_of
from assistant.calculator.whose import of_another_year, repeats_policy
from corpus.quantities.measures import Measure
from corpus.quantities.numerals import parse_integer
from corpus.quantities.quantity import Comparison, Mention, Quantity
from corpus.rulebook.model import Rule
from corpus.rulebook.parts import YEARS, InputSpec, Many
from corpus.rulebook.walk import leaves_of

__all__ = ["Placer"]

# What was received in several years or for several items adds up.
_RECEIVED = re.compile("已获|已补|已得")
_EACH = re.compile(r"(?:每年|各|每笔|每家|每项|均为?|都是|都|分别都|(?<![上前第这近])一年)[^，。,；;]{0,14}$")
_SPAN = re.compile("连着|连续|一连|每年|各|一共|合计|总共|加起来|下来|累计|全部年份|加一块")
_AGE = re.compile("(?:近|满|过去|最近|前|上|这|第)$|成立|注册|开业|运营|年检|工龄|经验")
_BORNE, _PART = re.compile("(?:承担|分担|负担|担|认|摊)了?$"), re.compile("承担|分担|部分")
_SUPPORT = re.compile("补贴|补助|支持|奖励|政策|资金")
_LISTED = re.compile("分别|合计|一共|总共|加起来|两块|两项|两笔|各自")
_NONE_AT_ALL = re.compile("[^，。,；;]{0,8}都(?:还)?(?:没|未)|[都也还]*(?:没有?|未)(?=[，,。；;、]|$)")
_NOT_ONE = re.compile("(?:没有?|未|无)[^，,。；;不]{0,3}$")
# 一个 before a noun says which, not how many.
_ARTICLE = re.compile("一[个家份只套场笔项次]")
_PERIODS = re.compile(
    r"(?P<n>[二两三四六\d]{1,2})个?(?:季度|季|个月|月)(?:里|中|内)?(?:各|每个?(?:季度|季|月)|都|分别)[^，,。；;\d]{0,6}$"
)
_YEAR_WORDS = re.compile(
    "前年|去年|上年|上一年|今年|本年|明年|后年|第[一二三1-3]年|(?:20)?[12][0-9]年|[两二三四五]年"
)
_SEVERAL = 2
_AVERAGE = re.compile("年均|平均|每年")
_STAYS = re.compile("(?:余额|还是|仍是?|依然|保持|不变)[^，,。；;]{0,3}$")
_ALSO_ALL = re.compile("也[都全均][^，,。；;、]{0,6}$")
_COUNTS = frozenset({Measure.COUNT, Measure.ITEM, Measure.PIECE, Measure.FIRM})


def _is_span(turn: Turn, mention: Mention) -> bool:
    """Whether years are the first ones of a support (`前两年考核达标`), not how long something has lasted."""
    first = mention.quantity.measure is Measure.YEAR and turn.text[: mention.start].endswith(("前", "头"))
    return first and not _AGE.search(turn.text[mention.end : mention.end + 4])


class Placer:
    """Places the figures of one turn."""

    def __init__(self, rule: Rule, turn: Turn, before: Mapping[str, Value]) -> None:
        self.rule = rule
        self.turn = turn
        self.before = before
        self.constants = set(rule_constants(rule))
        self.inputs = [spec for spec in rule.inputs.values() if spec.measure is not None]
        self.starts: dict[str, int] = {}
        """Where the first figure of each input stands, once they are placed."""
        self._rows = Rows(rule, turn, self.inputs)

    def place(self) -> tuple[dict[str, Value], list[Mention], int]:
        mentions = [
            mention
            for mention in self.turn.mentions
            if not repeats_policy(self.turn, self._rows, self.constants, mention)
            and not (_is_span(self.turn, mention) or self._is_average(mention))
        ]
        lists: dict[str, list[Mention]] = {}
        taken: set[int] = set()
        self._rows.take_details(mentions, taken)
        self._rows.take_totals(mentions, lists, taken)
        self._rows.recent_only(mentions, lists, taken)
        self._rows.by_year_words(mentions, lists, taken)
        self._rows.by_years(mentions, lists, taken)
        self._rows.in_order(mentions, lists, taken)
        self._by_groups(mentions, lists, taken)
        firm = self._by_words(mentions, lists, taken)
        self._by_dates(lists)
        sure = set(lists)
        self._by_default(mentions, lists, taken)
        freed = self._forget_guesses(lists, sure)
        taken -= {i for i, mention in enumerate(mentions) if mention in freed}
        self._gather(mentions, lists, taken)
        for name, places in beside(self.inputs, lists, mentions).items():
            lists[name] = [mentions[place] for place in places]
            taken |= set(places)
        self._shared_counts(lists)
        placed: dict[str, Value] = {}
        for name, found in lists.items():
            spec = self.rule.inputs[name]
            found.sort(key=lambda mention: mention.start)
            found = [m for i, m in enumerate(found) if not (i and self._restates(m, found[i - 1]))]
            self.starts[name] = found[0].start
            values = [self._value(mention, spec) for mention in found]
            placed[name] = self._repeated(spec, found, values)
        self._take_part(mentions, placed, taken)
        self._without_special(lists, placed)
        freed = [mention for name in self._prefer_parts(placed) for mention in lists.get(name, ())]
        taken -= {i for i, mention in enumerate(mentions) if mention in freed}
        years = self._years(mentions, taken)
        if years is not None and YEARS not in placed:
            placed[YEARS] = years
        left = [mention for i, mention in enumerate(mentions) if i not in taken]
        return placed, left, firm

    def _restates(self, mention: Mention, before: Mention) -> bool:
        """Whether a figure says again what the one before said (`贷款4亿……每年余额都是4亿`)."""
        same = mention.quantity == before.quantity
        return same and bool(_STAYS.search(self.turn.text[before.end : mention.start]))

    def _is_average(self, mention: Mention) -> bool:
        """Whether the figure restates a sum of years, and no input is such an average."""
        nearest = self._rows.nearest(mention) if mention in averages(self.turn) else None
        return mention in averages(self.turn) and not (
            nearest and _AVERAGE.search(self.rule.inputs[nearest].label)
        )

    def _by_groups(self, mentions: list[Mention], lists: dict[str, list[Mention]], taken: set[int]) -> None:
        """Figures that several words or counts share, where rows have taken none."""
        if taken:
            return
        products = priced(self.turn, self._rows, self.inputs, mentions)
        if products is not None:
            name, by_place, places = products
            for place, product in by_place.items():
                mentions[place] = product
            lists[name] = list(by_place.values())
            taken |= places
        together = named_together(self.turn, self._rows, self.inputs, mentions)
        if together is not None and together[1] not in taken:
            name, place = together
            lists[name] = [mentions[place]]
            taken.add(place)

    def _shared_counts(self, lists: dict[str, list[Mention]]) -> None:
        """`2个产品都拿了证书，也都贴了标`: the count of one input holds for what is said of the same things."""
        counts = [m for found in lists.values() for m in found if m.quantity.measure in _COUNTS]
        for spec in self.inputs:
            if spec.measure not in _COUNTS or spec.name in lists:
                continue
            for place in said_of(self.turn, spec):
                before = [m for m in counts if m.end <= place.start]
                if before and _ALSO_ALL.search(self.turn.text[: place.start]):
                    lists[spec.name] = [max(before, key=lambda m: m.start)]

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

    def _forget_guesses(self, lists: dict[str, list[Mention]], sure: set[str]) -> list[Mention]:
        """A figure that only fell to an input is none of it where what that input derives from was said; returns
        the figures set free."""
        freed: list[Mention] = []
        for spec in self.inputs:
            if spec.derive is None or spec.name in sure or spec.name not in lists:
                continue
            if sure.intersection(leaves_of(spec.derive)):
                freed += lists.pop(spec.name)
        return freed

    def _prefer_parts(self, placed: dict[str, Value]) -> list[str]:
        """Where everything that an input derives from is said, the input itself is derived; returns which are."""
        derived = []
        for spec in self.inputs:
            if spec.derive is None or spec.name not in placed:
                continue
            leaves = set(leaves_of(spec.derive))
            if leaves and leaves <= placed.keys():
                placed.pop(spec.name)
                derived.append(spec.name)
        return derived

    def _by_words(self, mentions: list[Mention], lists: dict[str, list[Mention]], taken: set[int]) -> int:
        pairs = sorted(
            (
                (closeness(self.turn, mention, spec), i, spec)
                for i, mention in enumerate(mentions)
                if i not in taken
                for spec in self.inputs
                if fits(mention, spec)
                and not (clashes(self.turn, mention, spec) or of_another_year(self.turn, mention, spec))
            ),
            # Of two that the words fit alike, the one that earlier turns gave a figure is given another.
            key=lambda pair: (-pair[0], pair[2].name not in self.before, pair[1]),
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

    def _gather(self, mentions: list[Mention], lists: dict[str, list[Mention]], taken: set[int]) -> None:
        """Costs under names of their own in one row with a figure placed belong to the same input."""
        for name, found in lists.items():
            spec = self.rule.inputs[name]
            if spec.measure is not Measure.MONEY or not (gathers(spec) or spec.many is Many.ITEM):
                continue
            for mention in self._rows.run_of(found[0], spec, mentions):
                place = mentions.index(mention)
                if place not in taken:
                    found.append(mention)
                    taken.add(place)

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
            return bool(_RECEIVED.search(spec.label)) or self._respectively(lists[spec.name][0], mention)
        listed = spec.many is not Many.NO and _LISTED.search(self.turn.text)
        return bool(listed) or any(self._rows.adjacent(other, mention) for other in lists[spec.name])

    def _respectively(self, first: Mention, mention: Mention) -> bool:
        """`分别补过450万、450万`: sums of one kind, listed one after the other."""
        before = self.turn.text[max(0, first.start - 8) : first.start]
        return "分别" in before and self._rows.adjacent(first, mention)

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
                    if i in taken or not fits(mention, spec):
                        continue
                    if not (self._takes_several(spec) or self._respectively(found[0], mention)):
                        continue
                    if clashes(self.turn, mention, spec) or self._rows.nearest(mention) not in (None, name):
                        continue
                    if any(self._rows.adjacent(other, mention) for other in found):
                        found.append(mention)
                        taken.add(i)
                        changed = True

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
            if _ARTICLE.fullmatch(mention.text):
                continue
            ordinal = mention.quantity.measure is Measure.ORDINAL
            free = [
                s
                for s in self.inputs
                if fits(mention, s) and s.name not in lists and (ordinal or s.name in deciding)
            ]
            free = [s for s in free if not clashes(self.turn, mention, s)]
            required = [s for s in free if s.required]
            listed = [n for n in lists if n in deciding and self.rule.inputs[n].many is not Many.NO]
            if len(required) >= 1 and (len(required) == 1 or not self.before):
                lists[required[0].name] = [mention]
                taken.add(i)
            elif (
                listed
                and not required
                and fits(mention, self.rule.inputs[listed[0]])
                and self._rows.nearest(mention) in (None, listed[0])
                and any(self._rows.adjacent(other, mention) for other in lists[listed[0]])
            ):
                lists[listed[0]].append(mention)
                taken.add(i)

    def _value(self, mention: Mention, spec: InputSpec) -> Single:
        """The mention's value; just below or above it where the words exclude a threshold of the rule."""
        quantity = mention.quantity
        none = mention.text.startswith("一") and _NOT_ONE.search(self.turn.text[: mention.start])
        if none or _NONE_AT_ALL.match(self.turn.text[mention.end :]):
            return replace(quantity, value=Decimal(0))
        step = {Comparison.LESS_THAN: Decimal(-1), Comparison.MORE_THAN: Decimal(1)}.get(mention.comparison)
        if step is not None and quantity in self.constants:
            scale = Decimal("0.0001") if quantity.measure is Measure.RATIO else Decimal("0.01")
            quantity = replace(quantity, value=quantity.value + step * scale)
        return Quantity(quantity.value, quantity.measure)

    def _repeated(self, spec: InputSpec, found: list[Mention], values: list[Single]) -> Value:
        """A list where several are named, or `两年各1.5亿` repeats one; counts of kinds are added up."""
        one_year = spec.many is Many.YEAR and self._in_one_year(found)
        if len(values) > 1 and (spec.many is Many.NO or one_year):
            quantities = [value for value in values if isinstance(value, Quantity)]
            return replace(quantities[0], value=sum((q.value for q in quantities), Decimal(0)))
        periods = _PERIODS.search(self.turn.text[: found[0].start]) if len(values) == 1 else None
        if periods and spec.measure is Measure.MONEY and isinstance(values[0], Quantity):
            return replace(values[0], value=values[0].value * (parse_integer(periods["n"]) or 1))
        if len(values) == 1 and spec.many is not Many.NO:
            times = self._count_for(found[0], Measure.YEAR if spec.many is Many.YEAR else None)
            if times:
                return tuple(values * times)
        return values[0] if len(values) == 1 else tuple(values)

    def _in_one_year(self, found: list[Mention]) -> bool:
        """Whether as many things were counted as figures are listed (`三单，400万、750万、980万`), of no other years."""
        counted = any(
            m.quantity.measure in _COUNTS and m.quantity.value == len(found) for m in self.turn.mentions
        )
        return counted and len(set(_YEAR_WORDS.findall(self.turn.text))) < _SEVERAL

    def _count_for(self, mention: Mention, measure: Measure | None) -> int:
        if not _EACH.search(self.turn.text[: mention.start]):
            return 0
        # The count that stands nearest before the figure is its own.
        for other in sorted(self.turn.mentions, key=lambda m: (m.start > mention.start, -m.start)):
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
