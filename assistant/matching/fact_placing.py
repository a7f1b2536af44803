"""The facts of a profile → the inputs of every rule, by name, year and measure.

A fact goes to the inputs that bear its name or mean the same; failing these, to those that list its words as
a synonym, where they all mean one thing. What finds no input, or could mean several, is reported.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_CEILING, Decimal

from assistant.calculator.facts import Value, read_value
from assistant.calculator.said import Turn, said_choice, said_flag, words_of
from assistant.matching.profile import Fact
from assistant.matching.profile_terms import Terms, When, load_terms
from corpus.errors import InvalidInput
from corpus.folding import fold
from corpus.quantities.quantity import Quantity
from corpus.rulebook.formula import Difference
from corpus.rulebook.model import Rule
from corpus.rulebook.parts import InputSpec, Many
from corpus.rulebook.walk import inputs_of, parts_of

__all__ = ["Placement", "place_facts"]

_YES = "是"
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Placement:
    """What each rule is given: `given` by rule id and input, `origin` the fact behind it, `notes` on the rest."""

    given: dict[str, dict[str, Value]] = field(default_factory=dict)
    origin: dict[str, dict[str, str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    used: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Slot:
    """An input of a rule, with what its label names and the years that it wants."""

    rule: str
    spec: InputSpec
    core: str
    when: When


def place_facts(rules: Iterable[Rule], facts: Iterable[Fact], as_of: date) -> Placement:
    """Assign `facts` to the inputs of `rules`; years are counted back from the last full year before `as_of`."""
    placer = _Placer(rules, as_of)
    for fact in sorted(facts, key=placer.implies):
        placer.place(fact)
    return placer.placement


class _Placer:
    def __init__(self, rules: Iterable[Rule], as_of: date) -> None:
        self.terms: Terms = load_terms()
        self.as_of = as_of
        self.placement = Placement()
        self.by_label: dict[str, list[_Slot]] = {}
        self.by_core: dict[str, list[_Slot]] = {}
        self.by_word: dict[str, list[_Slot]] = {}
        self.exact: set[tuple[str, str]] = set()
        for rule in rules:
            backs = _backs(rule, self.terms)
            for spec in rule.inputs.values():
                core, when = self.terms.name_of(spec.label)
                if spec.name in backs:
                    when = when.model_copy(update={"back": backs[spec.name]})
                slot = _Slot(rule.id, spec, core, when)
                self.by_label.setdefault(fold(spec.label), []).append(slot)
                self.by_core.setdefault(core, []).append(slot)
                for word in words_of(spec):
                    self.by_word.setdefault(word, []).append(slot)

    def implies(self, fact: Fact) -> bool:
        """Whether the fact only implies others (a line of business, a list of titles), which then go first."""
        return fold(fact.label) in map(fold, (*self.terms.fields.words, *self.terms.lists))

    def place(self, fact: Fact) -> None:
        """Put one fact where it belongs, or note why it belongs nowhere."""
        placed = sum(self._put(part, fact.label) for part in self._meant(fact))
        if placed:
            self.placement.used[fact.label] = placed
        elif not any(note.startswith(f"“{fact.label}”") for note in self.placement.notes):
            self._note(
                fact.label, "没有规则用到，未参与判断（可用 zhengce rules --json 查看各规则的输入名称）"
            )

    def _meant(self, fact: Fact) -> Iterator[Fact]:
        """The fact itself, or what a date, place, line of business or list of titles says."""
        label = fold(fact.label)
        if fact.values and label in self.by_label:
            yield fact
            return
        for day in self.terms.dates:
            if label in map(fold, day.words):
                yield from self._age(fact, day.gives)
                return
        for place in self.terms.places:
            if label in map(fold, place.words):
                text = str(fact)
                here = any(word in text for word in place.contains)
                if here or any(word in text for word in place.elsewhere):
                    yield Fact(place.gives, (_YES if here else "否",))
                else:
                    self._note(fact.label, f"看不出“{text}”是否在{'、'.join(place.contains)}，请写明省市")
                return
        if label in map(fold, self.terms.fields.words):
            yield from self._affirmed(fact)
        elif label in map(fold, self.terms.lists):
            yield from (Fact(value, (_YES,)) for value in fact.values)
        else:
            yield fact

    def _age(self, fact: Fact, gives: str) -> Iterator[Fact]:
        try:
            day = datetime.strptime(re.sub(r"[年月/.]", "-", str(fact)).rstrip("日"), "%Y-%m-%d").date()
        except ValueError:
            self._note(fact.label, f"“{fact}”不是日期，请写成 2021-03-01 这样的形式")
            return
        if day > self.as_of:
            self._note(fact.label, f"{day} 在判断之日 {self.as_of} 之后")
            return
        yield Fact(gives, (f"{_years_between(day, self.as_of)}年",))

    def _affirmed(self, fact: Fact) -> Iterator[Fact]:
        turn = Turn.read(str(fact))
        for label, slots in self.by_label.items():
            spec = slots[0].spec
            if not spec.is_flag or not re.search(self.terms.fields.label, label):
                continue
            if said_flag([turn], spec) or turn.text in label:
                yield Fact(spec.label, (_YES,))

    def _put(self, fact: Fact, origin: str) -> int:
        slots = self._slots(fact, origin)
        placed, faults = 0, []
        for slot in slots:
            try:
                value = self._value(fact, slot)
            except InvalidInput as error:
                faults.append(str(error))
                continue
            placed += value is not None and self._set(slot, value, fact, origin)
        if slots and not placed:
            self._note(origin, faults[0] if faults else "没有规则要的那个年度的数，或已由更具体的情况说明")
        return placed

    def _slots(self, fact: Fact, origin: str) -> list[_Slot]:
        label = fold(fact.label)
        core, _ = self.terms.name_of(fact.label)
        found = {id(s): s for s in (*self.by_label.get(label, []), *self.by_core.get(core, []))}
        if found:
            return list(found.values())
        known = [*self.by_word.get(label, []), *self.by_word.get(core, [])]
        meant = list({id(slot): slot for slot in known if _readable(fact, slot.spec)}.values())
        labels = dict.fromkeys(slot.spec.label for slot in meant)
        if len({slot.core for slot in meant}) > 1:
            shown = "、".join(f"“{name}”" for name in list(labels)[:4]) + ("等" if len(labels) > 4 else "")
            self._note(origin, f"可指{shown}，请改用其中的全名")
            return []
        return meant

    def _value(self, fact: Fact, slot: _Slot) -> Value | None:
        """What the slot gets of the fact; None where the fact does not speak of its years."""
        exact = fold(fact.label) == fold(slot.spec.label)
        if not fact.by_year:
            _, when = self.terms.name_of(fact.label)
            if not exact and not when.same_years(slot.when):
                return None
            return _read(slot.spec, fact.values)
        last = max((year for year in fact.by_year if year < self.as_of.year), default=None)
        if last is None:
            return None
        if slot.spec.many is Many.YEAR and not slot.when.pattern:
            return _read(slot.spec, tuple(value for year, value in fact.by_year.items() if year <= last))
        return _of_years(fact.by_year, last, slot)

    def _set(self, slot: _Slot, value: Value, fact: Fact, origin: str) -> bool:
        """Keep the value, unless the input has one already; a fact that bears the input's very name goes before."""
        key = slot.rule, slot.spec.name
        exact = fold(fact.label) == fold(slot.spec.label) and origin == fact.label
        given = self.placement.given.setdefault(slot.rule, {})
        if slot.spec.name in given and (key in self.exact or not exact):
            if given[slot.spec.name] == value:
                return True
            first = self.placement.origin[slot.rule][slot.spec.name]
            self._note(origin, f"与“{first}”对“{slot.spec.label}”的说法不一，用了后者")
            return False
        if exact:
            self.exact.add(key)
        given[slot.spec.name] = value
        self.placement.origin.setdefault(slot.rule, {})[slot.spec.name] = origin
        return True

    def _note(self, label: str, message: str) -> None:
        note = f"“{label}”：{message}"
        if note not in self.placement.notes:
            self.placement.notes.append(note)


