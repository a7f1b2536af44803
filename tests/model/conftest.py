"""The real assistant beside a scripted model: HTTP on the loopback, nothing mocked in between."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import pytest

from assistant.answer import Answer
from assistant.bootstrap import Serving, build_serving, with_model
from assistant.settings import Settings
from assistant.worded import Purse, Worded
from evals.model.endpoint import Asked, Endpoint, Reply, Script, said
from tests.assistant import conftest as shared

settings = shared.settings

DAY = shared.IN_FORCE_DAY
QUESTION = "首创产品第一个合同1200万，国内首创，能补多少？"
TRUE = "国内首创产品支持金额不超过300万元[2022-05 第十一条]。"


@dataclass(frozen=True)
class Told:
    """An answer with what the model's turn came to."""

    answer: Answer
    worded: Worded
    shown: tuple[str, ...] = ()


class Asking:
    """Asks one assistant, whose model follows `endpoint.script`."""

    def __init__(self, serving: Serving, endpoint: Endpoint) -> None:
        self.serving = serving
        self.endpoint = endpoint

    def __call__(
        self,
        question: str = QUESTION,
        history: tuple[str, ...] = (),
        as_of: date = DAY,
        purse: Purse | None = None,
        live: bool = False,
    ) -> Told:
        """With `live` the model streams, and what is shown meanwhile is kept."""
        turns: list[object] = []
        shown: list[str] = []
        answer = self.serving.pipeline.answer(
            question,
            history,
            as_of,
            lambda step, result, _: turns.append(result),
            purse,
            shown.append if live else None,
        )
        worded = turns[-1]
        assert isinstance(worded, Worded)
        return Told(answer, worded, tuple(shown))

    def offline(self, question: str = QUESTION, history: tuple[str, ...] = (), as_of: date = DAY) -> Answer:
        return self.serving.pipeline.offline.answer(question, history, as_of)


Open = Callable[..., Asking]


@pytest.fixture(scope="session")
def serving(settings: Settings) -> Serving:
    return build_serving(settings)


@pytest.fixture
def opened(serving: Serving, settings: Settings) -> Iterator[Open]:
    """Opens an assistant whose model plays a script: `opened(script, model_seconds=2)`."""
    running = []

    def open_one(script: Script, **changes: object) -> Asking:
        endpoint = Endpoint(script)
        scope = endpoint.open()
        scope.__enter__()
        running.append(scope)
        named = {"model_base_url": endpoint.url, "model_name": "scripted", "model_seconds": 10.0}
        return Asking(with_model(serving, Settings(**(settings.model_dump() | named | changes))), endpoint)

    yield open_one
    for scope in running:
        scope.__exit__(None, None, None)


def saying(text: str) -> Script:
    """A model that always says this."""

    def script(_: Asked) -> Reply:
        return said(text)

    return script


def one_by_one(*replies: Reply) -> Script:
    """A model that gives these replies, the last one again and again."""
    left = list(replies)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]
