"""Conversations, and what users think of answers."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query

from assistant.service.answering import NO_CONVERSATION
from assistant.service.deps import OwnerDep, StoreDep
from assistant.service.models.given import Conversation, ConversationPage, ConversationTurns, Feedback
from assistant.service.models.taken import ConversationBody, FeedbackBody
from assistant.service.problems import Problem
from assistant.service.store.tables import ConversationRow
from assistant.service.texts import clean

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["会话与反馈"])

_LIMIT = Query(ge=1, le=100, description="最多多少个")
_AFTER = Query(max_length=64, description="上一页的 next")


@router.post("/conversations", summary="新建会话", status_code=201, response_model=Conversation)
async def begin_conversation(body: ConversationBody, owner: OwnerDep, store: StoreDep) -> dict[str, Any]:
    """之后提问时带上它的 `id` 作为 `conversation_id`。"""
    row = await asyncio.to_thread(store.begin_conversation, owner, "", clean(body.title))
    return _described(row, 0)


@router.get("/conversations", summary="会话一览", response_model=ConversationPage)
async def conversations(
    owner: OwnerDep,
    store: StoreDep,
    limit: Annotated[int, _LIMIT] = 20,
    after: Annotated[str | None, _AFTER] = None,
) -> dict[str, Any]:
    """最近用过的在前。"""
    rows = await asyncio.to_thread(store.conversations, owner, limit + 1, after)
    counts = await asyncio.to_thread(store.counts, [row.id for row in rows])
    shown = rows[:limit]
    return {
        "conversations": [_described(row, counts.get(row.id, 0)) for row in shown],
        "next": shown[-1].id if len(rows) > limit else None,
    }


@router.get(
    "/conversations/{conversation_id}", summary="一个会话的全部问答", response_model=ConversationTurns
)
async def conversation(conversation_id: str, owner: OwnerDep, store: StoreDep) -> dict[str, Any]:
    """回答按先后排列。"""
    row = await asyncio.to_thread(store.conversation, owner, conversation_id)
    if row is None:
        raise Problem(404, NO_CONVERSATION.format(conversation_id[:40]), "unknown_conversation")
    answers = await asyncio.to_thread(store.answers, row.id)
    return {**_described(row, len(answers)), "answers": [answer.answer for answer in answers]}


@router.delete("/conversations/{conversation_id}", summary="删除会话", status_code=204)
async def delete_conversation(conversation_id: str, owner: OwnerDep, store: StoreDep) -> None:
    """连同其中的回答和反馈一起删除。"""
    if not await asyncio.to_thread(store.delete_conversation, owner, conversation_id):
        raise Problem(404, NO_CONVERSATION.format(conversation_id[:40]), "unknown_conversation")


@router.post("/feedback", summary="评价一个回答", status_code=201, response_model=Feedback)
async def feedback(body: FeedbackBody, owner: OwnerDep, store: StoreDep) -> Any:
    """`rating` 写 up 或 down。"""
    row = await asyncio.to_thread(
        store.keep_feedback, owner, body.answer_id, body.rating, clean(body.comment)
    )
    if row is None:
        raise Problem(404, f"没有编号为“{clean(body.answer_id)[:40]}”的回答。", "unknown_answer")
    return row


def _described(row: ConversationRow, turns: int) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": row.title,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "turns": turns,
    }
