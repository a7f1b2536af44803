"""A real OpenAI-compatible server, where one is named: the protocol holds, and what it says is gated like anything."""

import os

import pytest

from assistant.bootstrap import Serving, with_model
from assistant.settings import Settings
from assistant.worded import Worded
from tests.model.conftest import DAY, QUESTION

URL = os.environ.get("MODEL_SMOKE_BASE_URL", "")
NAME = os.environ.get("MODEL_SMOKE_NAME", "default")
ANSWERED = {"", "gate", "steps", "truncated", "empty", "context"}
"""What may come of a server that speaks the protocol, however little the model is worth."""


@pytest.mark.skipif(not URL, reason="MODEL_SMOKE_BASE_URL names no server")
@pytest.mark.parametrize("live", [False, True], ids=["whole", "streamed"])
def test_a_real_server_is_talked_to(serving: Serving, settings: Settings, live: bool) -> None:
    named = {"model_base_url": URL, "model_name": NAME, "model_seconds": 120.0, "model_max_tokens": 200}
    pipeline = with_model(serving, Settings(**(settings.model_dump() | named))).pipeline
    found: list[object] = []
    shown: list[str] = []
    answer = pipeline.answer(
        QUESTION, (), DAY, lambda _, result, __: found.append(result), None, shown.append if live else None
    )
    worded = found[-1]
    assert isinstance(worded, Worded)
    assert worded.reason in ANSWERED, worded
    assert worded.usage.calls > 0
    assert answer.answer.startswith("".join(shown))
    assert answer.amount == pipeline.offline.answer(QUESTION, (), DAY).amount
