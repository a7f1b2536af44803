"""Calculating: the rules, one calculation, an enterprise against all of them."""

from datetime import date
from typing import Any

from fastapi import APIRouter

from assistant.bootstrap import Serving
from assistant.commands.reading import calculated, describe_rules, outcome_dict
from assistant.matching.match import match_profile
from assistant.service.deps import EngineDep, ReaderDep
from assistant.service.models.computed import MatchResultBody, OutcomeBody
from assistant.service.models.given import RuleList
from assistant.service.models.taken import CalculateBody, MatchBody
from assistant.service.values import given_of, profile_of

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["计算"])


@router.get("/rules", summary="全部计算规则", response_model=RuleList)
async def rules(reader: ReaderDep, engine: EngineDep) -> dict[str, Any]:
    """规则的编号、条目、输入和引文，以及不能计算的数。"""
    return await engine.run(lambda serving: describe_rules(serving.rules))


@router.post("/rules/{rule_id}/calculate", summary="按一条规则计算", response_model=OutcomeBody)
async def calculate_rule(
    rule_id: str, body: CalculateBody, reader: ReaderDep, engine: EngineDep
) -> dict[str, Any]:
    """金额、算式、条件核对、还缺的数和文件的效力，与 `zhengce calc --json` 相同。"""
    given = given_of(body.inputs)
    day = body.as_of or date.today()

    def work(serving: Serving) -> dict[str, Any]:
        return outcome_dict(calculated(serving.rules, serving.corpus, rule_id, given, day))

    return await engine.run(work)


@router.post("/match", summary="按企业情况逐条判断能申报什么", response_model=MatchResultBody)
async def match(body: MatchBody, reader: ReaderDep, engine: EngineDep) -> dict[str, Any]:
    """逐条规则的判断、金额、缺的信息和最优组合，与 `zhengce match --json` 相同。"""
    profile = profile_of(body.name, body.facts, body.rules)
    day = body.as_of or date.today()

    def work(serving: Serving) -> dict[str, Any]:
        return match_profile(serving.rules, serving.corpus, profile, day).to_dict()

    return await engine.run(work)
