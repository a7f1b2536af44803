"""A rule applied to a user's figures: what the calculator hands on."""

from dataclasses import dataclass

from assistant.answer import Amount
from assistant.evidence import RankedUnit
from assistant.outcome import Citation, Outcome, Requirement
from corpus.quantities.quantity import Mention, Quantity
from corpus.rulebook.model import Rule

__all__ = ["Computed"]


@dataclass(frozen=True, slots=True)
class Computed:
    """A rule with what came out of it for this question.

    `units` are to be cited first, `unused` the figures that found no input, `needed` the answer to a
    question for how much it takes, `claimed` what the question takes for the amount (`能拿800万，对吧`).
    """

    rule: Rule
    units: tuple[RankedUnit, ...]
    unused: tuple[Mention, ...]
    outcome: Outcome
    amount: Amount | None
    steps: tuple[str, ...]
    citations: tuple[Citation, ...]
    about_amount: bool
    needed: Requirement | None = None
    claimed: Quantity | None = None
