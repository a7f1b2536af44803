"""The gate on the real corpus, and what one offline answer proves."""

from collections.abc import Callable
from datetime import date
from functools import cache

import pytest

from assistant.bootstrap import Serving, build_serving
from assistant.model.material import Knowledge, Material
from assistant.settings import Settings
from assistant.verify.gate import Gate
from assistant.verify.proof import Proof
from assistant.wording import Rarity
from tests.assistant import conftest as shared

settings = shared.settings

Prove = Callable[[str, date], Proof]


@pytest.fixture(scope="session")
def serving(settings: Settings) -> Serving:
    return build_serving(settings)


@pytest.fixture(scope="session")
def rarity(serving: Serving) -> Rarity:
    return Rarity(unit.text for document in serving.corpus.documents for unit in document.units)


@pytest.fixture(scope="session")
def gate(serving: Serving, rarity: Rarity) -> Gate:
    return Gate(serving.corpus, rarity)


@pytest.fixture(scope="session")
def prove(serving: Serving, rarity: Rarity) -> Prove:
    """What the offline answer to a question lets be said."""
    knowledge = Knowledge(serving.corpus, serving.rules, rarity, serving.search)

    @cache
    def proved(question: str, as_of: date) -> Proof:
        steps: dict[str, object] = {}
        serving.pipeline.offline.answer(
            question, (), as_of, lambda name, result, _: steps.update({name: result})
        )
        made = (steps[name] for name in ("understand", "retrieve", "calculate", "verify"))
        return Material(knowledge, *made).proof()  # type: ignore[arg-type]

    return proved
