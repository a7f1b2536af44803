"""Whether the service lives, can answer, and how it fares."""

import asyncio

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel, Field

from assistant.service.deps import AdminDep, PartsDep, ServingDep

__all__ = ["router"]

router = APIRouter(tags=["运行"])


class Alive(BaseModel):
    status: str = Field(examples=["ok"])


class Ready(Alive):
    index_version: str
    documents: int
    units: int


@router.get("/healthz", summary="进程是否活着")
async def healthz() -> Alive:
    """总是立即回答，不看索引和数据库。"""
    return Alive(status="ok")


@router.get("/readyz", summary="能不能提问了")
async def readyz(parts: PartsDep, serving: ServingDep) -> Ready:
    """索引、模型已载入，数据库可用。"""
    await asyncio.to_thread(parts.store.check)
    status = serving.status
    return Ready(status="ok", index_version=status.version, documents=status.documents, units=status.units)


@router.get(
    "/metrics",
    summary="Prometheus 指标",
    response_class=Response,
    responses={200: {"content": {"text/plain": {}}, "description": "Prometheus 文本格式"}},
)
async def metrics(parts: PartsDep, admin: AdminDep) -> Response:
    """请求数、用时、回答各步用时、排队的请求。"""
    content = await asyncio.to_thread(parts.metrics.render)
    return Response(content, media_type=CONTENT_TYPE_LATEST)
