"""The model's turn: it words the verified draft, the gate judges, and what cannot be proved gives way to the draft."""

import logging
from collections.abc import Callable
from dataclasses import replace

from assistant.breaker import Breaker
from assistant.computed import Computed
from assistant.draft import Draft
from assistant.evidence import Evidence
from assistant.model.chat import open_chat
from assistant.model.material import Knowledge, Material
from assistant.model.own_words import own_faults
from assistant.model.turn import NOTE, Endpoint, Turn
from assistant.question import Question
from assistant.settings import Settings
from assistant.verify.gate import Gate
from assistant.worded import Purse, Show, Worded
from corpus.errors import ModelFault

__all__ = ["NOTE", "ModelWorder"]

_GATE = "gate"

_log = logging.getLogger(__name__)


class ModelWorder:
    """Words drafts with the model that the settings name; safe to share between threads."""

    def __init__(
        self,
        settings: Settings,
        knowledge: Knowledge,
        gate: Gate,
        complete: Callable[[Question, Evidence], Draft],
        breaker: Breaker,
        own: Purse,
    ) -> None:
        """`complete` makes a verified draft of evidence, for units that the model cites beside those of the draft.

        `breaker` watches the endpoint; `own` pays where a question comes without a purse.
        """
        self._settings = settings
        self._knowledge = knowledge
        self._endpoint = Endpoint(open_chat(settings), settings, gate, complete)
        self._breaker = breaker
        self._own = own

    def word(
        self,
        question: Question,
        evidence: Evidence,
        computed: Computed | None,
        draft: Draft,
        purse: Purse | None,
        show: Show | None = None,
    ) -> Worded:
        """The draft in the model's words where they can be proved, else as it is.

        Refusals and judgements of validity are not put to the model. Where the model failed a note says so; where
        the gate refused its words the trace alone does, unless some of them were shown: see `Showing`.
        """
        purse = purse or self._own
        closed = self._closed(evidence, draft, purse)
        if closed:
            return Worded(_noted(draft) if closed in ("budget", "paused") else draft, False, closed)
        material = Material(self._knowledge, question, evidence, computed, draft)
        own = own_faults(self._endpoint.gate, material)
        turn = Turn(self._endpoint, material, show)
        try:
            worded = turn.take()
        except ModelFault as fault:
            worded = turn.broken_off(fault.reason)
            self._note(fault)
        else:
            self._breaker.succeeded()
        purse.spend(worded.usage)
        return replace(worded, own_faults=own)

    def _note(self, fault: ModelFault) -> None:
        """A fault of the words is none of the endpoint."""
        if fault.reason == _GATE:
            self._breaker.succeeded()
            return
        self._breaker.failed(fault.pause)
        _log.info("model: %s", fault.reason)

    def _closed(self, evidence: Evidence, draft: Draft, purse: Purse) -> str:
        """Why the model is not asked; "" where it is."""
        limit = self._settings.model_daily_tokens
        if draft.refused:
            return "refused"
        if evidence.validity:
            return "validity"
        if limit and purse.spent_today() >= limit:
            return "budget"
        return "" if self._breaker.allows() else "paused"


def _noted(draft: Draft) -> Draft:
    return replace(draft, notes=(*draft.notes, NOTE))
