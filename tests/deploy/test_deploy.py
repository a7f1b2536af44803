"""The files of `deploy/`: what can be checked of them on a machine without containers."""

import os
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.bootstrap import Serving
from assistant.service.channels.settings import ChannelSettings
from assistant.service.settings import ServiceSettings
from assistant.service.store.database import opened
from assistant.service.store.tables import AnswerRow
from assistant.settings import Settings
from tests.service import conftest as shared
from tests.service.conftest import QUESTION, free_port, running, wait_for
from tests.service.test_errors import problem
from tests.service.test_serve import served

settings = shared.settings
serving = shared.serving
postgres = shared.postgres

DEPLOY = Path(__file__).parents[2] / "deploy"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
SYSTEMD = shutil.which("systemd-analyze")


@pytest.fixture
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return loaded


def variables() -> set[str]:
    """Every environment variable that is a setting."""
    return {
        f"{kind.model_config.get('env_prefix', '')}{name}".upper()
        for kind in (Settings, ServiceSettings, ChannelSettings)
        for name in kind.model_fields
    }


def test_compose_sets_only_what_is_a_setting(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        given = {key for key in service.get("environment", {}) if key.startswith("ZHENGCE_")}
        assert given <= variables(), name


def test_compose_holds_together(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert {"api-1", "api-2", "db", "nginx", "index"} <= set(services)
    for name, service in services.items():
        assert set(service.get("depends_on", {})) <= set(services), name
        assert ("image" in service) or ("build" in service), name
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            known = (DEPLOY / source).exists() if source.startswith(".") else source in compose["volumes"]
            assert known, volume
    assert services["api-1"] == services["api-2"]
    assert "ports" not in services["api-1"]
    assert "ports" not in services["db"]
    assert int(services["api-1"]["stop_grace_period"].rstrip("s")) > ServiceSettings().timeout_seconds + 5
    wanted = set(re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yaml").read_text("utf-8")))
    example = (DEPLOY / ".env.example").read_text("utf-8")
    assert wanted == set(re.findall(r"^(\w+)=", example, re.MULTILINE))


def test_nginx_names_the_api_of_compose_and_takes_what_the_service_takes(compose: dict[str, Any]) -> None:
    conf = (DEPLOY / "nginx.conf").read_text("utf-8")
    assert set(re.findall(r"server (api-\d):8000", conf)) == {"api-1", "api-2"}
    limit = re.search(r"client_max_body_size (\d+)m;", conf)
    assert limit is not None
    assert int(limit[1]) << 20 > ServiceSettings().max_body_bytes
    assert '--port", "8000"' in (DEPLOY / "Dockerfile").read_text("utf-8")


def test_the_image_holds_what_is_there() -> None:
    said = (DEPLOY / "Dockerfile").read_text("utf-8")
    copied = [name for line in re.findall(r"^COPY (.+) \S+$", said, re.MULTILINE) for name in line.split()]
    assert {"corpus", "indexer", "assistant", "evals"} <= set(copied)
    assert [name for name in copied if not (DEPLOY.parent / name).exists()] == []
    assert re.search(r"^USER zhengce$", said, re.MULTILINE)


@pytest.mark.skipif(SYSTEMD is None, reason="systemd-analyze is not installed (Debian package systemd)")
@pytest.mark.parametrize("unit", ["zhengce@.service", "zhengce-index.service"])
def test_systemd_takes_the_units(unit: str, tmp_path: Path) -> None:
    assert SYSTEMD is not None
    said = (DEPLOY / "systemd" / unit).read_text("utf-8")
    # The program is not installed there on a machine that runs tests.
    (tmp_path / unit).write_text(said.replace("/opt/zhengce/.venv/bin/zhengce", "/bin/true"), "utf-8")
    name = tmp_path / unit.replace("@", "@8001")
    if name.name != unit:
        name.symlink_to(tmp_path / unit)
    ended = subprocess.run(
        [SYSTEMD, "verify", "--man=no", str(name)], capture_output=True, text=True, check=False
    )
    complaints = [line for line in (ended.stdout + ended.stderr).splitlines() if "zhengce" in line]
    assert (ended.returncode, complaints) == (0, [])


def placed(folder: Path, ports: tuple[int, int], port: int) -> Path:
    """The configuration with this machine's ports, its temporary files below `folder`."""
    conf = (DEPLOY / "nginx.conf").read_text("utf-8")
    for name, real in zip(("api-1", "api-2"), ports, strict=True):
        conf = conf.replace(f"{name}:8000", f"127.0.0.1:{real}")
    conf = conf.replace("listen 80;", f"listen 127.0.0.1:{port};").replace("/tmp/nginx.pid", f"{folder}/pid")
    conf = conf.replace("/dev/stdout", f"{folder}/access.log")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"    {kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    path = folder / "nginx.conf"
    # Else its workers would be nobody, who may not write here.
    user = "user root;\n" if os.geteuid() == 0 else ""
    path.write_text(user + conf.replace("http {\n", "http {\n" + places, 1), "utf-8")
    return path


@contextmanager
def proxied(folder: Path, ports: tuple[int, int]) -> Iterator[str]:
    """nginx before two services; its base URL."""
    assert NGINX is not None
    port = free_port()
    conf = placed(folder, ports, port)
    checked = subprocess.run([NGINX, "-t", "-c", str(conf)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    process = subprocess.Popen([NGINX, "-c", str(conf), "-g", "daemon off;"])
    try:
        wait_for(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture
def nginx() -> None:
    if NGINX is None:
        missing = "nginx is not installed (Debian package nginx; `make test` as root installs it)"
        if os.environ.get("REQUIRE_SERVERS"):
            pytest.fail(missing)
        pytest.skip(missing)


@pytest.mark.usefixtures("nginx")
def test_nginx_spreads_requests_passes_streams_on_and_bridges_a_stop(
    settings: Settings, serving: Serving, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/service.sqlite3"
    with ExitStack() as stack:
        first, second = stack.enter_context(ExitStack()), stack.enter_context(ExitStack())
        bases = [
            keeper.enter_context(running(settings, serving=serving, database_url=url))
            for keeper in (first, second)
        ]
        ports = tuple(int(base.rsplit(":", 1)[1]) for base in bases)
        base = stack.enter_context(proxied(tmp_path, (ports[0], ports[1])))
        ask = {"json": {"question": QUESTION}, "timeout": 60}
        answer = httpx.post(f"{base}/v1/ask", **ask)
        assert answer.json()["amount"]["value"] == 300
        assert len(answer.headers["x-request-id"]) == 32
        with httpx.stream("POST", f"{base}/v1/ask/stream", **ask) as stream:
            assert [line for line in stream.iter_lines() if line.startswith("event: done")]
        assert httpx.get(f"{base}/metrics").status_code == 404
        too_large = {"question": "补" * 100_000}
        problem(httpx.post(f"{base}/v1/ask", json=too_large), 413, "too_large")
        with ThreadPoolExecutor(4) as pool:
            waiting = [pool.submit(httpx.post, f"{base}/v1/ask", **ask) for _ in range(40)]
            time.sleep(0.3)
            second.close()
            assert {future.result().status_code for future in waiting} == {200}
        first.close()
        down = httpx.post(f"{base}/v1/ask", **ask)
        assert (down.status_code, down.json()["code"]) == (503, "unavailable")
        assert down.headers["retry-after"]
        httpx.get(f"{base}/v1/search", params={"q": "机密"})
        httpx.get(f"{base}/a/secret-id")
        log = (tmp_path / "access.log").read_text("utf-8")
    assert all(f"127.0.0.1:{port}" in log for port in ports)
    assert "%E6%9C%BA" not in log
    assert "secret-id" not in log


@pytest.mark.usefixtures("nginx")
def test_clients_do_not_notice_that_one_of_two_processes_is_killed(postgres: str, tmp_path: Path) -> None:
    seen: list[tuple[int, str]] = []
    stop = threading.Event()

    def ask(base: str) -> None:
        with httpx.Client(base_url=base, timeout=60) as client:
            while not stop.is_set():
                response = client.post("/v1/ask", json={"question": QUESTION})
                seen.append((response.status_code, response.json().get("id", response.text)))

    def more(count: int) -> None:
        wanted, until = len(seen) + count, time.monotonic() + 90
        while len(seen) < wanted and time.monotonic() < until:
            time.sleep(0.05)
        assert len(seen) >= wanted

    with ExitStack() as stack:
        values = {"ZHENGCE_SERVICE_DATABASE_URL": postgres}
        services = [stack.enter_context(served("--workers", "1", **values)) for _ in range(2)]
        ports = tuple(int(base.rsplit(":", 1)[1]) for base, _ in services)
        base = stack.enter_context(proxied(tmp_path, (ports[0], ports[1])))
        pool = stack.enter_context(ThreadPoolExecutor(6))
        stack.callback(stop.set)
        for _ in range(6):
            pool.submit(ask, base)
        more(30)
        os.killpg(services[0][1].pid, signal.SIGKILL)
        more(60)
        log = (tmp_path / "access.log").read_text("utf-8")
        stop.set()
    assert all(f"127.0.0.1:{port}" in log for port in ports)
    assert {status for status, _ in seen} == {200}
    kept = store_of(postgres)
    assert {answer for _, answer in seen} <= kept


def store_of(url: str) -> set[str]:
    """The answers that are kept."""
    with opened(url) as engine, Session(engine) as session:
        return set(session.scalars(select(AnswerRow.id)))
