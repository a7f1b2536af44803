"""`zhengce ui` as its users start it, and what it says when it cannot start."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from assistant.settings import Settings
from tests.service.conftest import free_port
from tests.ui.conftest import page_process
from ui.visitor import COOKIE

ROOT = Path(__file__).parents[2]


def ran(*args: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    command = [sys.executable, "-m", "assistant", "ui", *args]
    return subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(
    ("args", "words"), [(("--port", "99999"), "99999"), (("--api", "not an address"), "api")]
)
def test_a_wrong_setting_is_one_line_and_status_2(args: tuple[str, ...], words: str) -> None:
    done = ran(*args)
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.strip().split("\n")) == 1


def test_a_port_in_use_is_said_in_chinese(settings: Settings, tmp_path: Path) -> None:
    with page_process(tmp_path, settings.home, ready=False) as base:
        done = ran("--port", base.rsplit(":", 1)[1])
    assert done.returncode == 2
    assert "换一个端口" in done.stderr


def test_without_an_index_the_page_stands_and_is_not_ready(tmp_path: Path) -> None:
    with page_process(tmp_path, tmp_path / "empty", ready=False) as base:
        assert httpx.get(base + "/readyz").status_code == 503
        assert httpx.get(base + "/").status_code == 200


def test_a_browser_gets_a_name_once_and_no_script_can_read_it(settings: Settings, tmp_path: Path) -> None:
    with page_process(tmp_path, settings.home, ready=False) as base, httpx.Client(base_url=base) as client:
        given = client.get("/").headers["set-cookie"]
        assert COOKIE in given
        assert "HttpOnly" in given
        assert "SameSite=Lax" in given
        assert "set-cookie" not in client.get("/").headers


def test_an_api_that_cannot_be_reached_is_not_ready(tmp_path: Path) -> None:
    gone = f"http://127.0.0.1:{free_port()}"
    with page_process(tmp_path, tmp_path, ready=False, ZHENGCE_PAGE_API=gone) as base:
        assert httpx.get(base + "/readyz").status_code == 503
