"""What an optional language model adds after the five steps, and what it may spend: values and protocols."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from assistant.computed import Computed
from assistant.draft import Draft
from assistant.evidence import Evidence
from assistant.question import Question

__all__ = ["Purse", "Rewriter", "Rewritten", "Show", "Usage", "Worded", "Worder"]


Show = Callable[[Draft], None]
"""Hears a draft of which conclusion and `told` stay as they are, up to the words that follow them."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What was used of a model: calls, tokens sent and received, and their price in 元."""

    calls: int = 0
    sent: int = 0
    received: int = 0
    cost: Decimal = Decimal(0)

    @property
    def tokens(self) -> int:
        """Tokens of both directions."""
        return self.sent + self.received

    def plus(self, other: "Usage") -> "Usage":
        """Both together."""
        return Usage(
            self.calls + other.calls,
            self.sent + other.sent,
            self.received + other.received,
            self.cost + other.cost,
        )


class Purse(Protocol):
    """Whose budget a question is worded on; safe to use from several threads."""

    def spent_today(self) -> int:
        """The tokens that were used today."""
        ...

    def spend(self, usage: Usage) -> None:
        """Count what was used."""
        ...


@dataclass(frozen=True, slots=True)
class Worded:
    """An answer after the model's turn.

    `by_model` says whether its words stand in `draft`; otherwise the draft is the offline one. `reason` says why it
    is, or why it takes over after the model's first sentences (`gate`, `timeout`, `unauthorised` …). `shown` counts
    the sentences that were shown while the model wrote; `faults` are what the gate found, over all attempts, and
    `own_faults` what it found in the offline conclusion; `tools` the calls made.
    """

    draft: Draft
    by_model: bool
    reason: str = ""
    faults: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    attempts: int = 0
    usage: Usage = field(default_factory=Usage)
    shown: int = 0
    own_faults: tuple[str, ...] = ()


class Worder(Protocol):
    """Words a verified draft anew."""

    def word(
        self,
        question: Question,
        evidence: Evidence,
        computed: Computed | None,
        draft: Draft,
        purse: Purse | None,
        show: Show | None = None,
    ) -> Worded:
        """The draft in the model's words where they can be proved, else as it is; raises nothing of the model's.

        `show` hears of sentences that passed while the model still writes.
        """
        ...


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The question to be answered: `text` is a model's where `reason` is "", else what was asked.

    `reason` is `gate` where the model's `brought` what nobody had said, or names the fault.
    """

    text: str
    reason: str
    brought: tuple[str, ...] = ()
    usage: Usage = field(default_factory=Usage)


class Rewriter(Protocol):
    """Words a follow-up as a question of its own."""

    def rewrite(self, text: str, history: Sequence[str], purse: Purse | None) -> Rewritten:
        """The last turn `text` after the earlier ones, or as it was; raises nothing of the model's."""
        ...
