"""One limit over several services by a real Redis, and what happens without it."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from assistant.bootstrap import Serving
from assistant.service import limits
from assistant.service.keys import Scope
from assistant.service.store.database import opened
from assistant.service.store.keyring import Keyring, Wanted
from assistant.settings import Settings
from tests.service.conftest import KEYS, free_port, running
from tests.service.test_errors import problem

REDIS = shutil.which("redis-server")
HEADERS = {"Authorization": f"Bearer {KEYS[0]}"}


@pytest.fixture(autouse=True)
def installed() -> None:
    if REDIS is None:
        missing = "Redis is not installed (Debian package redis-server; `make test` as root installs it)"
        if os.environ.get("REQUIRE_SERVERS"):
            pytest.fail(missing)
        pytest.skip(missing)


@contextmanager
def redis(folder: Path, port: int) -> Iterator[None]:
    assert REDIS is not None
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    process = subprocess.Popen([REDIS, *options, "--requirepass", "secret"], stdout=subprocess.DEVNULL)
    try:
        for _ in range(200):
            said = subprocess.run(
                ["redis-cli", "-p", str(port), "-a", "secret", "--no-auth-warning", "ping"],
                capture_output=True,
                text=True,
                check=False,
            )
            if said.stdout.strip() == "PONG":
                break
            time.sleep(0.05)
        yield
    finally:
        process.kill()
        process.wait()


@contextmanager
def two(settings: Settings, serving: Serving, folder: Path, **service: object) -> Iterator[list[str]]:
    """Two services with databases of their own."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(
                running(
                    settings,
                    serving=serving,
                    database_url=f"sqlite:///{folder}/{name}.sqlite3",
                    api_keys=KEYS,
                    **service,
                )
            )
            for name in ("one", "two")
        ]


def statuses(bases: list[str], times: int, headers: dict[str, str] = HEADERS) -> list[int]:
    """What each base answers in turn."""
    with httpx.Client(headers=headers, timeout=30) as client:
        return [client.get(f"{base}/v1/conversations").status_code for _ in range(times) for base in bases]


def test_services_share_a_limit_and_each_counts_alone_while_redis_is_gone(
    settings: Settings, serving: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "_WITHOUT_REDIS_SECONDS", 0.5)
    port = free_port()
    url = f"redis://:secret@127.0.0.1:{port}/0"
    with two(settings, serving, tmp_path, redis_url=url, rate_limit=6) as bases:
        with redis(tmp_path, port):
            shared = statuses(bases, 6)
            assert shared == [200] * 6 + [429] * 6
            refused = httpx.get(f"{bases[0]}/v1/conversations", headers=HEADERS)
            problem(refused, 429, "rate_limited")
            assert 0 < int(refused.headers["retry-after"]) <= 10
            # Another key has a bucket of its own.
            assert statuses(bases, 1, {"Authorization": f"Bearer {KEYS[1]}"}) == [200, 200]
        assert statuses(bases, 7) == [200] * 12 + [429] * 2
        time.sleep(0.6)
        with redis(tmp_path, port):
            assert statuses(bases, 6) == [200] * 6 + [429] * 6


def test_without_a_url_each_service_counts_for_itself(
    settings: Settings, serving: Serving, tmp_path: Path
) -> None:
    with two(settings, serving, tmp_path, rate_limit=6) as bases:
        assert statuses(bases, 7) == [200] * 12 + [429] * 2


def test_services_on_one_database_share_a_daily_quota(settings: Settings, serving: Serving, url: str) -> None:
    with opened(url) as engine:
        key, _ = Keyring(engine).create(Wanted(name="共用", scopes=[Scope.ASK], daily_quota=3))
    with ExitStack() as stack:
        bases = [stack.enter_context(running(settings, serving=serving, database_url=url)) for _ in range(2)]
        with httpx.Client(headers={"Authorization": f"Bearer {key}"}, timeout=60) as client:
            asked = {"question": "加氢站建设补贴分几档"}
            given = [client.post(f"{base}/v1/ask", json=asked).status_code for base in bases * 2]
    assert given == [200, 200, 200, 429]
