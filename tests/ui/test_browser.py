"""The real page in a real browser, end to end, on the real assistant."""

import re
import threading
import time
import urllib.parse
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from assistant.settings import Settings
from tests.service.conftest import free_port, running
from tests.ui.conftest import OpenPage, page_process
from tests.ui.steps import overflow, press

QUESTION = "首创产品第一个合同1200万，国内首创，能补多少？"
CHIP = re.compile("1 · 京科发〔2022〕5号 第十一条（三）")
FIRST_ANSWER_SECONDS = 1.5
LOAD_SECONDS = 3.0
# Other work shares the two cores of a build machine; the aims themselves are measured by `ui.screenshots`.
SLACK = 4


def ask(page: Page, question: str = QUESTION) -> None:
    page.get_by_test_id("stChatInputTextArea").fill(question)
    page.keyboard.press("Enter")


def in_view(page: Page, selector: str) -> bool:
    seen: bool = page.evaluate(
        "s => { const b = document.querySelector(s).getBoundingClientRect();"
        " return b.top >= 0 && b.top < innerHeight && b.left >= 0 && b.right <= innerWidth + 1 }",
        selector,
    )
    return seen


def test_ask_then_chip_then_the_highlighted_source(open_page: OpenPage) -> None:
    page = open_page()
    press(page.get_by_role("button", name=QUESTION))
    expect(page.locator(".zc-conclusion")).to_contain_text("最高可获支持 300万元")
    expect(page.locator(".zc-figure")).to_have_text("300万元")
    press(page.get_by_role("button", name=CHIP))
    mark = page.locator(".st-key-source_panel mark").first
    expect(mark).to_contain_text("按照首次进入市场合同")
    page.wait_for_timeout(500)
    assert in_view(page, ".st-key-source_panel mark")
    answer = page.locator(".zc-conclusion").bounding_box()
    panel = page.locator(".st-key-source_panel").bounding_box()
    assert answer
    assert panel
    assert answer["x"] + answer["width"] <= panel["x"]


