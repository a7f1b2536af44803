"""Counts calls and tokens of one conversation with the model, also where it breaks off."""

from decimal import Decimal
from typing import Any

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatGeneration, LLMResult

from assistant.settings import Settings
from assistant.worded import Usage

__all__ = ["Meter"]

_MILLION = Decimal(1_000_000)


class Meter(BaseCallbackHandler):
    """Hears of every request. Where the endpoint tells no usage, a character is counted as a token."""

    def __init__(self, settings: Settings) -> None:
        self._prices = Decimal(str(settings.model_price_in)), Decimal(str(settings.model_price_out))
        self._waiting: dict[Any, int] = {}
        self._coming: dict[Any, int] = {}
        self.calls = 0
        self._sent = 0
        self._received = 0

    @property
    def usage(self) -> Usage:
        """What was used so far; a request that never came back counts as sent, a stream that broke off as
        far as it came."""
        sent = self._sent + sum(self._waiting.values())
        received = self._received + sum(self._coming.values())
        cost = (sent * self._prices[0] + received * self._prices[1]) / _MILLION
        return Usage(self.calls, sent, received, cost)

    def on_chat_model_start(
        self, serialized: dict[str, Any], messages: list[list[BaseMessage]], *, run_id: Any, **kwargs: Any
    ) -> None:
        """A request goes out."""
        self.calls += 1
        self._waiting[run_id] = sum(len(str(message.content)) for batch in messages for message in batch)

    def on_llm_new_token(self, token: str | list[Any], *, run_id: Any, **kwargs: Any) -> None:
        """A piece of a reply came in."""
        self._coming[run_id] = self._coming.get(run_id, 0) + len(token)

    def on_llm_end(self, response: LLMResult, *, run_id: Any, **kwargs: Any) -> None:
        """A reply came in."""
        sent = self._waiting.pop(run_id, 0)
        self._coming.pop(run_id, None)
        for generation in (one for batch in response.generations for one in batch):
            told = (
                getattr(generation.message, "usage_metadata", None)
                if isinstance(generation, ChatGeneration)
                else None
            )
            self._sent += told["input_tokens"] if told else sent
            self._received += told["output_tokens"] if told else len(generation.text)
            sent = 0
