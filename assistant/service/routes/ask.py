"""Asking: one answer, or the same as a stream of events; and how an answer came about."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from assistant.answer import Answer
from assistant.service.answering import Asked
from assistant.service.deps import AnsweringDep, AskerDep, OwnerDep, StoreDep
from assistant.service.live import Live, Step
from assistant.service.models.given import AnswerBody, AnswerRecord
from assistant.service.models.taken import AskBody
from assistant.service.problems import Problem, problem_of, shaped
from assistant.service.texts import clean, compact

__all__ = ["router"]

CHANNEL = "api"

router = APIRouter(prefix="/v1", tags=["问答"])


@router.post("/ask", summary="回答一个问题", response_model=AnswerBody)
async def ask(body: AskBody, owner: AskerDep, answering: AnsweringDep) -> dict[str, Any]:
    """一个带引文的回答，与 `zhengce ask --json` 相同。"""
    return (await answering.answer(_asked(body, owner))).to_dict()


async def _begin(body: AskBody, owner: AskerDep, answering: AnsweringDep) -> Live:
    """Begin before the first byte is sent, so that what is wrong with the request is still a status."""
    return await Live.begin(answering, _asked(body, owner))


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
    request: Request, live: Annotated[Live, Depends(_begin)]
) -> AsyncIterator[ServerSentEvent]:
    """依次发出 `status`、`citations`、`text`、`done` 事件；每个事件的数据是一行 JSON。

    设了大模型时，`text` 从大模型写出的第一句通过核对起就发出，在 `citations` 之前；各 `text` 连起来总是 `done` 里的 `answer`。
    """
    async for event in live.events():
        yield (
            _event("status", {"step": event.name})
            if isinstance(event, Step)
            else _event("text", {"text": event.text})
        )
    outcome = await live.outcome()
    if not isinstance(outcome, Answer):
        problem = problem_of(outcome)
        yield _event("error", shaped(problem, request.url.path, request.scope.get("request_id", "")))
        return
    answer = outcome.to_dict()
    yield _event("citations", answer["citations"])
    for piece in live.rest(outcome):
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
