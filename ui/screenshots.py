"""Pictures of the page and how fast it comes: `python -m ui.screenshots FOLDER`."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from corpus.errors import BackendFault, InvalidInput
from ui.screenshots_workplace import calculating, matching

__all__ = ["main", "measure", "take"]

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
QUESTION = "首创产品第一个合同1200万，国内首创，能补多少？"
CHIP = re.compile("1 · 京科发〔2022〕5号 第十一条（三）")
_SETTLE_MS = 900
_START_SECONDS = 60
_TIMES = 5


def main(args: list[str]) -> None:
    """Start the page on data of its own, take the pictures, measure, say where they are."""
    if len(args) != 1:
        raise InvalidInput("用法：python -m ui.screenshots 目录")
    folder = Path(args[0])
    folder.mkdir(parents=True, exist_ok=True)
    with _served() as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        take(browser, base, folder)
        for line in measure(browser, base):
            print(line)
        browser.close()
    print(f"截图在 {folder}：{'、'.join(sorted(path.name for path in folder.glob('*.png')))}")


def take(browser: Browser, base: str, folder: Path) -> None:
    """The pictures, on a desktop and on a phone."""
    for name, size in (("桌面", (1280, 860)), ("手机", (390, 844))):
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
        page = context.new_page()
        for shot, draw in (
            ("对话", _conversation),
            ("政策库", _library),
            ("算一算", calculating),
            ("能报什么", matching),
        ):
            for number, step in enumerate(draw(page, base), 1):
                page.wait_for_timeout(_SETTLE_MS)
                page.screenshot(path=folder / f"{name}-{shot}-{number}-{step}.png")
        context.close()


def _conversation(page: Page, base: str) -> Iterator[str]:
    page.goto(base)
    page.get_by_role("button", name=QUESTION).wait_for()
    yield "开始"
    page.get_by_role("button", name=QUESTION).click()
    page.get_by_role("button", name=CHIP).wait_for()
    page.wait_for_timeout(_SETTLE_MS)
    page.get_by_text("计算过程（").click()
    yield "回答"
    page.get_by_role("button", name=CHIP).click()
    page.locator("mark").first.wait_for()
    yield "原文"
    page.get_by_role("button", name="关闭").click()
    page.get_by_test_id("stChatInputTextArea").fill("加氢站建设能补多少？")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="（已过有效期）").first.wait_for()
    yield "已过有效期"


def _library(page: Page, base: str) -> Iterator[str]:
    page.goto(f"{base}/library")
    page.get_by_role("button", name="北京市技术转移机构及技术经理人登记办法").wait_for()
    yield "文件"
    page.get_by_text("有效期", exact=True).first.click()
    page.locator("canvas, svg.marks").first.wait_for()
    yield "有效期"
    page.get_by_text("检索", exact=True).first.click()
    page.get_by_placeholder("输入要找的词").fill("首创产品")
    page.keyboard.press("Enter")
    page.locator("mark").first.wait_for()
    yield "检索"
    page.goto(f"{base}/library?doc=2022-06&unit=第十二条")
    page.locator(".zc-here").wait_for()
    yield "阅读"
    page.get_by_role("button", name="与另一份比较").click()
    page.get_by_label("右边").click()
    page.get_by_text("提升国际化发展").last.click()
    page.locator(".zc-sides").wait_for()
    yield "比较"


def measure(browser: Browser, base: str) -> Iterator[str]:
    """Median and worst of a few first visits: until the page stands, and from a click to its answer."""
    loads, answers = [], []
    for _ in range(_TIMES):
        context = browser.new_context(viewport={"width": 1280, "height": 860}, locale="zh-CN")
        page = context.new_page()
        began = time.perf_counter()
        page.goto(base)
        page.get_by_role("button", name=QUESTION).wait_for()
        loads.append(time.perf_counter() - began)
        page.wait_for_timeout(_SETTLE_MS)
        began = time.perf_counter()
        page.get_by_role("button", name=QUESTION).click()
        page.get_by_role("button", name=CHIP).wait_for()
        answers.append(time.perf_counter() - began)
        context.close()
    load = os.getloadavg()[0]
    for name, values in (("页面载入（空缓存）", loads), ("点击到第一个回答", answers)):
        yield f"{name}：中位 {median(values):.2f} 秒，最慢 {max(values):.2f} 秒（{_TIMES} 次，系统负载 {load:.1f}）"


@contextmanager
def _served() -> Iterator[str]:
    """The page in a process of its own, whose conversations go with it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "ZHENGCE_PAGE_DATA": folder,
            "ZHENGCE_SERVICE_DATABASE_URL": f"sqlite:///{folder}/service.sqlite3",
        }
        command = [sys.executable, "-m", "assistant", "ui", "--port", str(port)]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        try:
            _wait(base)
            yield base
        finally:
            process.terminate()
            process.wait()


def _wait(base: str) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        try:
            if httpx.get(f"{base}/readyz", timeout=5).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.3)
    raise BackendFault("页面没能启动。先运行 zhengce index build 和 zhengce ui，看它报什么错。")


if __name__ == "__main__":
    main(sys.argv[1:])
