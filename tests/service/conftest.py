"""A real server on loopback, for a whole test run; and PostgreSQL where it is installed."""

import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
import psycopg
import pytest
import uvicorn
from sqlalchemy import make_url

from assistant.bootstrap import Serving, build_serving
from assistant.service.app import create_app
from assistant.service.channels.settings import ChannelSettings
from assistant.service.settings import ServiceSettings
from assistant.settings import Settings
from tests.assistant import conftest as shared
from tests.service.wechat import BOT, ENCRYPTED, WORK

settings = shared.settings

QUESTION = "首创产品第一个合同1200万，国内首创，能补多少？"
FOLLOW_UP = "换成800万呢"
PUBLIC = "https://zhengce.example.cn"
KEYS = ("first-test-key", "second-test-key")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


@contextmanager
def running(
    settings: Settings, *, ready: bool = True, serving: Serving | None = None, **service: Any
) -> Iterator[str]:
    """The base URL of a server in this process, behind a real socket; `serving` spares it to load the index."""
    load = patch("assistant.service.engine.build_serving", return_value=serving) if serving else nullcontext()
    with load, _running(settings, ready, service) as base:
        yield base


@contextmanager
def _running(settings: Settings, ready: bool, service: dict[str, Any]) -> Iterator[str]:
    wechat = {name: service.pop(name) for name in list(service) if name in ChannelSettings.model_fields}
    app = create_app(settings, ServiceSettings(**service), ChannelSettings(**wechat))
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    base = f"http://127.0.0.1:{listening.getsockname()[1]}"
    try:
        wait_for(base, "/readyz" if ready else "/healthz")
        yield base
    finally:
        server.should_exit = True
        thread.join(timeout=30)
    assert not thread.is_alive()


def wait_for(base: str, path: str = "/readyz", seconds: float = 60) -> None:
    """Until `path` answers 200."""
    until = time.monotonic() + seconds
    said = ""
    while time.monotonic() < until:
        try:
            response = httpx.get(base + path, timeout=10)
        except httpx.TransportError as error:
            said = str(error)
        else:
            if response.status_code == 200:
                return
            said = response.text
        time.sleep(0.05)
    raise AssertionError(f"{base}{path} is not ready: {said}")


@pytest.fixture(scope="session")
def serving(settings: Settings) -> Serving:
    """The index, loaded once for a test run."""
    return build_serving(settings)


@pytest.fixture(scope="session")
def base(settings: Settings, serving: Serving, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server without keys."""
    path = tmp_path_factory.mktemp("service") / "service.sqlite3"
    with running(settings, serving=serving, database_url=f"sqlite:///{path}") as url:
        yield url


@pytest.fixture(scope="session")
def keyed(settings: Settings, serving: Serving, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that wants one of `KEYS`."""
    path = tmp_path_factory.mktemp("keyed") / "service.sqlite3"
    with running(settings, serving=serving, database_url=f"sqlite:///{path}", api_keys=KEYS) as url:
        yield url


@pytest.fixture(scope="session")
def channels_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('wechat')}/service.sqlite3"


@pytest.fixture(scope="session")
def server(settings: Settings, serving: Serving, channels_url: str) -> Iterator[str]:
    """A server with all encrypted channels."""
    accounts = {**ENCRYPTED, **WORK, **BOT}
    with running(settings, serving=serving, database_url=channels_url, public_url=PUBLIC, **accounts) as base:
        yield base


@pytest.fixture
def client(base: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=base, timeout=30) as client:
        yield client


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL database that is gone afterwards."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        missing = "PostgreSQL is not installed (Debian package postgresql; `make test` as root installs it)"
        if os.environ.get("REQUIRE_POSTGRES"):
            pytest.fail(missing)
        pytest.skip(missing)
    folder = Path(tempfile.mkdtemp(prefix="zhengce-pg-"))
    as_user: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    port, data = free_port(), folder / "data"

    def run(program: str, *args: str) -> None:
        ended = subprocess.run(
            [*as_user, str(found[-1].with_name(program)), *args],
            stdout=(folder.parent / f"{folder.name}.log").open("a"),
            stderr=subprocess.STDOUT,
            cwd=folder,
            check=False,
        )
        assert ended.returncode == 0, (folder.parent / f"{folder.name}.log").read_text()

    run("initdb", "-D", str(data), "-A", "trust", "-U", "zhengce", "-E", "UTF8", "--no-sync")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
    run("pg_ctl", "-D", str(data), "-o", options, "-w", "start")
    try:
        yield f"postgresql+psycopg://zhengce@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder)
        (folder.parent / f"{folder.name}.log").unlink()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of its own for each test."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/service.sqlite3"
        return
    server = make_url(request.getfixturevalue("postgres"))
    plain = server.set(drivername="postgresql").render_as_string(hide_password=False)
    name = f"t{uuid.uuid4().hex[:12]}"
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield server.set(database=name).render_as_string(hide_password=False)
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
