"""Asking: one answer, or the same as a stream of events; and how an answer came about."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from assistant.answer import Answer
from assistant.service.answering import Asked
from assistant.service.deps import AnsweringDep, AskerDep, OwnerDep, StoreDep
from assistant.service.models.given import AnswerBody, AnswerRecord
from assistant.service.models.taken import AskBody
from assistant.service.problems import Problem, problem_of, shaped
from assistant.service.texts import clean, compact, pieces

__all__ = ["router"]

CHANNEL = "api"

router = APIRouter(prefix="/v1", tags=["问答"])


@router.post("/ask", summary="回答一个问题", response_model=AnswerBody)
async def ask(body: AskBody, owner: AskerDep, answering: AnsweringDep) -> dict[str, Any]:
    """一个带引文的回答，与 `zhengce ask --json` 相同。"""
    return (await answering.answer(_asked(body, owner))).to_dict()


@dataclass(frozen=True, slots=True)
class _Begun:
    """An answer that is being computed, and the steps as they end; None comes last."""

    outcome: asyncio.Task[Answer | BaseException]
    steps: asyncio.Queue[str | None]


async def _begin(body: AskBody, owner: AskerDep, answering: AnsweringDep) -> _Begun:
    """Begin before the first byte is sent, so that what is wrong with the request is still a status."""
    steps: asyncio.Queue[str | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    begun = await answering.begin(
        _asked(body, owner), lambda step: loop.call_soon_threadsafe(steps.put_nowait, step)
    )
    outcome = asyncio.create_task(answering.outcome(begun))
    outcome.add_done_callback(lambda _: steps.put_nowait(None))
    return _Begun(outcome, steps)


@router.post(
    "/ask/stream",
    summary="回答一个问题，边算边发",
    response_class=EventSourceResponse,
    responses={
        200: {
            "description": "SSE：status（完成的步骤）、citations、text（逐句）、done（完整的回答）；出错时 error"
        }
    },
)
async def ask_stream(
    request: Request, begun: Annotated[_Begun, Depends(_begin)]
) -> AsyncIterator[ServerSentEvent]:
    """依次发出 `status`、`citations`、`text`、`done` 事件；每个事件的数据是一行 JSON。"""
    while (step := await begun.steps.get()) is not None:
        yield _event("status", {"step": step})
    outcome = await begun.outcome
    if not isinstance(outcome, Answer):
        problem = problem_of(outcome)
        yield _event("error", shaped(problem, request.url.path, request.scope.get("request_id", "")))
        return
    answer = outcome.to_dict()
    yield _event("citations", answer["citations"])
    for piece in pieces(answer["answer"]):
        yield _event("text", {"text": piece})
    yield _event("done", answer)


@router.get("/answers/{answer_id}", summary="回看一个回答是怎样得出的", response_model=AnswerRecord)
async def get_answer(answer_id: str, owner: OwnerDep, store: StoreDep) -> Any:
    """问题、此前的提问、每一步的结果，以及索引、模型和程序的版本。"""
    found = await asyncio.to_thread(store.answer, owner, answer_id)
    if found is None:
        raise Problem(404, f"没有编号为“{clean(answer_id)[:40]}”的回答。", "unknown_answer")
    return found


def _asked(body: AskBody, owner: str) -> Asked:
    if body.history and body.conversation_id is not None:
        raise Problem(422, "history 和 conversation_id 只能给一个。", "invalid_input")
    history = tuple(words for turn in body.history if (words := clean(turn)).strip())
    return Asked(owner, CHANNEL, body.question, history, body.as_of, body.conversation_id)


def _event(name: str, data: Any) -> ServerSentEvent:
    return ServerSentEvent(raw_data=compact(data), event=name)
