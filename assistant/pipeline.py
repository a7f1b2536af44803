"""One question, five steps: understand → retrieve → calculate → compose → verify.

Where a language model is set, it words what was verified, behind a gate, as a sixth.
"""

import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import ParamSpec, TypeVar

from assistant.answer import Answer
from assistant.calculator.propose import Calculator
from assistant.composing.compose import Composer
from assistant.composing.render import render, render_head
from assistant.draft import Draft
from assistant.evidence import Evidence
from assistant.question import QUESTION_LIMIT, Question
from assistant.retrieval.finder import EvidenceFinder
from assistant.understand.analyse import Analyser
from assistant.verify.drafts import Verifier
from assistant.worded import Purse, Rewriter, Worder

__all__ = ["Observer", "Pipeline", "Showing"]

Observer = Callable[[str, object, float], None]
"""Told after each step: its name, what it returned and the seconds it took."""

Showing = Callable[[str], object]
"""Given the next piece of an answer's text that is proved already and stays; the pieces joined begin the answer."""

_P = ParamSpec("_P")
_T = TypeVar("_T")


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
        worder: Worder | None = None,
        rewriter: Rewriter | None = None,
        spoil: Callable[[Draft], Draft] | None = None,
    ) -> None:
        self._analyser = analyser
        self._finder = finder
        self._calculator = calculator
        self._composer = composer
        self._verifier = verifier
        self._version = version
        self._worder = worder
        self._rewriter = rewriter
        self._spoil = spoil

    @property
    def offline(self) -> "Pipeline":
        """The same without a model."""
        return self.worded_by(None)

    def worded_by(self, worder: Worder | None, rewriter: Rewriter | None = None) -> "Pipeline":
        """The same with this model, which words answers and, with a `rewriter`, follow-ups."""
        steps = (self._analyser, self._finder, self._calculator, self._composer, self._verifier)
        return Pipeline(*steps, self._version, worder, rewriter)

    def spoiled(self, spoil: Callable[[Draft], Draft]) -> "Pipeline":
        """The same without a model and with every draft spoiled before it is verified, to try what verifying stops."""
        steps = (self._analyser, self._finder, self._calculator, self._composer, self._verifier)
        return Pipeline(*steps, self._version, spoil=spoil)

    def drafted(self, question: Question, evidence: Evidence) -> Draft:
        """A verified draft of evidence that was found already, without a calculation."""
        return self._verifier.verify(self._composer.compose(question, evidence))

    def answer(
        self,
        text: str,
        history: Sequence[str] = (),
        as_of: date | None = None,
        observe: Observer | None = None,
        purse: Purse | None = None,
        show: Showing | None = None,
    ) -> Answer:
        """Answer `text`, asked after the earlier user turns `history`, as of a date (default: today).

        A language model, where one is set, is paid from `purse`, and `show` gets its sentences as each is proved.
        """
        started = time.perf_counter()
        text = _readable(text)
        day, turns = as_of or date.today(), tuple(map(_readable, history))
        step = _Steps(observe)
        asked = text[:QUESTION_LIMIT]
        if self._rewriter is not None and turns:
            rewritten = step("rewrite", self._rewriter.rewrite, asked, turns, purse)
            # A question of its own needs no earlier turns; what was said in them and still counts stands in it.
            asked, turns = (asked, turns) if rewritten.reason else (rewritten.text, ())
        question = step("understand", self._analyser.analyse, asked, turns, day)
        evidence = step("retrieve", self._finder.find, question)
        computed = step("calculate", self._calculator.calculate, question, evidence)
        composed = step("compose", self._composer.compose, question, evidence, computed)
        if self._spoil is not None:
            composed = self._spoil(composed)
        draft = step("verify", self._verifier.verify, composed)
        if evidence.notes:
            draft = replace(draft, notes=(*draft.notes, *evidence.notes))
        if self._worder is not None:
            early = _Early(show) if show else None
            draft = step("word", self._worder.word, question, evidence, computed, draft, purse, early).draft
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


class _Steps:
    """Runs steps, and tells who observes what each came to."""

    def __init__(self, observe: Observer | None) -> None:
        self._observe = observe

    def __call__(self, name: str, step: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        started = time.perf_counter()
        result = step(*args, **kwargs)
        if self._observe is not None:
            self._observe(name, result, time.perf_counter() - started)
        return result


class _Early:
    """Shows what a growing draft has more than before."""

    def __init__(self, show: Showing) -> None:
        self._show = show
        self._shown = 0

    def __call__(self, draft: Draft) -> None:
        text = render_head(draft)
        if more := text[self._shown :]:
            self._shown = len(text)
            self._show(more)


def _readable(text: str) -> str:
    """`text` with lone surrogates, which no file or terminal can take, left out."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
