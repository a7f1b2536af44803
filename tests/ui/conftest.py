"""The page on a backend of the test's own, and the real page in a real browser."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from streamlit.testing.v1 import AppTest

from assistant.settings import Settings
from tests.assistant import conftest as shared
from tests.service.conftest import free_port, wait_for
from tests.ui import workplace
from tests.ui.fakes import FakeBackend
from ui import wiring
from ui.conversations import Conversations

settings = shared.settings
pipeline = shared.pipeline
own_data = workplace.own_data
calculate = workplace.calculate
match = workplace.match
admin = workplace.admin

OpenPage = Callable[..., Page]
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
DESKTOP = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def conversations(tmp_path: Path) -> Conversations:
    return Conversations.open(tmp_path / "page" / "conversations.sqlite3")


@pytest.fixture
def backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeBackend]:
    """The page's backend for this test, and a folder of its own for conversations."""
    fake = FakeBackend()
    monkeypatch.setattr(wiring, "InProcess", lambda *_: fake)
    monkeypatch.setenv("ZHENGCE_PAGE_DATA", str(tmp_path / "page"))
    wiring.backend.cache_clear()
    wiring.conversations.cache_clear()
    yield fake
    wiring.backend.cache_clear()
    wiring.conversations.cache_clear()


@pytest.fixture
def chat(backend: FakeBackend) -> AppTest:
    """The whole app on its first page."""
    return AppTest.from_file(str(Path(wiring.__file__).parent / "web" / "script.py"), default_timeout=30)


@pytest.fixture
def library(backend: FakeBackend) -> AppTest:
    def script() -> None:
        from ui.pages import library

        library.page()

    return AppTest.from_function(script, default_timeout=30)


@contextmanager
def page_process(folder: Path, home: Path, ready: bool = True, port: int = 0, **given: str) -> Iterator[str]:
    """`zhengce ui` as its users start it; its address."""
    port = port or free_port()
    environment = {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "ZHENGCE_HOME": str(home),
        "ZHENGCE_PAGE_DATA": str(folder / "page"),
        "ZHENGCE_SERVICE_DATABASE_URL": f"sqlite:///{folder}/service.sqlite3",
        "PYTHONPATH": str(Path(wiring.__file__).parents[1]),
        **given,
    }
    with (folder / "page.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "assistant", "ui", "--port", str(port)],
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            base = f"http://127.0.0.1:{port}"
            wait_for(base, "/readyz" if ready else "/_stcore/health")
            yield base
        finally:
            process.terminate()
            process.wait(timeout=20)


@pytest.fixture(scope="session")
def page_url(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with page_process(tmp_path_factory.mktemp("page"), settings.home) as base:
        yield base


# Not for the session: playwright keeps an event loop running, in which tests of other packages cannot run theirs.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; skipped where it is not installed, unless REQUIRE_CHROMIUM is set."""
    if not Path(CHROMIUM).exists() or not shutil.which("fc-list"):
        reason = "没有装 chromium（make chromium 以 root 安装）"
        if os.environ.get("REQUIRE_CHROMIUM"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def open_page(browser: Browser, page_url: str) -> Iterator[OpenPage]:
    """Opens an address of the page in a browser profile of its own; fails on any script error of the page."""
    contexts, errors = [], []

    def opened(path: str = "/", phone: bool = False, base: str = page_url) -> Page:
        context = browser.new_context(
            viewport=PHONE if phone else DESKTOP,
            locale="zh-CN",
            accept_downloads=True,  # type: ignore[arg-type]
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("dialog", lambda dialog: errors.append(f"dialog: {dialog.message}"))
        page.goto(base + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []
