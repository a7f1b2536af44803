"""One pipeline for a whole test run, on the real corpus and the repository's own index and model."""

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Protocol

import pytest
from filelock import FileLock

from assistant.answer import Answer
from assistant.bootstrap import build, build_search_index
from assistant.commands.progress import LineProgress
from assistant.pipeline import Pipeline
from assistant.question import Question
from assistant.settings import Settings
from assistant.understand.analyse import Analyser
from corpus.catalog import Corpus, load_corpus
from corpus.lexicon import load_lexicon

# All documents but the draft are in force on this day.
IN_FORCE_DAY = date(2025, 1, 15)


class Ask(Protocol):
    """Asks the session's pipeline; the same question is answered once."""

    def __call__(self, text: str, history: Sequence[str] = (), as_of: date = IN_FORCE_DAY) -> Answer: ...


Understand = Callable[..., Question]


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The default settings, whatever the developer's environment says, with an index that is up to date."""
    for name in [name for name in os.environ if name.startswith("ZHENGCE_")]:
        del os.environ[name]
    settings = Settings()
    settings.home.mkdir(parents=True, exist_ok=True)
    with FileLock(settings.home / "tests.lock"):
        build_search_index(settings, LineProgress(), print)
    return settings


@pytest.fixture(scope="session")
def pipeline(settings: Settings) -> Pipeline:
    return build(settings)


@pytest.fixture(scope="session")
def ask(pipeline: Pipeline) -> Ask:
    @cache
    def answered(text: str, history: tuple[str, ...], as_of: date) -> Answer:
        return replace(pipeline.answer(text, history, as_of), id="")

    def asked(text: str, history: Sequence[str] = (), as_of: date = IN_FORCE_DAY) -> Answer:
        return answered(text, tuple(history), as_of)

    return asked


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    return load_corpus()


@pytest.fixture(scope="session")
def understand(corpus: Corpus) -> Understand:
    """From a question (and earlier turns) to its analysis."""
    analyser = Analyser(corpus, load_lexicon())

    def understood(text: str, history: Sequence[str] = (), as_of: date = IN_FORCE_DAY) -> Question:
        return analyser.analyse(text, history, as_of)

    return understood


def cited(answer: Answer) -> list[tuple[str, str]]:
    """Document and unit of each citation, best first, each once."""
    return list(dict.fromkeys((citation.doc, citation.unit) for citation in answer.citations))
