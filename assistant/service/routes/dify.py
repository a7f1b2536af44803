"""Chat messages as Dify's API has them, for bots that were written for it."""

import time
import uuid
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from fastapi.sse import EventSourceResponse, format_sse_event
from pydantic import BaseModel, ConfigDict, Field

from assistant.answer import Answer
from assistant.service.answering import Asked
from assistant.service.deps import AnsweringDep, AskerDep
from assistant.service.problems import DifyProblem, documented
from assistant.service.routes.openai import tokens
from assistant.service.texts import SAID, compact, pieces

__all__ = ["router"]

CHANNEL = "dify"

router = APIRouter(prefix="/v1", tags=["Dify 兼容"], responses=documented(DifyProblem))


class ChatMessageBody(BaseModel):
    """A user's message. Fields that mean nothing here (inputs, files …) are ignored."""

    model_config = ConfigDict(extra="ignore")

    query: Annotated[
        str, Field(min_length=1, examples=["首创产品第一个合同1200万，国内首创，能补多少？"]), SAID
    ]
    user: Annotated[str, Field(min_length=1, max_length=200, examples=["wx-user-1"]), SAID]
    response_mode: Literal["blocking", "streaming"] = "streaming"
    conversation_id: str | None = Field(default=None, max_length=64, description="空则开始新会话")


class RetrieverResource(BaseModel):
    """A citation as Dify shows them."""

    position: int
    dataset_id: str
    dataset_name: str
    document_id: str
    document_name: str
    segment_id: str
    score: float
    content: str


class ChatMetadata(BaseModel):
    usage: dict[str, Any]
    retriever_resources: list[RetrieverResource]


class ChatMessage(BaseModel):
    """A whole reply; `zhengce` holds the answer object."""

    event: Literal["message"] = "message"
    task_id: str
    id: str
    message_id: str
    conversation_id: str
    mode: Literal["chat"] = "chat"
    answer: str
    metadata: ChatMetadata
    created_at: int
    zhengce: dict[str, Any]


@router.post(
    "/chat-messages",
    summary="发送对话消息",
    response_model=ChatMessage,
    responses={
        200: {
            "description": "回答；response_mode 为 streaming 时是 SSE",
            "content": {"text/event-stream": {}},
        }
    },
)
async def chat_messages(body: ChatMessageBody, owner: AskerDep, answering: AnsweringDep) -> Any:
    """回答一条消息；带上返回的 `conversation_id` 就接着这个会话说，会话属于密钥和 `user`。"""
    conversation = body.conversation_id or uuid.uuid4().hex
    answer = await answering.answer(
        Asked(
            owner,
            CHANNEL,
            body.query,
            conversation_id=conversation,
            user=body.user,
            begins=not body.conversation_id,
        )
    )
    if body.response_mode == "streaming":
        return StreamingResponse(
            _streamed(answer, body.query, conversation),
            media_type=EventSourceResponse.media_type,
            headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
        )
    return ChatMessage(
        **_names(answer, conversation),
        answer=answer.answer,
        metadata=_metadata(answer, body.query),
        zhengce=answer.to_dict(),
    )


def _names(answer: Answer, conversation: str) -> dict[str, Any]:
    return {
        "task_id": answer.id,
        "id": answer.id,
        "message_id": answer.id,
        "conversation_id": conversation,
        "created_at": int(time.time()),
    }


async def _streamed(answer: Answer, query: str, conversation: str) -> AsyncIterator[bytes]:
    names = _names(answer, conversation)
    for piece in pieces(answer.answer):
        yield _event({"event": "agent_message", **names, "answer": piece})
    metadata = _metadata(answer, query).model_dump()
    yield _event({"event": "message_end", **names, "metadata": metadata, "zhengce": answer.to_dict()})


def _event(data: dict[str, Any]) -> bytes:
    return format_sse_event(data_str=compact(data))


def _metadata(answer: Answer, query: str) -> ChatMetadata:
    asked, said = tokens(query), tokens(answer.answer)
    usage = {
        "prompt_tokens": asked,
        "completion_tokens": said,
        "total_tokens": asked + said,
        "total_price": "0",
        "currency": "CNY",
        "latency": round(answer.latency_ms / 1000, 4),
    }
    resources = [
        RetrieverResource(
            position=position,
            dataset_id=citation.doc,
            dataset_name=citation.title,
            document_id=citation.doc,
            document_name=citation.doc_no or citation.title,
            segment_id=citation.path,
            score=1.0,
            content=citation.quote,
        )
        for position, citation in enumerate(answer.citations, 1)
    ]
    return ChatMetadata(usage=usage, retriever_resources=resources)
