"""Chat completions and models as OpenAI's API has them, for programs that only let a base URL be set."""

import time
from collections.abc import AsyncIterator, Iterator
from typing import Any, Literal

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from fastapi.sse import EventSourceResponse, format_sse_event
from pydantic import BaseModel, ConfigDict, Field

from assistant.answer import Answer
from assistant.service.answering import Asked
from assistant.service.deps import AnsweringDep, AskerDep, CallerDep
from assistant.service.problems import OpenAIProblem, Problem, documented
from assistant.service.texts import clean, compact, pieces

__all__ = ["MODEL", "router", "tokens"]

MODEL = "zhengce"
CHANNEL = "openai"
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
    answer = await answering.answer(Asked(owner, CHANNEL, turns[-1], tuple(turns[:-1])))
    usage = _usage(turns, answer)
    if body.stream:
        with_usage = bool(body.stream_options and body.stream_options.include_usage)
        return StreamingResponse(
            _streamed(answer, usage if with_usage else None),
            media_type=EventSourceResponse.media_type,
            headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
        )
    return Completion(
        id=_name(answer),
        created=int(time.time()),
        choices=[Choice(message=Reply(content=answer.answer))],
        usage=usage,
        zhengce=answer.to_dict(),
    )


def tokens(text: str) -> int:
    """How many tokens a text is said to have: its characters, at least one."""
    return max(1, len(text))


def _usage(turns: list[str], answer: Answer) -> Usage:
    asked, said = sum(map(tokens, turns)), tokens(answer.answer)
    return Usage(prompt_tokens=asked, completion_tokens=said, total_tokens=asked + said)


async def _streamed(answer: Answer, usage: Usage | None) -> AsyncIterator[bytes]:
    for chunk in _chunks(answer, usage):
        yield format_sse_event(data_str=compact(chunk))
    yield format_sse_event(data_str="[DONE]")


def _chunks(answer: Answer, usage: Usage | None) -> Iterator[dict[str, Any]]:
    head = {
        "id": _name(answer),
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": MODEL,
    }

    def chunk(delta: dict[str, str], finish: str | None = None, **more: Any) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return {**head, "choices": [choice], **more}

    yield chunk({"role": "assistant", "content": ""})
    for piece in pieces(answer.answer):
        yield chunk({"content": piece})
    yield chunk({}, "stop", zhengce=answer.to_dict())
    if usage is not None:
        yield {**head, "choices": [], "usage": usage.model_dump()}


def _name(answer: Answer) -> str:
    return f"chatcmpl-{answer.id}"
