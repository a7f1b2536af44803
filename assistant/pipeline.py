"""One question, five steps: understand → retrieve → calculate → compose → verify."""

import time
import uuid
from collections.abc import Sequence
from datetime import date

from assistant.answer import Answer
from assistant.calculator.propose import Calculator
from assistant.composing.compose import Composer
from assistant.composing.render import render
from assistant.retrieval.finder import EvidenceFinder
from assistant.understand.analyse import Analyser
from assistant.verify import Verifier

__all__ = ["QUESTION_LIMIT", "Pipeline"]

QUESTION_LIMIT = 2000


class Pipeline:
    """Answers questions; built once by `bootstrap.build`, safe to share between threads."""

    def __init__(
        self,
        analyser: Analyser,
        finder: EvidenceFinder,
        calculator: Calculator,
        composer: Composer,
        verifier: Verifier,
        version: str,
    ) -> None:
        self._analyser = analyser
        self._finder = finder
        self._calculator = calculator
        self._composer = composer
        self._verifier = verifier
        self._version = version

    def answer(self, text: str, history: Sequence[str] = (), as_of: date | None = None) -> Answer:
        """Answer `text`, asked after the earlier user turns `history`, as of a date (default: today)."""
        started = time.perf_counter()
        text = _readable(text)
        question = self._analyser.analyse(
            text[:QUESTION_LIMIT], tuple(map(_readable, history)), as_of or date.today()
        )
        evidence = self._finder.find(question)
        computed = self._calculator.calculate(question, evidence)
        draft = self._verifier.verify(self._composer.compose(question, evidence, computed))
        return Answer(
            id=uuid.uuid4().hex,
            question=text,
            answer=render(draft),
            refused=draft.refused,
            citations=draft.citations,
            amount=draft.amount,
            calculation=draft.calculation,
            warnings=draft.warnings,
            index_version=self._version,
            latency_ms=(time.perf_counter() - started) * 1000,
        )


def _readable(text: str) -> str:
    """`text` with lone surrogates, which no file or terminal can take, left out."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