def _backs(rule: Rule, terms: Terms) -> Mapping[str, int]:
    """How many years back an input lies that is subtracted from another one of the same name."""
    found: dict[str, int] = {}
    for spec in rule.inputs.values():
        for _, part in () if spec.derive is None else parts_of(spec.derive):
            if not isinstance(part, Difference):
                continue
            later, earlier = list(inputs_of(part.of)), list(inputs_of(part.minus))
            if len(later) == len(earlier) == 1:
                core, when = terms.name_of(rule.inputs[later[0]].label)
                other, before = terms.name_of(rule.inputs[earlier[0]].label)
                if core == other and when.take == before.take == "one":
                    found[earlier[0]] = max(before.back, when.back + 1)
    return found


def _readable(fact: Fact, spec: InputSpec) -> bool:
    try:
        _read(spec, fact.values or tuple(fact.by_year.values())[-1:])
    except InvalidInput:
        return False
    return True


def _read(spec: InputSpec, values: tuple[str, ...]) -> Value:
    """The texts as values of the input; a choice may be named as people say it. Raises InvalidInput."""
    if spec.choices and len(values) == 1:
        named = said_choice([Turn.read(values[0])], spec)
        return read_value(spec, named if named is not None else values[0])
    return read_value(spec, values)


def _of_years(by_year: Mapping[int, str], last: int, slot: _Slot) -> Value | None:
    when = slot.when
    years = range(last - when.back, last - when.back - when.over, -1)
    if when.take == "none" or any(year not in by_year for year in years):
        return None
    values = [_read(slot.spec, (by_year[year],)) for year in years]
    if when.take == "one":
        return values[0]
    quantities = [value for value in values if isinstance(value, Quantity)]
    if len(quantities) < len(values):
        return None
    total = sum((quantity.value for quantity in quantities), Decimal(0))
    return Quantity(total / len(values) if when.take == "mean" else total, quantities[0].measure)


def _years_between(first: date, last: date) -> Decimal:
    """Years from `first` to `last`, a begun year as hundredths rounded up, so that 5年 is not exceeded too late."""
    whole = last.year - first.year - ((last.month, last.day) < (first.month, first.day))
    anniversary = _in_year(first, first.year + whole)
    share = Decimal((last - anniversary).days) / (_in_year(first, first.year + whole + 1) - anniversary).days
    return whole + share.quantize(_CENT, ROUND_CEILING)


def _in_year(day: date, year: int) -> date:
    return day.replace(year=year, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=year)
