"""What a rule file says: support items with inputs, conditions, formula, ceilings and quotes.

`corpus/rules/README.md` explains every field to the people who write the files; formulas and predicates
are in `corpus.rulebook.formula`, the parts of a rule in `corpus.rulebook.parts`.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from pydantic import Field, model_validator

from corpus.quantities.quantity import Measure
from corpus.rulebook.formula import Constant, Each, Formula, Model
from corpus.rulebook.parts import (
    Answers,
    AssumptionOrText,
    CapRule,
    Condition,
    Example,
    InputSpec,
    Kind,
    Many,
    Meaning,
    Period,
    Quote,
    QuoteOrWords,
    Reading,
    Stacking,
)
from corpus.rulebook.walk import Location, inputs_of, parts_of

__all__ = ["Common", "Group", "NotComputable", "Rule", "RuleFile"]


class Rule(Model):
    """One support item. `doc`, `version` and `text_hash` are filled in by the loader.

    `version` is the hash of the rule's content and of its unit's text: one version always computes the same.
    """

    doc: str
    version: str
    text_hash: str
    id: str
    unit: str
    path: str
    label: str
    aliases: tuple[str, ...] = ()
    applicant: str
    kind: Kind
    answers: Answers = Answers.SUBSIDY
    inputs: dict[str, InputSpec] = Field(default_factory=dict)
    conditions: tuple[Condition, ...] = ()
    formula: Formula | None = None
    caps: tuple[CapRule, ...] = ()
    group: str | None = None
    stacking: tuple[Stacking, ...] = ()
    period: Period = Period(kind="one_off")
    judgement: tuple[QuoteOrWords, ...] = ()
    assumptions: tuple[AssumptionOrText, ...] = ()
    readings: tuple[Reading, ...] = ()
    meanings: tuple[Meaning, ...] = ()
    quotes: tuple[QuoteOrWords, ...]
    examples: tuple[Example, ...] = Field(min_length=1)
    reviewed: str

    @model_validator(mode="before")
    @classmethod
    def _name_inputs(cls, data: object) -> object:
        if isinstance(data, dict) and isinstance(data.get("inputs"), dict):
            named = {
                name: {**spec, "name": name} if isinstance(spec, dict) else spec
                for name, spec in data["inputs"].items()
            }
            return {**data, "inputs": named}
        return data

    @model_validator(mode="after")
    def _formula_unless_eligibility(self) -> "Rule":
        if (self.formula is None) != (self.answers is Answers.ELIGIBILITY):
            raise ValueError("只有 answers: eligibility 的规则不写 formula，其余规则都要写")
        return self

    def trees(self) -> Iterator[tuple[Location, Model]]:
        """Every formula and predicate of a rule with its place in the rule."""
        if self.formula is not None:
            yield ("formula",), self.formula
        yield from _cap_trees(self.caps, ("caps",))
        for index, reading in enumerate(self.readings):
            yield ("readings", index, "formula"), reading.formula
            yield from _cap_trees(reading.caps or (), ("readings", index, "caps"))
        for index, condition in enumerate(self.conditions):
            for name, test in (("test", condition.test), ("when", condition.when)):
                if test is not None:
                    yield ("conditions", index, name), test
        for name, spec in self.inputs.items():
            if spec.derive is not None:
                yield ("inputs", name, "derive"), spec.derive
        for index, assumption in enumerate(self.assumptions):
            if assumption.when is not None:
                yield ("assumptions", index, "when"), assumption.when
        if self.period.max_years is not None:
            yield ("period", "max_years"), self.period.max_years

    @cached_property
    def measures(self) -> Mapping[str, Measure | None]:
        """The measure of each input, None for choices and flags."""
        return {name: spec.measure for name, spec in self.inputs.items()}

    @cached_property
    def amount_choices(self) -> tuple[str, ...]:
        """The choice and flag inputs that the amount depends on, in the order of the file."""
        named = {
            name
            for at, tree in self.trees()
            if at[0] in ("formula", "caps", "readings", "period", "inputs")
            for _, part in parts_of(tree)
            for name in inputs_of(part)
        }
        return tuple(name for name, measure in self.measures.items() if name in named and measure is None)

    @cached_property
    def itemised(self) -> frozenset[str]:
        """The inputs whose lists are computed item by item with the whole formula."""
        parts = () if self.formula is None else parts_of(self.formula)
        inside = {name for _, part in parts if isinstance(part, Each) for name in part.over}
        return self.listing(Many.ITEM) - inside

    def listing(self, many: Many) -> frozenset[str]:
        """The inputs whose lists have this meaning."""
        return frozenset(name for name, spec in self.inputs.items() if spec.many is many)

    def quoted(self) -> Iterator[tuple[str, str]]:
        """Every (path, quote) that the rule relies on, the rule's own quotes first."""
        parts: tuple[Quote, ...] = (
            *self.quotes,
            *self.caps,
            *(cap for reading in self.readings for cap in reading.caps or ()),
            *self.conditions,
            *self.stacking,
            *self.judgement,
        )
        for part in parts:
            yield part.path or self.path, part.quote
        if self.period.quote:
            yield self.period.path or self.path, self.period.quote


def _cap_trees(caps: tuple[CapRule, ...], at: Location) -> Iterator[tuple[Location, Model]]:
    for index, cap in enumerate(caps):
        yield (*at, index, "at"), cap.at
        if cap.when is not None:
            yield (*at, index, "when"), cap.when


class Group(Quote):
    """A yearly ceiling over several rules (`单个企业每年支持总金额不超过200万元`)."""

    key: str
    label: str
    at: Constant


class NotComputable(Model):
    """A figure of the text that is no calculation of the applicant's, and why."""

    unit: str
    path: str = ""
    quote: str
    reason: str


class Common(Model):
    """Inputs and conditions that every rule of the document has."""

    inputs: dict[str, Any] = Field(default_factory=dict)
    conditions: tuple[Any, ...] = ()


class RuleFile(Model):
    """One YAML file: the rules of one document. `stacking` holds for every rule of the document.

    The loader puts `common` into each rule, where it is checked.
    """

    document: str
    common: Common = Common()
    rules: tuple[Rule, ...] = ()
    groups: tuple[Group, ...] = ()
    stacking: tuple[Stacking, ...] = ()
    not_computable: tuple[NotComputable, ...] = ()
