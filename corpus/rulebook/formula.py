"""Formulas and predicates of rule files: small typed trees, read from YAML, no code in data.

In YAML a node is a mapping with one key, the operation (`ratio: {of: contract, rate: 30%}`); a bare word is
an input (`contract`) and a bare quantity a constant (`500万元`, `30%`, `10元/公斤`). Here each operation is a
frozen pydantic model; `op` is the key.
"""

from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    PositiveInt,
    model_validator,
)

from corpus.errors import InvalidInput
from corpus.quantities.quantity import Measure, Quantity
from corpus.rulebook.shapes import read_node, read_test

__all__ = [
    "AllOf",
    "AnyOf",
    "Band",
    "Bounds",
    "ByYear",
    "Cap",
    "Choice",
    "Compare",
    "Constant",
    "Difference",
    "Each",
    "Fixed",
    "Flag",
    "Formula",
    "Given",
    "Growth",
    "If",
    "InputRef",
    "Lookup",
    "Max",
    "Min",
    "Model",
    "Node",
    "Not",
    "PerUnit",
    "Predicate",
    "Quotient",
    "Ratio",
    "Split",
    "Sum",
    "Test",
    "Tiers",
]


class Model(BaseModel):
    """Base of everything in a rule file: frozen, and an unknown key is an error."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, populate_by_name=True
    )


def _read_constant(value: object) -> Quantity:
    if isinstance(value, Quantity):
        return value
    try:
        return Quantity.parse(str(value))
    except InvalidInput as error:
        raise ValueError(f"“{value}”不是数量：常数要写成带单位的文字，如 500万元、30%、3年") from error


Constant = Annotated[Quantity, PlainValidator(_read_constant)]


class Node(Model):
    """An operation of a formula."""


class Predicate(Model):
    """A test that is met, not met or unknown."""


class Bounds(Model):
    """A stretch of numbers with explicit open and closed ends."""

    at_least: Constant | None = None
    more_than: Constant | None = None
    at_most: Constant | None = None
    less_than: Constant | None = None

    @model_validator(mode="after")
    def _one_end_each(self) -> "Bounds":
        if self.at_least is not None and self.more_than is not None:
            raise ValueError("at_least 与 more_than 只能写一个")
        if self.at_most is not None and self.less_than is not None:
            raise ValueError("at_most 与 less_than 只能写一个")
        if not self.limits:
            raise ValueError("至少要写 at_least、more_than、at_most、less_than 中的一个")
        return self

    @property
    def lower(self) -> Quantity | None:
        """The lower end, or None where there is none."""
        return self.at_least if self.at_least is not None else self.more_than

    @property
    def upper(self) -> Quantity | None:
        """The upper end, or None where there is none."""
        return self.at_most if self.at_most is not None else self.less_than

    @property
    def limits(self) -> tuple[Quantity, ...]:
        """The ends that are given."""
        return tuple(end for end in (self.lower, self.upper) if end is not None)

    def words(self) -> str:
        """The stretch in Chinese: `100万元(含)至500万元(不含)`."""
        low, high = self.lower, self.upper
        low_mark = "(含)" if self.at_least is not None else "(不含)"
        high_mark = "(含)" if self.at_most is not None else "(不含)"
        if low is not None and high is not None:
            return f"{low}{low_mark}至{high}{high_mark}"
        return f"{low}{low_mark}以上" if low is not None else f"{high}{high_mark}以下"


class Compare(Bounds, Predicate):
    """`{input: revenue, at_most: 2亿元}` or `{value: <node>, at_least: 10%}`."""

    op: Literal["compare"]
    of: "Formula"


class Choice(Predicate):
    """`{input: grade, equals: leading}` or `{input: grade, one_of: [a, b]}`."""

    op: Literal["choice"]
    input: str
    one_of: tuple[str, ...]


class Flag(Predicate):
    """A yes/no input that must be yes; in YAML just its name."""

    op: Literal["flag"]
    input: str


class Given(Predicate):
    """`{given: valuation}`: whether an optional input is known. Never unknown itself."""

    op: Literal["given"]
    input: str


class AllOf(Predicate):
    """`{all: [...]}`: every test is met."""

    op: Literal["all"]
    tests: tuple["Test", ...]


class AnyOf(Predicate):
    """`{any: [...]}`: one test at least is met."""

    op: Literal["any"]
    tests: tuple["Test", ...]


class Not(Predicate):
    """`{not: <test>}`."""

    op: Literal["not"]
    test: "Test"


class Fixed(Node):
    """A constant; `per` is the unit it is paid for (`10元/公斤`)."""

    op: Literal["fixed"]
    value: Constant
    per: Measure | None = None


class InputRef(Node):
    """The value of an input."""

    op: Literal["input"]
    name: str


class Ratio(Node):
    """`of` × `rate`, the rate being a ratio."""

    op: Literal["ratio"]
    of: "Formula"
    rate: "Formula"


class Band(Bounds):
    """One tier: the stretch and what holds in it."""

    then: "Formula"


class Tiers(Node):
    """What holds in the band that `by` falls in; nothing (0) outside all bands.

    Where two bands claim one value, the first is the reading and the second is shown as the other reading.
    """

    op: Literal["tiers"]
    by: "Formula"
    bands: tuple[Band, ...]


class Lookup(Node):
    """What holds for the value of a choice input; every choice must be listed."""

    op: Literal["lookup"]
    by: str
    values: dict[str, "Formula"]


class PerUnit(Node):
    """`count` × `rate`, the rate being an amount per unit."""

    op: Literal["per_unit"]
    count: "Formula"
    rate: "Formula"


class Sum(Node):
    """All parts added."""

    op: Literal["sum"]
    parts: tuple["Formula", ...]


class Min(Node):
    """The smallest part."""

    op: Literal["min"]
    parts: tuple["Formula", ...]


class Max(Node):
    """The largest part."""

    op: Literal["max"]
    parts: tuple["Formula", ...]


class Cap(Node):
    """`of`, but never more than `at`; for ceilings inside a formula (`caps` hold those of the whole)."""

    op: Literal["cap"]
    of: "Formula"
    at: "Formula"
    label: str = "上限"


class Difference(Node):
    """`of` − `minus`."""

    op: Literal["difference"]
    of: "Formula"
    minus: "Formula"


class Quotient(Node):
    """`of` ÷ `by` as a ratio."""

    op: Literal["quotient"]
    of: "Formula"
    by: "Formula"


class Growth(Node):
    """Growth rate from `start` to `end`; over several `years` the compound rate per year."""

    op: Literal["growth"]
    start: "Formula"
    end: "Formula"
    years: int = 1


class ByYear(Node):
    """What holds in year 1, 2, 3 of the support; the choice value `total` adds them up (or is `total`)."""

    op: Literal["by_year"]
    by: str
    years: dict[str, "Formula"]
    total: "Formula | None" = None


class Split(Node):
    """The part of `of` that a party gets; the shares make 100 %."""

    op: Literal["split"]
    of: "Formula"
    by: str
    shares: dict[str, Constant]


class If(Node):
    """`then` where the test is met, else `otherwise` (0 when left out)."""

    op: Literal["if"]
    test: "Test"
    then: "Formula"
    otherwise: "Formula | None" = None


class Each(Node):
    """`of` for every item of the listed inputs: added, or the best one where only one may be chosen.

    A ceiling per item goes inside as `cap`; with `first` only so many count, in the order in which they were listed.
    """

    op: Literal["each"]
    over: tuple[str, ...]
    of: "Formula"
    take: Literal["all", "best"] = "all"
    first: PositiveInt | None = None


Formula = Annotated[
    Fixed
    | InputRef
    | Ratio
    | Tiers
    | Lookup
    | PerUnit
    | Sum
    | Min
    | Max
    | Cap
    | Difference
    | Quotient
    | Growth
    | ByYear
    | Split
    | If
    | Each,
    Field(discriminator="op"),
    BeforeValidator(read_node),
]
Test = Annotated[
    Compare | Choice | Flag | Given | AllOf | AnyOf | Not,
    Field(discriminator="op"),
    BeforeValidator(read_test),
]

_RECURSIVE: tuple[type[Model], ...] = (
    *(Compare, AllOf, AnyOf, Not, Ratio, Band, Tiers, Lookup, PerUnit, Sum, Min, Max, Cap),
    *(Difference, Quotient, Growth, ByYear, Split, If, Each),
)
for _model in _RECURSIVE:
    _model.model_rebuild()
