"""Which documents end soon, with the sentence that says so."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from corpus.catalog import Corpus
from corpus.model import Status

__all__ = ["Expiry", "expiries_text", "expiring"]


@dataclass(frozen=True, slots=True)
class Expiry:
    """A document in force and its last day; `evidence` are pairs of unit and verbatim words, `rule` the reckoning."""

    doc: str
    doc_no: str
    title: str
    expires: date
    days_left: int
    evidence: tuple[tuple[str, str], ...]
    rule: str

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "doc": self.doc,
            "doc_no": self.doc_no,
            "title": self.title,
            "expires": self.expires.isoformat(),
            "days_left": self.days_left,
            "evidence": [{"unit": unit, "quote": quote} for unit, quote in self.evidence],
            "rule": self.rule,
        }


def expiring(corpus: Corpus, as_of: date) -> list[Expiry]:
    """The documents in force on `as_of` that end some day; soonest first."""
    found = []
    for document in corpus.documents:
        validity = corpus.validity(document.key, as_of)
        if validity.status is not Status.IN_FORCE or validity.expires is None:
            continue
        left = (validity.expires - as_of).days
        evidence = tuple((part.unit, part.quote) for part in validity.evidence)
        facts = document.key, document.doc_no, document.title
        found.append(Expiry(*facts, validity.expires, left, evidence, validity.rule))
    return sorted(found, key=lambda expiry: (expiry.expires, expiry.doc))


def expiries_text(found: list[Expiry], as_of: date, days: int, following: Expiry | None) -> str:
    """The list for reading; `following` is the next document to end where none of the list does."""
    if not found:
        text = f"自 {as_of} 起 {days} 天内没有文件到期。"
        if following is not None:
            text += f"最近的一份是 {following.doc}《{following.title}》，{following.expires} 到期。"
        return text
    lines = [f"自 {as_of} 起 {days} 天内到期 {len(found)} 份："]
    for expiry in found:
        number = f"（{expiry.doc_no}）" if expiry.doc_no else ""
        lines.append(f"{expiry.expires}  还有 {expiry.days_left} 天  {expiry.doc}《{expiry.title}》{number}")
        lines += [f"    {unit}：“{quote}”" for unit, quote in expiry.evidence]
        lines.append(f"    {expiry.rule}")
    return "\n".join(lines)
