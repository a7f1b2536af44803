"""What can be seen of a running service: its log, its timings, its spans; and what must not be seen there."""

import asyncio
import gzip
import io
import json
import logging
import logging.config
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
import pytest
from fastapi import FastAPI
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from assistant.bootstrap import Serving
from assistant.service.answering import Answering
from assistant.service.app import create_app
from assistant.service.channels.settings import ChannelSettings
from assistant.service.logs import logging_config
from assistant.service.settings import ServiceSettings
from assistant.service.trace import STEPS
from assistant.settings import Settings
from tests.service.conftest import QUESTION, running

STAGES = {"queue", *STEPS, "keep"}
SECRET = "甲方机密七三五"
KEY = "a-secret-key-of-the-settings"


@contextmanager
def logged(**service: Any) -> Iterator[io.StringIO]:
    """What is logged meanwhile, with the configuration of these settings."""
    config = logging_config(ServiceSettings(log_format="json", **service))
    root = logging.getLogger()
    before = root.handlers[:], root.level
    written = io.StringIO()
    config["handlers"]["stderr"]["stream"] = written
    logging.config.dictConfig(config)
    try:
        yield written
    finally:
        root.handlers[:], root.level = before
        for name in ("assistant", "uvicorn", "uvicorn.access", "httpx"):
            logging.getLogger(name).setLevel(logging.NOTSET)


async def cut_off(app: FastAPI, path: str, body: dict[str, Any]) -> list[Any]:
    """What is sent to a client that takes the beginning of a stream and then goes away."""
    sent: list[Any] = []
    is_streaming = asyncio.Event()
    asked: list[Any] = [{"type": "http.request", "body": json.dumps(body).encode(), "more_body": False}]

    async def receive() -> Any:
        if asked:
            return asked.pop()
        await is_streaming.wait()
        # Meanwhile the next events come to wait for the client.
        await asyncio.sleep(0.5)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)
        if message["type"] == "http.response.body":
            is_streaming.set()
            await asyncio.Event().wait()

    headers = [(b"content-type", b"application/json")]
    about = {"http_version": "1.1", "scheme": "http", "query_string": b"", "root_path": ""}
    scope = {"type": "http", "method": "POST", "path": path, "headers": headers, "client": ("127.0.0.1", 1)}
    await app(scope | about, receive, send)
    return sent


