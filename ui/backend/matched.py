"""What matching an enterprise gives to the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, TypedDict

from ui.backend.computed import Calculated, Field, Item, Left

__all__ = ["Fact", "Match", "Matched", "Profile", "Said"]

Said = str | list[str] | dict[str, str]
"""A value, several, or by year (`2025`)."""


class Profile(TypedDict):
    """An enterprise as it is kept: facts in the words of the rules, and values for single rules."""

    name: str
    facts: dict[str, Said]
    rules: dict[str, dict[str, str | list[str]]]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is asked of every enterprise; `field` says how a single value is written."""

    label: str
    kind: Literal["text", "date", "list", "field", "yearly"]
    hint: str
    field: Field | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """An item for the enterprise; `reasons` say what fails, `deciding` what is still to be found out."""

    item: Item
    verdict: Literal["符合", "不符合", "待确认"]
    related: bool
    amount: str
    low: Decimal | None
    high: Decimal | None
    reasons: tuple[str, ...]
    deciding: tuple[str, ...]
    remark: str
    counted: bool
    found: Calculated
    given: Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Matched:
    """All items, best first; `total` of what the enterprise is eligible for, `possible` with the rest confirmed."""

    as_of: date
    items: tuple[Match, ...]
    total: str
    possible: str
    limits: tuple[Left, ...]
    provisos: tuple[str, ...]
    notes: tuple[str, ...]
