"""`zhengce mcp`: question, search, texts, rules and matching as tools of the Model Context Protocol."""

import asyncio
from collections.abc import Callable
from contextlib import closing
from datetime import date
from importlib.metadata import version
from typing import Annotated, Any

import uvicorn
from mcp.server import MCPServer
from mcp.server.mcpserver.resources import TextResource
from mcp_types import CallToolResult, TextContent, ToolAnnotations
from pydantic import Field

from assistant.bootstrap import Serving, read_corpus
from assistant.commands.reading import (
    calculated,
    calculation_text,
    describe_rules,
    describe_unit,
    outcome_dict,
    unit_text,
)
from assistant.matching.match import match_profile, match_table
from assistant.question import QUESTION_LIMIT
from assistant.service.engine import Engine
from assistant.service.models.computed import MatchResultBody, OutcomeBody
from assistant.service.models.given import AnswerBody, SearchResults
from assistant.service.models.taken import EXAMPLE, ByYear, Day, Key, Values
from assistant.service.problems import Problem, problem_of
from assistant.service.server import listen
from assistant.service.settings import ServiceSettings
from assistant.service.texts import SAID
from assistant.service.values import given_of, profile_of
from assistant.settings import Settings
from corpus.catalog import Corpus
from corpus.errors import ZhengceError

__all__ = ["build_mcp", "serve_mcp"]

_ABOUT = """北京市支持政策（中关村、技术转移、技术创新中心、新技术新产品、科技服务业等文件）的条款、条件和金额。
问题用 ask；它给出的金额已经按条文算好，不要自己重算。引文逐字来自原文，转述时请注明文件和条目。"""
_WAIT_SECONDS = 0.1
_HOST = "127.0.0.1"
_READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)

_Work = Callable[[Serving], tuple[str, dict[str, Any]]]
_Question = Annotated[str, SAID, Field(min_length=1, max_length=QUESTION_LIMIT, examples=[EXAMPLE])]
_AsOf = Annotated[Day | None, Field(description="按哪一天判断文件效力，默认今天")]


def serve_mcp(settings: Settings, port: int | None) -> None:
    """Serve until the client goes: on standard input and output, or by HTTP on this port of the loopback.

    Raises InvalidInput where the port is taken.
    """
    with closing(Engine(settings, ServiceSettings(workers=1))) as engine:
        engine.refresh()
        server = build_mcp(engine, read_corpus(settings))
        if port is None:
            server.run()
        else:
            app = server.streamable_http_app(host=_HOST)
            uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listen(_HOST, port)])


def build_mcp(engine: Engine, corpus: Corpus) -> MCPServer[Any]:
    """The server with its tools, and a resource for each document."""
    server: MCPServer[Any] = MCPServer(
        "zhengce", title="政策问答", instructions=_ABOUT, version=version("zhengce"), log_level="WARNING"
    )
    tools = _Tools(engine)
    for title, tool, about in (
        ("提问", tools.ask, "回答一个政策问题：结论、算式、逐字引文、效力。"),
        ("检索", tools.search, "按词检索条目，不作回答。"),
        ("看条文", tools.show, "一个条目的全文、效力和所在的章。"),
        ("计算规则", tools.list_rules, "可以计算的规则及其输入。"),
        ("计算", tools.calculate, "按一条规则计算：金额、算式、条件核对、还缺的数、文件的效力。"),
        ("匹配", tools.match, "按企业情况逐条判断能申报什么、能得多少。"),
    ):
        server.tool(title=title, description=about, annotations=_READS)(tool)
    for document in corpus.documents:
        text = "\n\n".join(f"{unit.chapter}\n{unit.text}".strip() for unit in document.units)
        name = f"《{document.title}》{document.doc_no}"
        uri = f"zhengce://documents/{document.key}"
        server.add_resource(
            TextResource(uri=uri, name=document.key, title=name, mime_type="text/plain", text=text)
        )
    return server


