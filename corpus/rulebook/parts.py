"""The parts of a rule: inputs, conditions, ceilings, quotes, readings and examples."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from corpus.quantities.quantity import Measure
from corpus.rulebook.formula import Bounds, Constant, Formula, Model, Test

__all__ = [
    "TOTAL",
    "YEARS",
    "Answers",
    "Assumption",
    "AssumptionOrText",
    "CapRule",
    "CapScope",
    "ChoiceValue",
    "Condition",
    "Example",
    "Expectation",
    "InputSpec",
    "Kind",
    "Many",
    "Meaning",
    "Period",
    "Quote",
    "QuoteOrWords",
    "Reading",
    "Stacking",
]

# The number of years, which every yearly support takes beside its own inputs.
YEARS = "years"
# The choice value that stands for all years of a support together.
TOTAL = "total"


class Kind(StrEnum):
    """Whether the text grants the figure itself or only limits it (不超过, 最高)."""

    EXACT = "exact"
    UPPER_BOUND = "upper_bound"


class Answers(StrEnum):
    """What the figure of a rule is."""

    SUBSIDY = "subsidy"
    EQUITY = "equity"
    CONTRIBUTION = "contribution"
    SHARE = "share"
    THRESHOLD = "threshold"
    ELIGIBILITY = "eligibility"


class Many(StrEnum):
    """What a list of values for one input means."""

    NO = "no"
    ITEM = "item"
    YEAR = "year"


class CapScope(StrEnum):
    """What a ceiling holds for, from the narrowest to the widest."""

    ITEM = "item"
    PROJECT = "project"
    PROJECT_YEAR = "project_year"
    ENTERPRISE_YEAR = "enterprise_year"
    PERIOD_TOTAL = "period_total"
    ENTERPRISE_TOTAL = "enterprise_total"

    @property
    def per_item(self) -> bool:
        """Whether it limits each item of a list."""
        return self in (CapScope.ITEM, CapScope.PROJECT)

    @property
    def per_year(self) -> bool:
        """Whether it limits the sum of one year."""
        return self in (CapScope.PROJECT_YEAR, CapScope.ENTERPRISE_YEAR)


class Quote(Model):
    """Words of the text; `path` defaults to the rule's path."""

    quote: str
    path: str = ""


def _quote_of(value: object) -> object:
    return {"quote": value} if isinstance(value, str) else value


QuoteOrWords = Annotated[Quote, BeforeValidator(_quote_of)]


class ChoiceValue(Model):
    """One value of a choice input, as users name it."""

    value: str
    label: str
    synonyms: tuple[str, ...] = ()


class InputSpec(Model):
    """A fact about the applicant: with `measure` a quantity, with `choices` a choice, with neither yes or no.

    `synonyms` are the words by which users state it (`*` stands for a few characters), `denials` those by which
    they say that a yes-or-no fact is not so. `derive` computes it from other inputs where it is not given; `assume` is the default for a soft fact and
    is always told to the user; `many` says what a list of values means.
    """

    name: str
    label: str
    synonyms: tuple[str, ...] = ()
    denials: tuple[str, ...] = ()
    measure: Measure | None = None
    choices: tuple[ChoiceValue, ...] = ()
    required: bool = True
    range: Bounds | None = None
    many: Many = Many.NO
    derive: Formula | None = None
    assume: str | None = None
    ask: str = ""

    @model_validator(mode="after")
    def _one_type(self) -> "InputSpec":
        if self.measure is not None and self.choices:
            raise ValueError("measure 与 choices 只能写一个")
        if self.measure is None and self.range is not None:
            raise ValueError("只有写了 measure 的输入才能写 range")
        return self

    @property
    def is_flag(self) -> bool:
        """Whether the value is yes or no."""
        return self.measure is None and not self.choices

    @property
    def question(self) -> str:
        """The question to ask for a missing value."""
        if self.ask:
            return self.ask
        if self.choices:
            return f"请问{self.label}是哪一种：{'、'.join(choice.label for choice in self.choices)}？"
        if self.is_flag:
            return f"请问{self.label}吗？"
        if self.measure is Measure.ORDINAL:
            return f"请问{self.label}是第几？"
        unit = {Measure.MONEY: "万元", Measure.RATIO: "百分之几"}.get(self.measure or Measure.PLAIN)
        return f"请问{self.label}是多少{unit or (self.measure or Measure.PLAIN).value}？"

    def choice(self, value: str) -> ChoiceValue | None:
        """The choice with this value, or None."""
        return next((choice for choice in self.choices if choice.value == value), None)


class Condition(Quote):
    """A condition of the text.

    Without `test` it is left to the reviewers; `when` limits where it applies; a `hard` one that fails means
    not eligible; a `presumed` one counts as met until the contrary is known.
    """

    id: str
    label: str
    hard: bool = True
    presumed: bool = False
    test: Test | None = None
    when: Test | None = None


class CapRule(Quote):
    """A ceiling on the result of the formula."""

    scope: CapScope
    at: Formula
    label: str = ""
    when: Test | None = None

    @property
    def words(self) -> str:
        """The name of the ceiling in a derivation."""
        return self.label or _CAP_WORDS[self.scope]


_CAP_WORDS = {
    CapScope.ITEM: "单笔上限",
    CapScope.PROJECT: "单个项目上限",
    CapScope.PROJECT_YEAR: "单个项目年度上限",
    CapScope.ENTERPRISE_YEAR: "每家每年上限",
    CapScope.PERIOD_TOTAL: "支持期累计上限",
    CapScope.ENTERPRISE_TOTAL: "每家累计上限",
}


class Period(Model):
    """How often the support is paid; `max_years` limits the years of a yearly support."""

    kind: Literal["one_off", "yearly", "term"]
    max_years: Formula | None = None
    quote: str = ""
    path: str = ""


class Stacking(Quote):
    """What may not be combined.

    `choose_one`: only one of the rules named; `once`: once in so many years; `no_duplicate`: not where the
    same project has other municipal money; `best_of`: the best of similar policies.
    """

    kind: Literal["choose_one", "once", "no_duplicate", "best_of"]
    rules: tuple[str, ...] = Field(default=(), alias="with")
    years: Constant | None = None


class Assumption(Model):
    """A reading that was chosen where the text is open; shown when `when` is not known to fail."""

    text: str
    when: Test | None = None


def _assumption_of(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


AssumptionOrText = Annotated[Assumption, BeforeValidator(_assumption_of)]


class Reading(Model):
    """Another reading of the text; its amount is shown beside the first where it differs."""

    label: str
    formula: Formula
    caps: tuple[CapRule, ...] | None = None


class Meaning(Model):
    """A constant that the text says in other words: `全部金额` means `100%`."""

    words: str
    means: Constant


class Expectation(Model):
    """What an example must yield; only what is written is compared."""

    amount: str | None = None
    low: str | None = None
    high: str | None = None
    eligibility: Literal["eligible", "not_eligible", "unknown"] | None = None
    failing: str | None = None
    missing: tuple[str, ...] | None = None
    other_readings: tuple[str, ...] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "Expectation":
        if not self.model_fields_set:
            raise ValueError("expect 至少要写一项")
        return self


class Example(Model):
    """A calculation that must come out as written."""

    name: str
    given: dict[str, str | tuple[str, ...]] = Field(default_factory=dict)
    expect: Expectation
