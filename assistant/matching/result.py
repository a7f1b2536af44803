"""What matching an enterprise against the rules comes to."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from assistant.calculator.portfolio import Portfolio
from assistant.outcome import Citation, Eligibility, Outcome
from corpus.model import Document, Status
from corpus.quantities.quantity import Measure, Quantity
from corpus.rulebook.model import Rule
from corpus.rulebook.parts import Answers

__all__ = ["ANSWER_WORDS", "STATUS_WORDS", "VERDICT_WORDS", "MatchItem", "MatchResult"]

STATUS_WORDS = {
    Status.IN_FORCE: "现行有效",
    Status.NOT_YET: "尚未施行",
    Status.DRAFT: "征求意见稿",
    Status.EXPIRED: "已过有效期",
    Status.REPEALED: "已废止",
}
VERDICT_WORDS = {
    Eligibility.ELIGIBLE: "符合",
    Eligibility.NOT_ELIGIBLE: "不符合",
    Eligibility.UNKNOWN: "待确认",
}
ANSWER_WORDS = {
    Answers.SUBSIDY: "补助",
    Answers.EQUITY: "股权投资",
    Answers.CONTRIBUTION: "出资",
    Answers.SHARE: "份额",
    Answers.THRESHOLD: "要达到的数",
    Answers.ELIGIBILITY: "资格",
}


@dataclass(frozen=True, slots=True)
class MatchItem:
    """One rule for the enterprise.

    `verdict` is unknown too where the profile says nothing on the item itself (`related` False). `reasons` say
    which conditions fail and how far, `decided_by` what to find out, with `questions` to ask for it. `counted`
    tells whether the amount is in the total, `remark` why not. `used` pairs each input with its value.
    """

    rule: Rule
    document: Document
    status: Status
    outcome: Outcome
    verdict: Eligibility
    related: bool
    reasons: tuple[str, ...]
    decided_by: tuple[str, ...]
    questions: tuple[str, ...]
    period: str
    used: tuple[tuple[str, str], ...]
    counted: bool = False
    remark: str = ""

    @property
    def money(self) -> str:
        """The amount or what is still possible, in words; empty where the rule yields no figure."""
        outcome = self.outcome
        if self.rule.formula is None or self.verdict is Eligibility.NOT_ELIGIBLE:
            return ""
        bound = (
            "不超过" if outcome.kind == "upper_bound" and self.rule.answers is not Answers.THRESHOLD else ""
        )
        if outcome.amount is not None:
            return f"{bound}{outcome.amount}"
        if outcome.high is None:
            return "待定" if outcome.low is None or not outcome.low.value else f"{outcome.low}以上"
        low = f"{outcome.low}至" if outcome.low is not None and outcome.low.value else "不超过"
        return f"{low}{outcome.high}"

    @property
    def sources(self) -> tuple[Citation, ...]:
        """The words that the verdict and the amount rest on."""
        return self.outcome.citations

    def to_dict(self) -> dict[str, Any]:
        """The item as JSON data; money in 万元."""
        outcome = self.outcome
        return {
            "rule": self.rule.id,
            "label": self.rule.label,
            "applicant": self.rule.applicant,
            "answers": self.rule.answers.value,
            "doc": self.document.key,
            "doc_no": self.document.doc_no,
            "title": self.document.title,
            "unit": self.rule.unit,
            "path": self.rule.path,
            "status": self.status.value,
            "verdict": self.verdict.value,
            "related": self.related,
            "reasons": list(self.reasons),
            "decided_by": list(self.decided_by),
            "questions": list(self.questions),
            "amount": _figure(outcome.amount, outcome.kind),
            "low": _figure(outcome.low, "exact"),
            "high": _figure(outcome.high, "upper_bound"),
            "money": self.money,
            "period": self.period,
            "counted": self.counted,
            "remark": self.remark,
            "inputs": dict(self.used),
            "steps": list(outcome.steps),
            "conditions": [
                {"label": v.label, "state": v.state.value, "hard": v.hard, "path": v.path, "quote": v.quote}
                for v in outcome.verdicts
            ],
            "judgement": list(outcome.judgement),
            "assumptions": list(outcome.assumptions),
            "other_readings": [
                {"label": a.label, "low": str(a.low), "high": None if a.high is None else str(a.high)}
                for a in outcome.other_readings
            ],
            "citations": [
                {
                    "doc": c.doc,
                    "doc_no": self.document.doc_no,
                    "unit": c.unit,
                    "path": c.path,
                    "quote": c.quote,
                }
                for c in self.sources
            ],
        }


@dataclass(frozen=True, slots=True)
class MatchResult:
    """All items, best first, with the best permitted combination.

    `portfolio` counts what the enterprise is eligible for; `possible` also what is still unknown but whose
    amount is settled. `notes` tell which facts of the profile were not used, and why.
    """

    name: str
    as_of: date
    items: tuple[MatchItem, ...]
    portfolio: Portfolio
    possible: Quantity
    facts: tuple[tuple[str, str, int], ...]
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The result as JSON data; money in 万元, as numbers written in text."""
        portfolio = self.portfolio
        return {
            "name": self.name,
            "as_of": self.as_of.isoformat(),
            "total": _figure(portfolio.total, "upper_bound"),
            "possible_total": _figure(self.possible, "upper_bound"),
            "combination": {
                "chosen": list(portfolio.chosen),
                "dropped": [
                    {"rule": d.rule, "reason": d.reason, "quote": d.quote} for d in portfolio.dropped
                ],
                "limits": [
                    {
                        "rules": list(limit.rules),
                        "label": limit.label,
                        "before": str(limit.before),
                        "after": str(limit.after),
                        "quote": limit.quote,
                    }
                    for limit in portfolio.limits
                ],
                "provisos": list(portfolio.provisos),
            },
            "items": [item.to_dict() for item in self.items],
            "facts": [
                {"label": label, "value": value, "inputs": count} for label, value, count in self.facts
            ],
            "notes": list(self.notes),
        }


def _figure(quantity: Quantity | None, kind: str) -> dict[str, str] | None:
    if quantity is None:
        return None
    if quantity.measure is Measure.MONEY:
        return {"value": f"{quantity.in_wan().normalize():f}", "unit": "万元", "kind": kind}
    return {"value": f"{quantity.value:f}", "unit": quantity.measure.value, "kind": kind}
