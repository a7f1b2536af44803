"""Chat completions and models as OpenAI's API has them, for programs that only let a base URL be set."""

import time
import uuid
from collections.abc import AsyncIterator
from typing import Any, Literal

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from fastapi.sse import EventSourceResponse, format_sse_event
from pydantic import BaseModel, ConfigDict, Field

from assistant.answer import Answer
from assistant.service.answering import Asked
from assistant.service.deps import AnsweringDep, AskerDep, CallerDep
from assistant.service.live import Live
from assistant.service.problems import OpenAIProblem, Problem, documented, problem_of, shaped
from assistant.service.texts import clean, compact

__all__ = ["MODEL", "router", "tokens"]

MODEL = "zhengce"
CHANNEL = "openai"
COMPLETIONS = "/v1/chat/completions"
_SINCE = 1_763_596_800

router = APIRouter(prefix="/v1", tags=["OpenAI 兼容"], responses=documented(OpenAIProblem))


class ContentPart(BaseModel):
    """One part of a message's content; only text is read."""

    type: str = ""
    text: str | None = None


class Turn(BaseModel):
    role: str = Field(examples=["user"])
    content: str | list[ContentPart] | None = Field(
        default=None, examples=["首创产品第一个合同1200万，国内首创，能补多少？"]
    )

    def words(self) -> str:
        """The text of the message."""
        if isinstance(self.content, list):
            return clean("\n".join(part.text for part in self.content if part.text)).strip()
        return clean(self.content or "").strip()


class StreamOptions(BaseModel):
    include_usage: bool | None = None


class CompletionBody(BaseModel):
    """A conversation. Everything else that OpenAI's API takes is accepted and ignored, tools too."""

    model_config = ConfigDict(extra="ignore")

    model: str = MODEL
    messages: list[Turn] = Field(min_length=1, max_length=1000)
    stream: bool | None = False
    stream_options: StreamOptions | None = None


class Usage(BaseModel):
    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Reply(BaseModel):
    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None


class Choice(BaseModel):
    index: int = 0
    message: Reply
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class Completion(BaseModel):
    """A completion; `zhengce` holds the whole answer object with its citations."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL
    choices: list[Choice]
    usage: Usage
    zhengce: dict[str, Any]


class ModelEntry(BaseModel):
    id: str = MODEL
    object: Literal["model"] = "model"
    created: int = _SINCE
    owned_by: str = MODEL


class ModelList(BaseModel):
    object: Literal["list"] = "list"
    data: list[ModelEntry]


@router.get("/models", summary="模型一览")
async def models(caller: CallerDep) -> ModelList:
    """只有一个：zhengce。"""
    return ModelList(data=[ModelEntry()])


@router.get("/models/{model}", summary="一个模型")
async def model_named(model: str, caller: CallerDep) -> ModelEntry:
    """zhengce；其他名称没有。"""
    if model != MODEL:
        raise Problem(404, f"没有模型“{clean(model)[:40]}”，只有 {MODEL}。", "model_not_found")
    return ModelEntry()


@router.post(
    "/chat/completions",
    summary="对话补全",
    response_model=Completion,
    responses={200: {"description": "回答；stream 为 true 时是 SSE", "content": {"text/event-stream": {}}}},
)
async def chat_completions(body: CompletionBody, owner: AskerDep, answering: AnsweringDep) -> Any:
    """回答最后一条用户消息，此前的用户消息作为上文；引文在正文里，也在 `zhengce` 里。模型名称不限。"""
    turns = [words for message in body.messages if message.role == "user" and (words := message.words())]
    if not turns:
        raise Problem(422, "messages 里没有用户说的话（role 为 user，content 为文字）。")
    asked = Asked(owner, CHANNEL, turns[-1], tuple(turns[:-1]))
    if body.stream:
        with_usage = bool(body.stream_options and body.stream_options.include_usage)
        streamed = _Streamed(await Live.begin(answering, asked), turns if with_usage else None)
        await streamed.begun()
        return StreamingResponse(
            streamed.events(),
            media_type=EventSourceResponse.media_type,
            headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
        )
    answer = await answering.answer(asked)
    return Completion(
        id=_name(answer),
        created=int(time.time()),
        choices=[Choice(message=Reply(content=answer.answer))],
        usage=_usage(turns, answer),
        zhengce=answer.to_dict(),
    )


def tokens(text: str) -> int:
    """How many tokens a text is said to have: its characters, at least one."""
    return max(1, len(text))


def _usage(turns: list[str], answer: Answer) -> Usage:
    asked, said = sum(map(tokens, turns)), tokens(answer.answer)
    return Usage(prompt_tokens=asked, completion_tokens=said, total_tokens=asked + said)


class _Streamed:
    """An answer as chunks of a completion; `turns` are counted in the last one where usage is wanted."""

    def __init__(self, live: Live, turns: list[str] | None) -> None:
        self._texts = live.texts()
        self._live = live
        self._turns = turns
        self._first: str | None = None
        self._head = {
            "id": f"chatcmpl-{uuid.uuid4().hex}",
            "object": "chat.completion.chunk",
            "created": int(time.time()),
            "model": MODEL,
        }

    async def begun(self) -> None:
        """Wait for the first text: what goes wrong before it is still a status, and raised here."""
        self._first = await anext(self._texts, None)
        if self._first is None:
            await self._live.answer()

    async def events(self) -> AsyncIterator[bytes]:
        """The whole stream."""
        yield self._chunk({"role": "assistant", "content": ""})
        if self._first is not None:
            yield self._chunk({"content": self._first})
        async for text in self._texts:
            yield self._chunk({"content": text})
        answer = await self._live.outcome()
        if not isinstance(answer, Answer):
            # The stream has begun, and says itself what went wrong.
            yield format_sse_event(data_str=compact(shaped(problem_of(answer), COMPLETIONS, "")))
            return
        yield self._chunk({}, "stop", zhengce=answer.to_dict())
        if self._turns is not None:
            usage = _usage(self._turns, answer).model_dump()
            yield format_sse_event(data_str=compact({**self._head, "choices": [], "usage": usage}))
        yield format_sse_event(data_str="[DONE]")

    def _chunk(self, delta: dict[str, str], finish: str | None = None, **more: Any) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return format_sse_event(data_str=compact({**self._head, "choices": [choice], **more}))


def _name(answer: Answer) -> str:
    return f"chatcmpl-{answer.id}"
