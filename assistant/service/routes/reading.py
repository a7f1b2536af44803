"""Reading the corpus: search, documents, units."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query

from assistant.commands.reading import describe_unit_in_full
from assistant.service.deps import EngineDep, ReaderDep
from assistant.service.models.given import DocumentList, SearchResults, UnitBody
from assistant.service.models.taken import Day
from assistant.service.texts import SAID
from corpus.export import export_corpus

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["条文"])

_WORDS = Query(min_length=1, max_length=500, description="要找什么", examples=["加氢站建设补贴"])
_MOST = Query(ge=1, le=100, description="最多多少条")
_DAY = Query(description="按哪一天判断文件效力，默认今天", examples=["2025-01-15"])


@router.get("/search", summary="检索条目，不作回答", response_model=SearchResults)
async def search(
    q: Annotated[str, _WORDS, SAID], reader: ReaderDep, engine: EngineDep, k: Annotated[int, _MOST] = 10
) -> dict[str, Any]:
    """条目按相关程度排列。"""
    return {"results": await engine.run(lambda serving: serving.search(q, k))}


@router.get("/documents", summary="全部文件", response_model=DocumentList)
async def documents(
    reader: ReaderDep, engine: EngineDep, as_of: Annotated[Day | None, _DAY] = None
) -> dict[str, Any]:
    """文号、题名、日期、效力和各条目的标题。"""
    day = as_of or date.today()
    return await engine.run(lambda serving: export_corpus(serving.corpus, day))


@router.get("/documents/{doc}/units/{unit}", summary="一个条目的全文", response_model=UnitBody)
async def document_unit(
    doc: str, unit: str, reader: ReaderDep, engine: EngineDep, as_of: Annotated[Day | None, _DAY] = None
) -> dict[str, Any]:
    """全文、效力、与其他条目的相互引用，以及按它计算的规则；`doc` 可以是键、文号或题名。"""
    day = as_of or date.today()
    return await engine.run(
        lambda serving: describe_unit_in_full(serving.corpus, serving.links, serving.rules, doc, unit, day)
    )
