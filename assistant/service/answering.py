"""The one use case behind every way of asking: answer on the current index, and keep what was answered."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date
from time import perf_counter
from typing import Any

import structlog

from assistant.answer import Answer
from assistant.bootstrap import Serving
from assistant.service.engine import Engine
from assistant.service.metrics import Metrics
from assistant.service.paying import OwnerPurse
from assistant.service.problems import Problem
from assistant.service.remembering import Known, Remembered
from assistant.service.settings import ServiceSettings
from assistant.service.store.ledger import Ledger
from assistant.service.store.store import Answered, Store
from assistant.service.trace import STEPS, WORD, Trace
from assistant.service.tracing import Tracing

__all__ = ["NO_CONVERSATION", "Answering", "Asked", "Show", "Tell"]

NO_CONVERSATION = "没有会话“{}”。用 GET /v1/conversations 查看已有的会话。"

_log: Any = structlog.stdlib.get_logger(__name__)

Tell = Callable[[str], object]
"""Hears the name of each step as it ends, in the thread that computes."""

Show = Callable[[str], object]
"""Given pieces of the answer's text that are proved while a language model still writes, in that thread."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: whose, by which channel, after which earlier questions or in which conversation.

    `user` narrows the conversation to one user of the owner, where the channel knows users; `begins` says that
    the conversation is a new one, to be kept with its first answer.
    """

    owner: str
    channel: str
    question: str
    history: tuple[str, ...] = ()
    as_of: date | None = None
    conversation_id: str | None = None
    user: str | None = None
    begins: bool = False


class Answering:
    """Answers questions and keeps every answer before it is shown, but for proved sentences of a model in a stream."""

    def __init__(
        self,
        engine: Engine,
        store: Store,
        ledger: Ledger,
        metrics: Metrics,
        tracing: Tracing,
        limits: ServiceSettings,
    ) -> None:
        self._engine = engine
        self._store = store
        self._ledger = ledger
        self._metrics = metrics
        self._tracing = tracing
        self._limits = limits
        self._remembered = Remembered(limits.remembered_answers)

    async def begin(
        self, asked: Asked, tell: Tell = lambda _: None, show: Show | None = None
    ) -> Future[Answer]:
        """Check the question and hand it to the threads; `finish` waits for the answer.

        Raises Problem for a question that is too long, an unknown conversation or too many waiting, and
        IndexMissing or IndexBroken without a usable index.
        """
        most = self._limits.max_question_chars
        if len(asked.question) > most:
            raise Problem(422, f"问题太长，最多 {most} 字。", "question_too_long")
        key = asked.conversation_id
        if (
            key is not None
            and not asked.begins
            and (await asyncio.to_thread(self._store.conversation, asked.owner, key, asked.user) is None)
        ):
            raise Problem(404, NO_CONVERSATION.format(key[:40]), "unknown_conversation")
        begun = perf_counter()
        return self._engine.submit(lambda serving: self._answered(asked, tell, show, begun, serving))

    async def finish(self, begun: Future[Answer]) -> Answer:
        """The answer that was begun; raises Problem, and SQLAlchemyError where it could not be kept."""
        return await self._engine.result(begun)

    async def answer(self, asked: Asked) -> Answer:
        """Begin and finish."""
        return await self.finish(await self.begin(asked))

    def _answered(
        self, asked: Asked, tell: Tell, show: Show | None, begun: float, serving: Serving
    ) -> Answer:
        """Answer, and note how long each step took from the time when the question was handed over."""
        spent: dict[str, float] = {}

        def note(step: str, seconds: float) -> None:
            spent[step] = round(seconds * 1000, 1)
            self._metrics.step_seconds.labels(step).observe(seconds)
            self._tracing.step(step, seconds)

        note("queue", perf_counter() - begun)
        answer = self._answer(asked, tell, show, note, serving)
        self._metrics.answers.labels(asked.channel, str(answer.refused).lower()).inc()
        words = {"question": asked.question} if self._limits.log_questions else {}
        _log.info(
            "answer",
            answer=answer.id,
            owner=asked.owner,
            channel=asked.channel,
            refused=answer.refused,
            index=serving.status.version,
            ms=spent,
            **words,
        )
        return answer

    def _answer(
        self,
        asked: Asked,
        tell: Tell,
        show: Show | None,
        note: Callable[[str, float], None],
        serving: Serving,
    ) -> Answer:
        def told(step: str, seconds: float) -> None:
            note(step, seconds)
            tell(step)

        trace = Trace(told)
        day = asked.as_of or date.today()
        history = self._history(asked)
        begun = perf_counter()
        # What a language model says is not the same twice.
        fixed = not serving.language_model
        key = (asked.question, history, day)
        known = self._remembered.find(serving, key) if fixed else None
        if known is None:
            purse = OwnerPurse(asked.owner, self._ledger, self._metrics)
            answer = serving.pipeline.answer(asked.question, history, day, trace, purse, show)
            steps = trace.steps
            self._count(trace)
            # Nor is what was found while a service was down.
            if fixed and not any(step.get("notes") for step in steps):
                self._remembered.keep(serving, key, Known(answer, steps))
        else:
            answer, steps = known.again(begun), known.steps
            note("remembered", perf_counter() - begun)
            for step in STEPS:
                tell(step)
        begun = perf_counter()
        self._keep(asked, history, day, answer, steps, serving)
        note("keep", perf_counter() - begun)
        return answer

    def _count(self, trace: Trace) -> None:
        """Count what the model's turn came to, where there was one."""
        for step in trace.steps:
            if step["step"] == WORD:
                self._metrics.worded.labels(step["outcome"]).inc()

    def _keep(
        self,
        asked: Asked,
        history: tuple[str, ...],
        day: date,
        answer: Answer,
        steps: list[dict[str, Any]],
        serving: Serving,
    ) -> None:
        kept = self._store.keep(
            Answered(
                asked.owner,
                asked.channel,
                asked.conversation_id,
                asked.user if asked.begins else None,
                history,
                day,
                answer.to_dict(),
                steps,
                serving.versions,
            )
        )
        if not kept:
            raise Problem(404, NO_CONVERSATION.format(asked.conversation_id), "unknown_conversation")

    def _history(self, asked: Asked) -> tuple[str, ...]:
        turns = self._limits.max_history_turns
        if turns == 0:
            return ()
        if asked.conversation_id is not None:
            return self._store.questions(asked.conversation_id, turns)
        return tuple(turn[: self._limits.max_question_chars] for turn in asked.history[-turns:])