def test_first_answer_and_load_come_in_time(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_role("button", name=QUESTION).wait_for()
    began = time.perf_counter()
    page.reload()
    page.get_by_role("button", name=QUESTION).wait_for()
    assert time.perf_counter() - began < LOAD_SECONDS * SLACK
    began = time.perf_counter()
    press(page.get_by_role("button", name=QUESTION))
    page.get_by_role("button", name=CHIP).wait_for()
    assert time.perf_counter() - began < FIRST_ANSWER_SECONDS * SLACK


def test_a_reload_keeps_the_conversation_and_another_browser_does_not_see_it(open_page: OpenPage) -> None:
    page = open_page()
    ask(page)
    page.get_by_role("button", name=CHIP).wait_for()
    address = page.url
    page.reload()
    page.get_by_role("button", name=CHIP).wait_for()
    page.goto(address.split("?")[0])
    press(page.get_by_role("button", name="首创产品第一个合同").nth(0))
    page.get_by_role("button", name=CHIP).wait_for()
    other = open_page("/?" + address.split("?")[1])
    other.get_by_role("button", name="技术经理人怎么登记？").wait_for()
    assert other.get_by_role("button", name=CHIP).count() == 0


@pytest.mark.parametrize(
    "attack",
    ["<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "**粗** [x](javascript:alert(1)) :red[y]"],
)
def test_markup_in_a_question_is_text(open_page: OpenPage, attack: str) -> None:
    page = open_page()
    ask(page, f"加氢站建设补贴{attack}")
    page.get_by_text("条件核对").or_(page.get_by_text("无法回答")).first.wait_for()
    expect(page.get_by_test_id("stChatMessage").first).to_contain_text(attack)
    assert page.locator("img[src=x]").count() == 0
    assert page.locator("a[href^=javascript]").count() == 0


def test_an_expired_document_is_said_before_the_answer(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, "加氢站建设补贴多少")
    warning = page.get_by_test_id("stAlert").first
    expect(warning).to_contain_text("已过有效期")
    assert page.evaluate(
        "() => document.querySelector('[data-testid=stAlert]').compareDocumentPosition("
        "document.querySelector('.zc-conclusion')) === Node.DOCUMENT_POSITION_FOLLOWING"
    )
    expect(page.get_by_role("button", name="（已过有效期）")).to_be_visible()


def test_it_is_read_on_a_phone(open_page: OpenPage) -> None:
    page = open_page(phone=True)
    assert overflow(page) <= 0
    ask(page)
    chip = page.get_by_role("button", name=CHIP)
    chip.wait_for()
    assert overflow(page) <= 0
    press(chip)
    page.locator(".st-key-source_panel mark").first.wait_for()
    page.wait_for_timeout(500)
    assert in_view(page, ".st-key-source_panel mark")
    press(page.get_by_role("button", name="关闭"))
    expect(page.locator(".st-key-source_panel")).to_have_count(0)
    page.goto(urllib.parse.urljoin(page.url, "/library"))
    page.get_by_role("button", name="北京市技术转移机构及技术经理人登记办法").wait_for()
    assert overflow(page) <= 0


def test_library_search_leads_to_the_unit_in_the_reading_view(open_page: OpenPage) -> None:
    page = open_page("/library")
    press(page.get_by_text("检索", exact=True))
    page.get_by_placeholder("输入要找的词").fill("加氢站")
    page.keyboard.press("Enter")
    expect(page.locator("mark").first).to_have_text("加氢站")
    press(page.get_by_role("button", name="13 支持加氢站建设运营"))
    here = page.locator(".zc-here")
    expect(here).to_contain_text("13.支持加氢站建设运营")
    page.wait_for_timeout(800)
    assert in_view(page, ".zc-here")
    expect(page.get_by_text("这份文件已过有效期").first).to_be_attached()
    with page.expect_download() as got:
        press(page.get_by_role("button", name="下载原件"))
    assert "加氢站" in Path(got.value.path()).read_text("utf-8")


def test_the_contents_lead_within_the_document_and_terms_are_explained(open_page: OpenPage) -> None:
    page = open_page("/library?doc=2022-06")
    press(page.get_by_text("目录（34 条）"))
    press(page.get_by_role("link", name=re.compile("^第十二条")).first)
    page.wait_for_timeout(500)
    assert in_view(page, "[id='u-第十二条']")
    assert page.locator("abbr[title*='基金']").count() > 0


def test_everything_is_reached_by_the_keyboard(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_role("button", name=QUESTION).focus()
    page.keyboard.press("Enter")
    chip = page.get_by_role("button", name=CHIP)
    chip.wait_for()
    chip.focus()
    page.keyboard.press("Enter")
    page.locator(".st-key-source_panel mark").first.wait_for()


def test_a_conversation_is_exported_and_shared(open_page: OpenPage) -> None:
    page = open_page()
    ask(page)
    page.get_by_role("button", name=CHIP).wait_for()
    press(page.get_by_role("button", name="导出"))
    with page.expect_download() as got:
        press(page.get_by_role("button", name="Word 文档"))
    assert got.value.suggested_filename.endswith(".docx")
    assert Path(got.value.path()).read_bytes()[:2] == b"PK"
    page.keyboard.press("Escape")
    press(page.get_by_role("button", name="分享"))
    press(page.get_by_role("button", name="生成链接"))
    link = page.get_by_test_id("stCode")
    expect(link).to_contain_text("share=")
    other = open_page("/?" + link.inner_text().strip().split("?")[1])
    expect(other.get_by_text("这是别人分享的对话")).to_be_visible()
    other.get_by_role("button", name=CHIP).wait_for()


def test_nothing_is_fetched_from_outside(open_page: OpenPage) -> None:
    page = open_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    ask(page)
    page.get_by_role("button", name=CHIP).wait_for()
    assert [
        url for url in asked if not url.startswith(("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:"))
    ] == []


def test_over_http_the_page_answers_and_says_when_the_service_is_gone(
    open_page: OpenPage, settings: Settings, tmp_path: Path
) -> None:
    database = f"sqlite:///{tmp_path}/api.sqlite3"
    with (
        running(settings, database_url=database) as api,
        page_process(tmp_path, settings.home, ZHENGCE_PAGE_API=api) as base,
    ):
        page = open_page(base=base)
        ask(page)
        page.get_by_role("button", name=CHIP).wait_for()
    gone = f"http://127.0.0.1:{free_port()}"
    (tmp_path / "gone").mkdir()
    with page_process(tmp_path / "gone", settings.home, ready=False, ZHENGCE_PAGE_API=gone) as base:
        assert httpx.get(base + "/readyz").status_code == 503
        page = open_page(base=base)
        ask(page)
        expect(page.get_by_text("连不上政策问答服务").first).to_be_visible()
        page.get_by_role("button", name="再试一次").wait_for()


@pytest.fixture
def slow_api(settings: Settings, tmp_path: Path) -> Iterator[str]:
    """An API that says one stage and then nothing for a long time."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.path == "/readyz"
            self.send_response(200 if known else 404)
            self.end_headers()

        def do_POST(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.end_headers()
            self.wfile.write(b'event: status\ndata: {"step": "understand"}\n\n')
            self.wfile.flush()
            time.sleep(12)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


def test_a_slow_answer_says_its_stage_and_can_be_stopped(
    open_page: OpenPage, settings: Settings, tmp_path: Path, slow_api: str
) -> None:
    with page_process(tmp_path, settings.home, ZHENGCE_PAGE_API=slow_api) as base:
        page = open_page(base=base)
        ask(page, "要等很久的问题")
        expect(page.get_by_text("正在检索条文…（已等").first).to_be_visible()
        page.get_by_role("button", name="停止").click()
        expect(page.get_by_text("已停止，没有回答完。")).to_be_visible(timeout=5000)
        expect(page.get_by_role("button", name="重新回答")).to_be_visible()


def test_the_beginning_of_an_answer_is_in_view(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, "加氢站建设补贴多少")
    page.get_by_role("button", name="（已过有效期）").wait_for()
    page.wait_for_timeout(2000)
    assert in_view(page, "[data-testid=stAlert]")
    assert in_view(page, ".zc-conclusion")


def test_what_is_unfolded_stays_so_when_a_source_is_opened(open_page: OpenPage) -> None:
    page = open_page()
    ask(page)
    press(page.get_by_text("计算过程（"))
    expect(page.locator("details[open]")).to_have_count(1)
    press(page.get_by_role("button", name=CHIP))
    page.locator(".st-key-source_panel mark").first.wait_for()
    expect(page.locator("details[open]")).to_have_count(1)


def test_an_answer_is_copied_as_text(open_page: OpenPage) -> None:
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page)
    press(page.get_by_role("button", name="复制"))
    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    copied: str = page.evaluate("navigator.clipboard.readText()")
    assert "最高可获支持 300万元" in copied
    assert "[1] 《中关村" in copied


def test_an_address_without_a_page_is_told_in_chinese(open_page: OpenPage) -> None:
    page = open_page("/nowhere")
    expect(page.get_by_role("heading", name="没有这个页面")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    press(page.get_by_role("link", name="政策库"))
    expect(page.get_by_role("heading", name="政策库", exact=True)).to_be_visible()
