"""`zhengce mcp` with the client of the mcp package, over standard input and output and over HTTP."""

import asyncio
import socket
import sys
import threading
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

import pytest
import uvicorn
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp_types import CallToolResult, TextContent, TextResourceContents

from assistant.bootstrap import Serving
from assistant.service.engine import Engine
from assistant.service.mcp_server import build_mcp
from assistant.service.settings import ServiceSettings
from assistant.settings import Settings
from corpus.catalog import load_corpus
from tests.assistant.test_cli import ANSWER_KEYS
from tests.service.conftest import FOLLOW_UP, QUESTION

ROOT = Path(__file__).parents[2]
TOOLS = ["ask", "search", "show", "list_rules", "calculate", "match"]
T = TypeVar("T")


def over_stdio(home: Path, talk: Callable[[Client], Awaitable[T]]) -> T:
    """What comes of a talk with a server of its own."""
    environment = {"ZHENGCE_HOME": str(home), "LANG": "C.UTF-8"}
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "assistant", "mcp"], env=environment, cwd=ROOT
    )

    async def run() -> T:
        async with Client(stdio_client(server)) as client:
            return await talk(client)

    return asyncio.run(run())


def text(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


def data(result: CallToolResult) -> Any:
    assert not result.is_error, text(result)
    return result.structured_content


async def _everything(client: Client) -> None:
    listed = await client.list_tools()
    assert [tool.name for tool in listed.tools] == TOOLS
    assert all(tool.description and tool.title for tool in listed.tools)
    assert "北京市" in (client.instructions or "")

    answer = await client.call_tool("ask", {"question": QUESTION})
    assert set(data(answer)) == ANSWER_KEYS
    assert data(answer)["amount"] == {"value": 300, "unit": "万元", "kind": "upper_bound"}
    assert text(answer) == data(answer)["answer"]
    later = await client.call_tool("ask", {"question": FOLLOW_UP, "history": [QUESTION]})
    assert data(later)["amount"]["value"] == 240

    found = await client.call_tool("search", {"words": "加氢站建设补贴", "k": 3})
    assert len(data(found)["results"]) == 3
    assert "jxf-63 13" in text(found)
    shown = await client.call_tool("show", {"doc": "2022-05", "unit": "第十一条"})
    assert "首创产品" in text(shown)
    rules = data(await client.call_tool("list_rules", {"doc": "京科发〔2022〕5号"}))["rules"]
    assert {rule["doc"] for rule in rules} == {"2022-05"}

    given = {"contract": "1200万元", "novelty": "国内首创"}
    outcome = await client.call_tool("calculate", {"rule": "2022-05.first-contract", "inputs": given})
    assert data(outcome)["amount"]["value"] == "300"
    assert "360万元" in text(outcome)
    old = {"rule": "jxf-63.station", "inputs": {}, "as_of": "2025-08-12"}
    late = await client.call_tool("calculate", old)
    assert data(late)["status"] == "expired"
    assert f"【注意】{data(late)['warnings'][0]}" in text(late)
    facts = {"注册地": "北京市海淀区", "研发费用": {"2025": "800万元", "2024": "300万元"}}
    assert data(await client.call_tool("match", {"name": "示例公司", "facts": facts}))["items"]

    for tool, arguments, words in (
        ("show", {"doc": "2099-01", "unit": "1"}, "2099-01"),
        ("show", {"doc": "2022-05", "unit": "第九十九条"}, "第九十九条"),
        ("calculate", {"rule": "nix", "inputs": {}}, "nix"),
        ("calculate", {"rule": "2022-05.insurance", "inputs": {"profit": "1万元"}}, "profit"),
        ("ask", {"question": ""}, "question"),
        ("search", {"words": "a", "k": 10_000}, "k"),
    ):
        refused = await client.call_tool(tool, arguments)
        assert refused.is_error
        assert words in text(refused)
        assert "Traceback" not in text(refused)

    resources = (await client.list_resources()).resources
    assert len(resources) == 17
    (content,) = (await client.read_resource("zhengce://documents/cufa-175")).contents
    assert isinstance(content, TextResourceContents)
    assert "第十五条" in content.text


def test_every_tool_and_resource_over_stdio(settings: Settings) -> None:
    over_stdio(settings.home, _everything)


def test_without_an_index_the_way_out_is_said(tmp_path: Path) -> None:
    async def ask() -> CallToolResult:
        with closing(Engine(Settings(home=tmp_path), ServiceSettings())) as engine:
            async with Client(build_mcp(engine, load_corpus())) as client:
                return await client.call_tool("ask", {"question": QUESTION})

    refused = asyncio.run(ask())
    assert refused.is_error
    assert "zhengce index build" in text(refused)


def test_a_question_over_http(settings: Settings, serving: Serving) -> None:
    async def ask(url: str) -> CallToolResult:
        async with Client(url) as client:
            return await client.call_tool("ask", {"question": QUESTION})

    with (
        patch("assistant.service.engine.build_serving", return_value=serving),
        closing(Engine(settings, ServiceSettings())) as engine,
        socket.create_server(("127.0.0.1", 0)) as listening,
    ):
        app = build_mcp(engine, load_corpus()).streamable_http_app(host="127.0.0.1")
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        answer = asyncio.run(ask(f"http://127.0.0.1:{listening.getsockname()[1]}/mcp"))
        server.should_exit = True
        thread.join(30)
    assert data(answer)["amount"]["value"] == 300


@pytest.mark.parametrize("port", ["0", "x", "70000", "taken"])
def test_a_wrong_port_is_one_line(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    from assistant.cli import main

    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SystemExit) as ended:
        main(["mcp", "--port", port.replace("taken", str(taken.getsockname()[1]))])
    assert ended.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1
