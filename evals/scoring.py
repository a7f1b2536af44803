"""Scores of one answer against its case; every score is between 0 and 1, None where it does not apply."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from assistant.answer import Answer
from evals.cases import Case, Place

__all__ = ["Score", "score"]

_BLANKS = re.compile(r"\s+|(?<=\d),(?=\d{3})")


@dataclass(frozen=True, slots=True)
class Score:
    """`cited` unit recall, `first` citation right, `precision` of cited units, facts, amount, refusal."""

    case: Case
    answer: Answer
    cited: float | None
    first: float | None
    precision: float | None
    facts: float | None
    amount: float | None
    refusal: float

    @property
    def passed(self) -> bool:
        """Whether nothing that applies is wrong, citation precision aside."""
        parts = (self.cited, self.first, self.facts, self.amount, self.refusal)
        return all(part is None or part == 1 for part in parts)


def score(case: Case, answer: Answer) -> Score:
    """Compare `answer` with the gold of `case`."""
    cited = [Place(doc=c.doc, unit=c.unit) for c in answer.citations]
    allowed = {*case.citations, *case.also_ok}
    applies = not case.refuse and bool(case.citations)
    units = list(dict.fromkeys(cited))
    return Score(
        case=case,
        answer=answer,
        cited=_share(place in cited for place in case.citations) if applies else None,
        first=float(bool(cited) and cited[0] in allowed) if applies else None,
        precision=_share(place in allowed for place in units) if applies and units else None,
        facts=_facts(case, answer.answer),
        amount=_amount(case, answer),
        refusal=float(answer.refused == case.refuse),
    )


def _facts(case: Case, text: str) -> float | None:
    if not case.must_include and not case.must_not_include:
        return None
    normal = _normal(text)
    wrong = any(_normal(words) in normal for words in case.must_not_include)
    found = _share(_normal(words) in normal for words in case.must_include)
    return 0.0 if wrong else found


def _amount(case: Case, answer: Answer) -> float | None:
    if case.amount is None:
        return None
    return float(answer.amount is not None and Decimal(answer.amount.value) == case.amount.value)


def _share(hits: Iterable[bool]) -> float:
    values = list(hits)
    return sum(values) / len(values) if values else 1.0


def _normal(text: str) -> str:
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text)).lower()
