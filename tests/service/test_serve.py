"""`zhengce serve` as its users start it: in processes of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from assistant.bootstrap import Serving
from assistant.settings import Settings
from tests.service.conftest import QUESTION, free_port, running, wait_for

ROOT = Path(__file__).parents[2]


def command(*args: str) -> list[str]:
    return [sys.executable, "-m", "assistant", "serve", *args]


def environment(**values: str) -> dict[str, str]:
    # One process, unless a test asks for more.
    return {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "ZHENGCE_SERVICE_WORKERS": "1", **values}


@contextmanager
def served(
    *args: str, path: str = "/readyz", **values: str
) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """A running `zhengce serve` that answers at `path`, and its base URL."""
    port = free_port()
    process = subprocess.Popen(
        command("--port", str(port), *args),
        cwd=ROOT,
        env=environment(**values),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}", path)
        yield f"http://127.0.0.1:{port}", process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_what_was_acknowledged_outlives_a_kill_and_processes_share_it(
    settings: Settings, serving: Serving, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/service.sqlite3"
    acknowledged: list[str] = []
    stop = threading.Event()

    def ask(base: str) -> None:
        with httpx.Client(base_url=base, timeout=30) as client, suppress(httpx.TransportError):
            while not stop.is_set():
                answer = client.post("/v1/ask", json={"question": QUESTION, "conversation_id": key})
                if answer.status_code == 200:
                    acknowledged.append(answer.json()["id"])

    with served("--workers", "2", ZHENGCE_SERVICE_DATABASE_URL=url) as (base, process):
        key = httpx.post(f"{base}/v1/conversations", json={}, timeout=30).json()["id"]
        with ThreadPoolExecutor(3) as pool:
            for _ in range(3):
                pool.submit(ask, base)
            while len(acknowledged) < 15:
                threading.Event().wait(0.05)
            os.killpg(process.pid, signal.SIGKILL)
            stop.set()
    with running(settings, ready=False, serving=serving, database_url=url) as base:
        kept = httpx.get(f"{base}/v1/conversations/{key}", timeout=30).json()["answers"]
    assert set(acknowledged) <= {answer["id"] for answer in kept}


def failed(*args: str, **values: str) -> str:
    """What a `zhengce serve` that cannot start says."""
    ended = subprocess.run(
        command(*args), cwd=ROOT, env=environment(**values), capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("错误：")
    assert ended.stderr.count("\n") == 1
    return ended.stderr


def test_what_cannot_be_served_is_one_line_and_status_2(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/service.sqlite3"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert port in failed("--port", port, ZHENGCE_SERVICE_DATABASE_URL=database)
    unreachable = f"postgresql://nobody:hidden@127.0.0.1:{free_port()}/none"
    said = failed(ZHENGCE_SERVICE_DATABASE_URL=unreachable)
    assert "ZHENGCE_SERVICE_DATABASE_URL" in said
    assert "hidden" not in said


@pytest.mark.parametrize(
    ("args", "values", "word"),
    [
        (["--host", "0.0.0.0"], {"ZHENGCE_SERVICE_DATABASE_URL": "sqlite://"}, "zhengce keys create"),
        ([], {"ZHENGCE_SERVICE_API_KEYS": "short"}, "api_keys"),
        ([], {"ZHENGCE_SERVICE_DATABASE_URL": "mysql://a"}, "PostgreSQL"),
        ([], {"ZHENGCE_CONFIG": "/nowhere.toml"}, "/nowhere.toml"),
    ],
)
def test_a_setting_that_cannot_be_is_named(
    args: list[str],
    values: dict[str, str],
    word: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from assistant.cli import main

    for name, value in values.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        main(["serve", *args])
    assert ended.value.code == 2
    err = capsys.readouterr().err
    assert err.startswith("错误：")
    assert word in err
    assert "short" not in err


def test_off_the_loopback_a_key_is_needed_and_a_signal_ends_the_service(tmp_path: Path) -> None:
    config = tmp_path / "zhengce.toml"
    lines = [
        f"home = {json.dumps(str(tmp_path))}",
        "[service]",
        'host = "0.0.0.0"',
        'api_keys = ["a-long-enough-key"]',
    ]
    config.write_text("\n".join(lines), "utf-8")
    with served(path="/healthz", ZHENGCE_CONFIG=str(config)) as (base, process):
        assert httpx.get(f"{base}/v1/models").status_code == 401
        key = {"Authorization": "Bearer a-long-enough-key"}
        assert httpx.get(f"{base}/v1/models", headers=key).status_code == 200
        assert httpx.get(f"{base}/readyz").json()["code"] == "index_missing"
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) in (0, -signal.SIGTERM)
    assert (tmp_path / "service.sqlite3").exists()
