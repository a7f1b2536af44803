"""An enterprise against the rules that this installation carries."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from functools import cached_property

from assistant.matching.match import MatchItem, MatchResult, match_profile
from assistant.matching.profile_terms import load_terms
from assistant.matching.workbook import workbook_bytes, workbook_of
from assistant.service.values import profile_of
from corpus.catalog import Corpus
from corpus.rulebook.parts import InputSpec, Many
from corpus.rules import RuleBook
from ui.backend.calculating import VERDICTS, Calculating, calculated, limits_of
from ui.backend.computed import Field
from ui.backend.items import field_of
from ui.backend.matched import Fact, Match, Matched, Profile
from ui.backend.profiles import read_profile_file, template_workbook, template_yaml

__all__ = ["Matching"]

_YEARS = 3


class Matching:
    """Safe to share between sessions. Every method raises UserError with words for the user."""

    def __init__(self, corpus: Corpus, rules: Callable[[], RuleBook], calculating: Calculating) -> None:
        self._corpus = corpus
        self._rules = rules
        self._calculating = calculating

    def years(self) -> tuple[str, ...]:
        """The last full years, the newest first."""
        return tuple(str(date.today().year - back) for back in range(1, _YEARS + 1))

    @cached_property
    def basics(self) -> tuple[Fact, ...]:
        """What every enterprise is asked: the facts that the rules of several documents share."""
        return tuple(self._basics())

    @cached_property
    def others(self) -> dict[str, Field]:
        """Every other fact that some rule asks for, by its label; those that more rules ask for first."""
        terms = load_terms()
        names = (fact.label for fact in self.basics)
        gives = (*(day.gives for day in terms.dates), *(place.gives for place in terms.places))
        known = {terms.name_of(name)[0] for name in (*names, *gives)}
        specs = [spec for rule in self._rules().rules for spec in rule.inputs.values()]
        counts = Counter(spec.label for spec in specs)
        by_label = {spec.label: spec for spec in reversed(specs) if spec.many is Many.NO}
        ordered = sorted(by_label, key=lambda label: (-counts[label], label))
        return {
            label: field_of(by_label[label], "own")
            for label in ordered
            if terms.name_of(label)[0] not in known
        }

    def match(self, profile: Profile) -> Matched:
        """The enterprise judged on every item, today."""
        result = self._result(profile)
        return Matched(
            as_of=result.as_of,
            items=tuple(map(self._match, result.items)),
            total=str(result.portfolio.total),
            possible=str(result.possible),
            limits=limits_of(result.portfolio),
            provisos=result.portfolio.provisos,
            notes=result.notes,
        )

    def workbook(self, profile: Profile) -> bytes:
        """The result as .xlsx, as `zhengce match --xlsx` writes it."""
        return workbook_bytes(workbook_of(self._result(profile)))

    def read(self, name: str, content: bytes) -> Profile:
        """An uploaded .xlsx or .yaml; raises InvalidInput with the way out."""
        units = {fact.label: fact.field.unit for fact in self.basics if fact.field is not None}
        units |= {label: field.unit for label, field in self.others.items()}
        lists = {fact.label for fact in self.basics if fact.kind == "list"}
        profile = read_profile_file(name, content, units, lists)
        return {**profile, "facts": {self._usual(label): said for label, said in profile["facts"].items()}}

    def template(self, kind: str) -> bytes:
        """A file to fill in, `xlsx` or `yaml`."""
        if kind == "yaml":
            return template_yaml()
        return template_workbook(self.basics, self.others, self.years())

    def _result(self, profile: Profile) -> MatchResult:
        stated = profile_of(profile["name"], profile["facts"], profile["rules"])
        return match_profile(self._rules(), self._corpus, stated, date.today())

    def _match(self, item: MatchItem) -> Match:
        found = calculated(item.outcome)
        return Match(
            item=self._calculating.item(item.rule.id),
            verdict=VERDICTS[item.verdict],
            related=item.related,
            amount=item.money,
            low=found.money.low if found.money else None,
            high=found.money.high if found.money else None,
            reasons=item.reasons,
            deciding=item.decided_by,
            remark=item.remark,
            counted=item.counted,
            found=found,
            given=_given(item),
        )

    def _basics(self) -> Iterator[Fact]:
        terms = load_terms()
        implied = {*(day.gives for day in terms.dates), *(place.gives for place in terms.places)}
        for place in terms.places:
            yield Fact(place.words[0], "text", f"写到省市区，如 {place.contains[0]}市海淀区")
        for day in terms.dates:
            yield Fact(day.words[0], "date", f"用来算“{day.gives}”")
        yield Fact(terms.fields.words[0], "text", "如 人工智能、软件、医药健康；认得出的才作判断")
        yield Fact(terms.lists[0], "list", "写全名，几项用“、”分开")
        for names in terms.same:
            specs = [(spec, times) for spec, times in self._named(names[0])]
            if not specs or names[0] in implied or implied & {*names}:
                continue
            field = field_of(specs[0][0], "own")
            yearly = field.kind in ("number", "whole") and any(times for _, times in specs)
            yield Fact(names[0], "yearly" if yearly else "field", f"也叫{'、'.join(names[1:4])}", field)

    def _usual(self, label: str) -> str:
        """The name under which the form asks for the fact, where people call it something else."""
        terms = load_terms()
        names = [part.words for part in terms.dates]
        names += [part.words for part in terms.places]
        names += [terms.fields.words, terms.lists, *terms.same]
        asked = {fact.label for fact in self.basics}
        return next((group[0] for group in names if label in group and group[0] in asked), label)

    def _named(self, name: str) -> Iterator[tuple[InputSpec, bool]]:
        """The inputs that mean this fact, each with whether its label names a year."""
        terms = load_terms()
        core = terms.name_of(name)[0]
        for rule in self._rules().rules:
            for spec in rule.inputs.values():
                found, when = terms.name_of(spec.label)
                if found == core:
                    yield spec, bool(when.pattern)


def _given(item: MatchItem) -> dict[str, str | tuple[str, ...]]:
    """What the item was calculated with, as the form of 算一算 reads it."""
    labels = {spec.label: name for name, spec in item.rule.inputs.items()}
    return {labels[label]: _split(value) for label, value in item.used if label in labels}


def _split(value: str) -> str | tuple[str, ...]:
    parts = value.split("、")
    return value if len(parts) == 1 else tuple(parts)
