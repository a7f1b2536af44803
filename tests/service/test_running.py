"""Real processes: stopping, switching the index and sharing everything, without a dropped request."""

import json
import re
import shutil
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from assistant.settings import Settings
from indexer.versions import Versions
from tests.service.conftest import FOLLOW_UP, QUESTION
from tests.service.test_engine import point
from tests.service.test_serve import served

ASKED = 64


def counted(base: str) -> tuple[float, float]:
    """How many questions wait or are computed, and how many were answered."""
    said = httpx.get(f"{base}/metrics", timeout=30).text
    answered = re.search(r'zhengce_requests_total\{method="POST",route="/v1/ask",status="200"\} (\S+)', said)
    pending = re.search(r"^zhengce_pending(?:\{\})? (\S+)", said, re.MULTILINE)
    return float(pending[1]) if pending else 0.0, float(answered[1]) if answered else 0.0


@pytest.mark.parametrize("workers", ["1", "2"])
def test_what_was_accepted_is_answered_before_the_service_stops(workers: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/service.sqlite3"
    settings = {"ZHENGCE_SERVICE_DATABASE_URL": url, "ZHENGCE_SERVICE_THREADS": "1"}
    # What is remembered would be answered before anything waits.
    settings["ZHENGCE_SERVICE_REMEMBERED_ANSWERS"] = "0"
    with served("--workers", workers, **settings) as (base, process), ThreadPoolExecutor(ASKED) as pool:
        asked = {"json": {"question": QUESTION}, "timeout": 60}
        waiting = [pool.submit(httpx.post, f"{base}/v1/ask", **asked) for _ in range(ASKED)]
        until = time.monotonic() + 30
        while sum(found := counted(base)) < ASKED and time.monotonic() < until:
            time.sleep(0.01)
        assert found[0] > 0
        process.send_signal(signal.SIGTERM)
        assert [future.result().status_code for future in waiting] == [200] * ASKED
        assert process.wait(60) in (0, -signal.SIGTERM)
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{base}/healthz")


def test_processes_of_one_service_are_all_ready_when_one_is(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/service.sqlite3"
    with served("--workers", "3", ZHENGCE_SERVICE_DATABASE_URL=url) as (base, _):
        seen = [httpx.get(f"{base}/readyz", timeout=60) for _ in range(60)]
        assert {response.status_code for response in seen} == {200}


@pytest.fixture
def home(settings: Settings, tmp_path: Path) -> Path:
    """A home with two versions of the index that differ by their names."""
    (tmp_path / "models").symlink_to(settings.home / "models")
    version = Versions(settings.home).serving()
    for name in ("one", "two"):
        shutil.copytree(version.path, tmp_path / "index" / name)
        manifest = tmp_path / "index" / name / "manifest.json"
        manifest.write_text(json.dumps(json.loads(manifest.read_text("utf-8")) | {"version": name}), "utf-8")
    point(tmp_path, "one")
    return tmp_path


def test_two_services_share_an_index_and_a_database_and_switch_without_a_dropped_request(
    home: Path, postgres: str
) -> None:
    settings = {"ZHENGCE_HOME": str(home), "ZHENGCE_SERVICE_DATABASE_URL": postgres}
    seen: list[tuple[str, int, str]] = []
    stop = threading.Event()

    def ask(base: str) -> None:
        with httpx.Client(base_url=base, timeout=60) as client:
            while not stop.is_set():
                response = client.post("/v1/ask", json={"question": QUESTION})
                seen.append((base, response.status_code, response.json().get("index_version", "")))

    with ExitStack() as stack:
        bases = [stack.enter_context(served(**settings))[0] for _ in range(2)]
        pool = stack.enter_context(ThreadPoolExecutor(4))
        stack.callback(stop.set)
        for base in bases * 2:
            pool.submit(ask, base)
        wait_until(lambda: {base for base, _, version in seen if version == "one"} == set(bases))
        point(home, "two")
        wait_until(lambda: {base for base, _, version in seen if version == "two"} == set(bases))
        stop.set()
        key = httpx.post(f"{bases[0]}/v1/conversations", json={}, timeout=30).json()["id"]
        turns = [
            httpx.post(f"{base}/v1/ask", json={"question": question, "conversation_id": key}, timeout=30)
            for base, question in zip(bases, (QUESTION, FOLLOW_UP), strict=True)
        ]
        assert [turn.json()["amount"]["value"] for turn in turns] == [300, 240]
    assert {status for _, status, _ in seen} == {200}
    assert {version for *_, version in seen} == {"one", "two"}


def wait_until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not condition() and time.monotonic() < until:
        time.sleep(0.05)
    assert condition()