def lines(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


@pytest.fixture
def started(settings: Settings, serving: Serving, tmp_path: Path) -> Any:
    """Starts a server that keeps things in a file of its own."""

    def start(**service: Any) -> Any:
        url = f"sqlite:///{tmp_path}/service.sqlite3"
        return running(settings, serving=serving, database_url=url, **service)

    return start


def test_the_log_tells_requests_and_stages_by_the_id_of_the_request_and_no_words(started: Any) -> None:
    with logged() as written, started(api_keys=(KEY,)) as base:
        known = {"Authorization": f"Bearer {KEY}", "X-Request-Id": "request-1"}
        with httpx.Client(base_url=base, headers=known, timeout=30) as client:
            asked = client.post("/v1/ask", json={"question": f"{SECRET}首创产品能补多少"})
            client.get("/v1/search", params={"q": SECRET})
            client.post("/v1/conversations", json={"title": SECRET})
            client.post(
                "/v1/feedback", json={"answer_id": asked.json()["id"], "rating": "up", "comment": SECRET}
            )
            client.get(f"/v1/{SECRET}")
            wrong = {"Authorization": f"Bearer {KEY}x"}
            assert client.get("/v1/rules", headers=wrong).status_code == 401
    told = lines(written)
    answer = next(line for line in told if line["event"] == "answer")
    assert (answer["request_id"], answer["answer"]) == ("request-1", asked.json()["id"])
    assert set(answer["ms"]) == STAGES
    assert all(spent >= 0 for spent in answer["ms"].values())
    request = next(line for line in told if line["event"] == "request")
    assert (request["request_id"], request["route"], request["status"]) == ("request-1", "/v1/ask", 200)
    assert request["ms"] >= answer["ms"]["retrieve"]
    assert asked.headers["x-request-id"] == "request-1"
    assert [line["status"] for line in told if line["event"] == "request"] == [200, 200, 201, 201, 404, 401]
    assert all({"event", "level", "timestamp", "logger"} <= set(line) for line in told)
    assert SECRET not in written.getvalue()
    assert KEY not in written.getvalue()


def test_a_fault_is_logged_with_its_place_and_its_words_only_where_that_is_set(
    started: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(self: Answering, asked: Any, *_: Any) -> None:
        raise RuntimeError(asked.question)

    monkeypatch.setattr(Answering, "_answer", fault)
    for is_told in (False, True):
        with logged(log_questions=is_told) as written, started() as base:
            response = httpx.post(f"{base}/v1/ask", json={"question": SECRET})
            assert response.status_code == 500
        error = next(line for line in lines(written) if line["level"] == "error")
        assert "test_observing.py" in error["exception"]
        assert "RuntimeError" in error["exception"]
        assert error["request_id"] == response.headers["x-request-id"]
        assert (SECRET in written.getvalue()) is is_told


def test_questions_are_logged_where_that_is_set(started: Any) -> None:
    with logged() as written, started(log_questions=True) as base:
        httpx.post(f"{base}/v1/ask", json={"question": SECRET}, timeout=30)
    assert [line["question"] for line in lines(written) if line["event"] == "answer"] == [SECRET]


def test_a_failing_database_does_not_put_words_into_the_log(
    started: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlite3

    with logged() as written, started() as base:
        with sqlite3.connect(tmp_path / "service.sqlite3") as database:
            database.execute("DROP TABLE answers")
        response = httpx.post(f"{base}/v1/ask", json={"question": SECRET}, timeout=30)
        assert response.json()["code"] == "storage_unavailable"
    assert "database failed" in written.getvalue()
    assert SECRET not in written.getvalue()


def test_frequent_requests_are_left_to_the_level_debug(started: Any) -> None:
    for level, count in (("info", 0), ("debug", 1)):
        with logged(log_level=level) as written, started() as base:
            httpx.get(f"{base}/metrics")
        assert [line.get("route") for line in lines(written)].count("/metrics") == count


def test_every_stage_has_a_histogram(started: Any) -> None:
    with started() as base:
        httpx.post(f"{base}/v1/ask", json={"question": QUESTION}, timeout=30)
        said = httpx.get(f"{base}/metrics").text
    for stage in STAGES:
        assert f'zhengce_step_seconds_count{{step="{stage}"}} 1.0' in said
        assert f'zhengce_step_seconds_bucket{{le="0.1",step="{stage}"}}' in said
    assert 'zhengce_request_seconds_count{route="/v1/ask"} 1.0' in said


class Collector:
    """A stand-in of an OpenTelemetry collector on loopback."""

    def __init__(self) -> None:
        self.spans: list[Any] = []
        spans = self.spans

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                sent = ExportTraceServiceRequest.FromString(body)
                for resource in sent.resource_spans:
                    for scope in resource.scope_spans:
                        spans.extend(scope.spans)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/v1/traces"


@pytest.fixture
def collector() -> Iterator[Collector]:
    collector = Collector()
    thread = threading.Thread(target=collector.server.serve_forever)
    thread.start()
    yield collector
    collector.server.shutdown()
    collector.server.server_close()
    thread.join()


def test_requests_and_stages_become_spans_of_the_callers_trace(started: Any, collector: Collector) -> None:
    trace, parent = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    with started(otel_endpoint=collector.url) as base:
        caller = {"traceparent": f"00-{trace}-{parent}-01"}
        asked = {"question": SECRET}
        assert httpx.post(f"{base}/v1/ask", json=asked, headers=caller, timeout=30).status_code == 200
    mine = [span for span in collector.spans if span.trace_id.hex() == trace]
    request = next(span for span in mine if span.name == "POST /v1/ask")
    assert request.parent_span_id.hex() == parent
    stages = {span.name: span for span in mine if span is not request}
    assert set(stages) == STAGES
    assert {span.parent_span_id for span in stages.values()} == {request.span_id}
    for span in stages.values():
        assert request.start_time_unix_nano - 5_000_000 <= span.start_time_unix_nano
        assert span.end_time_unix_nano <= request.end_time_unix_nano
    assert SECRET not in str(collector.spans)


def test_opentelemetry_is_not_imported_unless_it_is_used() -> None:
    code = (
        "import sys; from assistant.service.tracing import open_tracing; open_tracing('');"
        "import assistant.service.observing, assistant.service.answering, assistant.service.logs;"
        "sys.exit(any(name.startswith(('assistant.service.otel', 'opentelemetry.exporter.otlp.proto.http'))"
        " for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_client_that_goes_away_is_no_error(settings: Settings, serving: Serving, tmp_path: Path) -> None:
    service = ServiceSettings(database_url=f"sqlite:///{tmp_path}/service.sqlite3", open_access=True)

    async def asked() -> list[Any]:
        app = create_app(settings, service, ChannelSettings())
        async with app.router.lifespan_context(app):
            here = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here")
            while (await here.get("/readyz")).status_code != 200:
                await asyncio.sleep(0.05)
            # Remembered from here on, so that the events come at once.
            assert (await here.post("/v1/ask", json={"question": QUESTION})).status_code == 200
            return await cut_off(app, "/v1/ask/stream", {"question": QUESTION})

    with logged() as written, patch("assistant.service.engine.build_serving", return_value=serving):
        sent = asyncio.run(asked())
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    levels = {line["level"] for line in lines(written)}
    assert levels <= {"info", "debug"}
    streamed = [line for line in lines(written) if line.get("route") == "/v1/ask/stream"]
    assert [line["status"] for line in streamed] == [200]
