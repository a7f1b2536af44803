"""A follow-up worded by the model as a question of its own, taken where it brings nothing that nobody said."""

import logging
import re
from collections.abc import Sequence

from langchain_openai import ChatOpenAI

from assistant.breaker import Breaker
from assistant.model.agent import Conversation
from assistant.model.masking import Masked, mask
from assistant.model.meter import Meter
from assistant.model.prompts import prompt
from assistant.model.rewritten import Said
from assistant.model.statements import read_statements
from assistant.settings import Settings
from assistant.worded import Purse, Rewritten
from corpus.errors import ModelFault

__all__ = ["REWRITING_SHARE", "ModelRewriter"]

REWRITING_SHARE = 0.25
"""What part of `model_seconds` rewriting may take where it is on; wording has the rest."""

_TURNS = 6
_QUOTES = re.compile(r"^[\s“\"「『]+|[\s”\"」』]+$")

_log = logging.getLogger(__name__)


class ModelRewriter:
    """Rewrites follow-ups with the model that the settings name; safe to share between threads."""

    def __init__(
        self, settings: Settings, chat: ChatOpenAI, breaker: Breaker, own: Purse, said: Said
    ) -> None:
        """`said` judges what a question brings; `breaker` and `own` are shared with whoever words answers."""
        self._settings = settings
        self._chat = chat
        self._breaker = breaker
        self._own = own
        self._said = said

    def rewrite(self, text: str, history: Sequence[str], purse: Purse | None) -> Rewritten:
        """`text` as a question of its own; as it was, with the reason, where that fails or brings anything new."""
        purse = purse or self._own
        limit = self._settings.model_daily_tokens
        if limit and purse.spent_today() >= limit:
            return Rewritten(text, "budget")
        if not self._breaker.allows():
            return Rewritten(text, "paused")
        meter = Meter(self._settings)
        turns = (*history[-_TURNS:], text)
        try:
            written = self._ask(turns, meter)
        except ModelFault as fault:
            self._breaker.failed(fault.pause)
            _log.info("rewriting: %s", fault.reason)
            return self._paid(Rewritten(text, fault.reason, usage=meter.usage), purse)
        self._breaker.succeeded()
        brought = self._said.brought(written, turns)
        if brought:
            return self._paid(Rewritten(text, "gate", brought, meter.usage), purse)
        return self._paid(Rewritten(written, "", usage=meter.usage), purse)

    def _ask(self, turns: Sequence[str], meter: Meter) -> str:
        spoken = "\n".join((*(f"此前：{turn}" for turn in turns[:-1]), f"最后一问：{turns[-1]}"))
        masked = mask(spoken) if self._settings.model_mask else Masked(spoken, {})
        talk = Conversation(self._chat, prompt("rewrite"), (), 1, meter)
        said = talk.say(masked.text, (), self._settings.model_seconds * REWRITING_SHARE)
        lines = [statement.text for part in read_statements(said.text) for statement in part.statements]
        written = _QUOTES.sub("", masked.restore("".join(lines)))
        if not written:
            raise ModelFault("empty", "大模型的回答是空的")
        return written

    def _paid(self, rewritten: Rewritten, purse: Purse) -> Rewritten:
        purse.spend(rewritten.usage)
        return rewritten