class _Tools:
    """The tools: a text to read, and the same as the object that the HTTP API gives."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def ask(
        self,
        question: _Question,
        history: Annotated[list[str], Field(max_length=50, description="此前的提问，最早的在前")] = [],  # noqa: B006
        as_of: _AsOf = None,
    ) -> Annotated[CallToolResult, AnswerBody]:
        def work(serving: Serving) -> tuple[str, dict[str, Any]]:
            answer = serving.pipeline.answer(question, tuple(history), as_of)
            return answer.answer, answer.to_dict()

        return await self._told(work)

    async def search(
        self, words: _Question, k: Annotated[int, Field(ge=1, le=50, description="最多多少条")] = 8
    ) -> Annotated[CallToolResult, SearchResults]:
        def work(serving: Serving) -> tuple[str, dict[str, Any]]:
            found = serving.search(words, k)
            lines = [f"{hit['doc']} {hit['unit']} {hit['heading']}\n{hit['text']}" for hit in found]
            return "\n\n".join(lines) or "没有找到相关条目。", {"results": found}

        return await self._told(work)

    async def show(
        self,
        doc: Annotated[str, Field(description="文件的键、文号或题名", examples=["2022-05"])],
        unit: Annotated[str, Field(description="条目", examples=["第十一条"])],
        as_of: _AsOf = None,
    ) -> CallToolResult:
        def work(serving: Serving) -> tuple[str, dict[str, Any]]:
            described = describe_unit(serving.corpus, doc, unit, as_of or date.today())
            return unit_text(described), described

        return await self._told(work)

    async def list_rules(
        self, doc: Annotated[str | None, Field(description="只看哪份文件的规则")] = None
    ) -> CallToolResult:
        def work(serving: Serving) -> tuple[str, dict[str, Any]]:
            wanted = doc and serving.corpus.key_of(doc)
            rules = [
                {key: value for key, value in rule.items() if key != "quotes"}
                for rule in describe_rules(serving.rules)["rules"]
                if wanted in (None, "", rule["doc"])
            ]
            lines = [f"{rule['id']}  {rule['doc']} {rule['path']}  {rule['label']}" for rule in rules]
            return "\n".join(lines), {"rules": rules}

        return await self._told(work)

    async def calculate(
        self,
        rule: Annotated[
            str, Field(description="规则的编号，见 list_rules", examples=["2022-05.first-contract"])
        ],
        inputs: Annotated[
            dict[Key, Values],
            Field(
                description="输入名到值，值照人写的写",
                examples=[{"contract": "1200万元", "novelty": "国内首创"}],
            ),
        ],
        as_of: _AsOf = None,
    ) -> Annotated[CallToolResult, OutcomeBody]:
        day = as_of or date.today()

        def work(serving: Serving) -> tuple[str, dict[str, Any]]:
            found = calculated(serving.rules, serving.corpus, rule, given_of(inputs), day)
            return calculation_text(found), outcome_dict(found)

        return await self._told(work)

    async def match(
        self,
        facts: Annotated[
            dict[str, Values | ByYear],
            Field(
                description="企业情况，用规则里的话；值、几个值，或按年",
                examples=[{"注册地": "北京市海淀区", "研发费用": {"2025": "800万元"}}],
            ),
        ],
        name: Annotated[str, Field(max_length=200, description="企业名称")] = "",
        rules: Annotated[dict[Key, dict[Key, Values]], Field(description="只给某条规则的输入")] = {},  # noqa: B006
        as_of: _AsOf = None,
    ) -> Annotated[CallToolResult, MatchResultBody]:
        def work(serving: Serving) -> tuple[str, dict[str, Any]]:
            day = as_of or date.today()
            profile = profile_of(name, facts, rules)
            result = match_profile(serving.rules, serving.corpus, profile, day)
            return match_table(result), result.to_dict()

        return await self._told(work)

    async def _told(self, work: _Work) -> CallToolResult:
        try:
            text, data = await self._when_ready(work)
        except (Problem, ZhengceError) as error:
            said = TextContent(type="text", text=problem_of(error).detail)
            return CallToolResult(content=[said], is_error=True)
        return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=data)

    async def _when_ready(self, work: _Work) -> tuple[str, dict[str, Any]]:
        while True:
            try:
                return await self._engine.run(work)
            except Problem as problem:
                if problem.code != "starting":
                    raise
                await asyncio.sleep(_WAIT_SECONDS)
