"""Response bodies of calculations: the JSON of `zhengce calc` and `zhengce match`."""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["MatchResultBody", "OutcomeBody"]


class _Passed(BaseModel):
    """What the calculator gives is passed on whole."""

    model_config = ConfigDict(extra="allow")


class Figure(_Passed):
    """A figure; `value` is a decimal number written as text."""

    value: str = Field(examples=["300"])
    unit: str = Field(examples=["万元"])
    kind: str = Field(examples=["upper_bound"])


class Condition(_Passed):
    """How one condition of the text stands."""

    label: str
    state: str = Field(examples=["符合"])
    hard: bool
    path: str
    quote: str


class Reading(_Passed):
    """What comes out on another reading of the text."""

    label: str
    low: str
    high: str | None


class Words(_Passed):
    """Verbatim words of the source."""

    doc: str
    unit: str
    path: str
    quote: str


class OutcomeBody(_Passed):
    """One calculation with everything needed to check it by hand."""

    rule: str = Field(examples=["2022-05.first-contract"])
    version: str
    text_hash: str
    status: str = Field(description="所在文件的效力", examples=["in_force"])
    warnings: list[str] = Field(description="文件过期、废止、尚未施行或是征求意见稿时的提醒")
    eligibility: Literal["eligible", "not_eligible", "unknown"]
    amount: Figure | None
    low: str | None
    high: str | None
    inputs: dict[str, Any]
    steps: list[str] = Field(examples=[["首次进入市场合同金额 1200万元 × 30% = 360万元"]])
    missing: list[str]
    questions: list[str]
    conditions: list[Condition]
    assumptions: list[str]
    other_readings: list[Reading]
    citations: list[Words]


class MatchItemBody(_Passed):
    """One rule for the enterprise."""

    rule: str
    label: str
    doc: str
    unit: str
    path: str
    status: str
    verdict: Literal["eligible", "not_eligible", "unknown"]
    related: bool
    reasons: list[str]
    decided_by: list[str]
    questions: list[str]
    amount: Figure | None
    money: str
    counted: bool
    remark: str
    steps: list[str]
    conditions: list[Condition]
    citations: list[Words]


class Combination(_Passed):
    """The best combination that the texts permit, and what had to be left out."""

    chosen: list[str]
    dropped: list[dict[str, Any]]
    limits: list[dict[str, Any]]
    provisos: list[str]


class FactUse(_Passed):
    """A fact of the profile and how many inputs it filled."""

    label: str
    value: str
    inputs: int


class MatchResultBody(_Passed):
    """An enterprise against all rules, best first."""

    name: str
    as_of: date
    total: Figure | None
    possible_total: Figure | None
    combination: Combination
    items: list[MatchItemBody]
    facts: list[FactUse]
    notes: list[str]
