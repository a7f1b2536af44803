"""What calculating gives to the page: plain values in the units that people write."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from ui.backend.values import Status

__all__ = [
    "Calculated",
    "Check",
    "Combined",
    "Curve",
    "Field",
    "Given",
    "Item",
    "Left",
    "Mark",
    "Money",
    "Other",
    "Source",
]

Given = Mapping[str, str | tuple[str, ...]]
"""Inputs by name, each written as people write it (`1200万元`, `是`); several for lists."""


@dataclass(frozen=True, slots=True)
class Field:
    """An input of an item as a field of a form.

    `unit` is what a number in the field counts (`万元`, `%`), `low` and `high` are its ends in that unit.
    `role` is `main` where the amount depends on it, `common` where everybody is asked, else `own`. `many` says
    whether several values make a list of things or of years.
    """

    name: str
    label: str
    kind: Literal["number", "whole", "choice", "flag"]
    unit: str
    choices: tuple[tuple[str, str], ...]
    low: float | None
    high: float | None
    question: str
    hint: str
    role: Literal["main", "own", "common"]
    many: Literal["no", "item", "year"]


@dataclass(frozen=True, slots=True)
class Item:
    """A support item; `field` is what of it the text's headings say, `answers` what its figure is."""

    rule: str
    label: str
    aliases: tuple[str, ...]
    applicant: str
    doc: str
    doc_no: str
    title: str
    unit: str
    path: str
    issuers: tuple[str, ...]
    status: Status
    expires: date | None
    field: str
    answers: str
    period: str
    fields: tuple[Field, ...]

    @property
    def number(self) -> str:
        """The document's number, or what stands for it."""
        return self.doc_no or "征求意见稿"


@dataclass(frozen=True, slots=True)
class Money:
    """A figure: `value` in `unit`, or only the ends of what is possible; `words` say it as people write it."""

    words: str
    value: Decimal | None
    unit: str
    low: Decimal | None
    high: Decimal | None
    upper: bool


@dataclass(frozen=True, slots=True)
class Check:
    """A condition with its state in words (符合, 不符合, 缺信息, 需评审认定) and the words it rests on."""

    label: str
    state: str
    hard: bool
    presumed: bool
    path: str
    quote: str
    detail: str
    ask: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Words of a unit."""

    doc: str
    unit: str
    path: str
    quote: str


@dataclass(frozen=True, slots=True)
class Other:
    """What comes out on another supposition or reading."""

    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Calculated:
    """One calculation; `money` is None where the item yields no figure."""

    rule: str
    label: str
    verdict: Literal["符合", "不符合", "待确认"]
    money: Money | None
    inputs: tuple[tuple[str, str], ...]
    steps: tuple[str, ...]
    checks: tuple[Check, ...]
    missing: tuple[tuple[str, str], ...]
    assumptions: tuple[str, ...]
    judgement: tuple[str, ...]
    branches: tuple[Other, ...]
    readings: tuple[Other, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on an axis with its name."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Curve:
    """The amount over one input, in the units of both; `low` and `high` differ where other inputs are open.

    `tiers` are the limits on the input that the text names, `caps` its ceilings on the amount. `here` is the
    user's own point. `next_step` and `to_cap` say how far it is to more.
    """

    name: str
    x_label: str
    x_unit: str
    y_label: str
    y_unit: str
    points: tuple[tuple[float, float, float], ...]
    tiers: tuple[Mark, ...]
    caps: tuple[Mark, ...]
    here: tuple[float, float] | None
    next_step: str
    to_cap: str
    open_inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Left:
    """What is not counted in a sum, and why."""

    label: str
    reason: str
    quote: str


@dataclass(frozen=True, slots=True)
class Combined:
    """The best permitted sum of several items; `limits` are the yearly ceilings that bind."""

    total: str
    total_wan: Decimal
    counted: tuple[tuple[str, str], ...]
    left: tuple[Left, ...]
    limits: tuple[Left, ...]
    provisos: tuple[str, ...]
