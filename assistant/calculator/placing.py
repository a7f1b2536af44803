"""The figures of one turn → the inputs of a rule: by words, by rows, by dates, and at last by what is left."""

import re
from collections.abc import Mapping
from dataclasses import replace

from assistant.calculator.deciding import deciding_inputs, rule_constants
from assistant.calculator.facts import Value, takes_years
from assistant.calculator.grouping import beside, named_together, priced
from assistant.calculator.kinds import clashes, gathers
from assistant.calculator.rows import Rows
from assistant.calculator.said import FIRM, Turn, averages, closeness, fits, said_of
from assistant.calculator.whose import of_another_year, repeats_policy
from assistant.calculator.worth import AGE, COUNTS, term_of, worth
from corpus.quantities.measures import Measure
from corpus.quantities.quantity import Mention, Quantity
from corpus.rulebook.model import Rule
from corpus.rulebook.parts import YEARS, InputSpec, Many
from corpus.rulebook.walk import leaves_of

__all__ = ["Placer"]

# What was received in several years or for several items adds up.
_RECEIVED = re.compile("已获|已补|已得")
_BORNE, _PART = re.compile("(?:承担|分担|负担|担|认|摊)了?$"), re.compile("承担|分担|部分")
_LISTED = re.compile("分别|合计|一共|总共|加起来|两块|两项|两笔|各自")
# 一个 before a noun says which, not how many.
_ARTICLE = re.compile("一[个家份只套场笔项次]")
# 过亿 is a figure only where words say of what.
_VAGUE = re.compile("[上过近好几]*[百千万亿]+元?")
_SUPPOSED, _REPLACING = re.compile("呢[？?]?$"), 0.3
_AVERAGE = re.compile("年均|平均|每年")
_ALSO_ALL = re.compile("也[都全均][^，,。；;、]{0,6}$")


def _is_span(turn: Turn, mention: Mention) -> bool:
    """Whether years are the first ones of a support (`前两年考核达标`), not how long something has lasted."""
    first = mention.quantity.measure is Measure.YEAR and turn.text[: mention.start].endswith(("前", "头"))
    return first and not AGE.search(turn.text[mention.end : mention.end + 4])


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
            self.starts[name] = found[0].start
            placed[name] = worth(self.turn, spec, found, self.constants)
        self._take_part(mentions, placed, taken)
        self._without_special(lists, placed)
        freed = [mention for name in self._prefer_parts(placed) for mention in lists.get(name, ())]
        taken -= {i for i, mention in enumerate(mentions) if mention in freed}
        if takes_years(self.rule) and not any(spec.many is Many.YEAR for spec in self.inputs):
            term = term_of(self.turn, [m for i, m in enumerate(mentions) if i not in taken])
            if term is not None:
                placed.setdefault(YEARS, Quantity(term.quantity.value, Measure.YEAR))
                taken.add(mentions.index(term))
        left = [mention for i, mention in enumerate(mentions) if i not in taken]
        return placed, left, firm

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
        counts = [m for found in lists.values() for m in found if m.quantity.measure in COUNTS]
        for spec in self.inputs:
            if spec.measure not in COUNTS or spec.name in lists:
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
                (closeness(self.turn, mention, spec) + self._replaces(spec), i, spec)
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

    def _replaces(self, spec: InputSpec) -> float:
        """What speaks for an input given before, where the turn puts another figure in its place (`要是3600万呢`)."""
        return _REPLACING if spec.name in self.before and _SUPPOSED.search(self.turn.text) else 0.0

    def _gather(self, mentions: list[Mention], lists: dict[str, list[Mention]], taken: set[int]) -> None:
        """Costs under names of their own in one row with a figure placed belong to the same input."""
        for name, found in lists.items():
            spec = self.rule.inputs[name]
            if spec.measure is not Measure.MONEY or not (gathers(spec) or spec.many is Many.ITEM):
                continue
            for mention in self._rows.run_of(found[0], spec, mentions):
                place = mentions.index(mention)
                if place not in taken and not _VAGUE.fullmatch(mention.text):
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
        return spec.many is not Many.NO or spec.measure in COUNTS

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
                    if i in taken or not fits(mention, spec) or _VAGUE.fullmatch(mention.text):
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
