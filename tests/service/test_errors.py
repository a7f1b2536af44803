"""What goes wrong is said with a stable code and a Chinese sentence, and never with internals."""

import asyncio
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.bootstrap import Serving
from assistant.service.answering import Answering
from assistant.service.limits import RateLimit
from assistant.settings import Settings
from tests.service.conftest import KEYS, QUESTION, running

JSON = {"Content-Type": "application/json"}
PROBLEM = {"type", "title", "status", "code", "detail", "request_id", "errors"}


def problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The body of a problem, after a look at its form."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert set(body) == PROBLEM
    assert (body["status"], body["code"]) == (status, code)
    assert body["type"].endswith(code)
    assert body["request_id"] == response.headers["x-request-id"]
    assert re.search(r"[\u4e00-\u9fff]", body["detail"])
    return body


REQUESTS: dict[str, tuple[str, str, Any, int, str]] = {
    "no JSON": ("POST", "/v1/ask", b"{", 400, "invalid_json"),
    "no UTF-8": ("POST", "/v1/ask", b'{"question":"\xff\xfe"}', 400, "bad_request"),
    "too deep": ("POST", "/v1/ask", b"[" * 100_000, 400, "bad_request"),
    "a number of 5000 digits": ("POST", "/v1/ask", b"9" * 5000, 400, "bad_request"),
    "no object": ("POST", "/v1/ask", b"[]", 422, "invalid_request"),
    "nothing": ("POST", "/v1/ask", b"", 422, "invalid_request"),
    "no question": ("POST", "/v1/ask", {}, 422, "invalid_request"),
    "a blank question": ("POST", "/v1/ask", {"question": " \n"}, 422, "invalid_request"),
    "a question of control characters": ("POST", "/v1/ask", {"question": "\x00\x07"}, 422, "invalid_request"),
    "a question that is no text": ("POST", "/v1/ask", {"question": 7}, 422, "invalid_request"),
    "a question too long": ("POST", "/v1/ask", {"question": "补" * 2001}, 422, "invalid_request"),
    "a slip of the pen": (
        "POST",
        "/v1/ask",
        {"question": "a", "as-of": "2025-01-01"},
        422,
        "invalid_request",
    ),
    "no date": ("POST", "/v1/ask", {"question": "a", "as_of": "2025-13-01"}, 422, "invalid_request"),
    "a date of another age": (
        "POST",
        "/v1/ask",
        {"question": "a", "as_of": "0001-01-01"},
        422,
        "invalid_request",
    ),
    "a history of numbers": ("POST", "/v1/ask", {"question": "a", "history": [1]}, 422, "invalid_request"),
    "history and conversation": (
        "POST",
        "/v1/ask",
        {"question": "a", "history": ["b"], "conversation_id": "0" * 32},
        422,
        "invalid_input",
    ),
    "an unknown conversation": (
        "POST",
        "/v1/ask",
        {"question": "a", "conversation_id": "x"},
        404,
        "unknown_conversation",
    ),
    "an unknown answer": ("GET", "/v1/answers/%00", None, 404, "unknown_answer"),
    "an unknown document": ("GET", "/v1/documents/2099-01/units/1", None, 404, "unknown_document"),
    "an unknown unit": ("GET", "/v1/documents/2022-05/units/第九十九条", None, 404, "unknown_unit"),
    "an unknown rule": ("POST", "/v1/rules/nix/calculate", {}, 404, "unknown_rule"),
    "an unknown input": (
        "POST",
        "/v1/rules/2022-05.insurance/calculate",
        {"inputs": {"profit": "1万元"}},
        422,
        "invalid_input",
    ),
    "half a character for a name": (
        "POST",
        "/v1/rules/2022-05.insurance/calculate",
        b'{"inputs": {"\\ud800": "1"}}',
        422,
        "invalid_request",
    ),
    "no number": (
        "POST",
        "/v1/rules/2022-05.insurance/calculate",
        b'{"inputs": {"premium": NaN}}',
        422,
        "invalid_input",
    ),
    "a search for nothing": ("GET", "/v1/search?q=%20", None, 422, "invalid_request"),
    "too many results": ("GET", "/v1/search?q=a&k=1000", None, 422, "invalid_request"),
    "an unknown address": ("GET", "/v2/ask", None, 404, "not_found"),
    "another method": ("DELETE", "/v1/ask", None, 405, "method_not_allowed"),
}


@pytest.mark.parametrize("case", REQUESTS.values(), ids=REQUESTS.keys())
def test_a_bad_request_is_a_problem(client: httpx.Client, case: tuple[str, str, Any, int, str]) -> None:
    method, path, body, status, code = case
    sent: dict[str, Any] = {"content": body, "headers": JSON} if isinstance(body, bytes) else {"json": body}
    problem(client.request(method, path, **({} if body is None else sent)), status, code)


def test_the_faulty_fields_are_named(client: httpx.Client) -> None:
    body = problem(client.post("/v1/ask", json={"as_of": "x"}), 422, "invalid_request")
    assert {error["field"] for error in body["errors"]} == {"question", "as_of"}
    assert all(re.search(r"[\u4e00-\u9fff]", error["message"]) for error in body["errors"])


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/chat/completions", "/v1/chat-messages", "/v1/match"])
@pytest.mark.parametrize("chunked", [False, True], ids=["with its length", "in chunks"])
def test_an_oversized_body_is_refused(client: httpx.Client, path: str, chunked: bool) -> None:
    big = b'{"question":"' + b"a" * 300_000 + b'"}'
    content: Any = iter([big[:150_000], big[150_000:]]) if chunked else big
    response = client.post(path, content=content, headers=JSON)
    assert response.status_code == 413
    assert "太大" in response.text
    assert response.headers["content-type"].endswith("json")


def test_markup_and_control_characters_come_back_as_plain_json(client: httpx.Client) -> None:
    said = '<script>alert(1)</script>\x00\x1b[31m{{7*7}} "；DROP TABLE answers;-- 首创产品能补多少'
    response = client.post("/v1/ask", json={"question": said})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert "\x00" not in response.json()["question"]
    again = client.get(f"/v1/answers/{response.json()['id']}").json()
    assert again["question"] == response.json()["question"] == said.replace("\x00", "").replace("\x1b", "")


def test_half_characters_are_dropped(client: httpx.Client) -> None:
    response = client.post("/v1/ask", content=b'{"question":"\\ud800\\u9996\\u521b"}', headers=JSON)
    assert (response.status_code, response.json()["question"]) == (200, "首创")


def test_without_an_index_the_way_out_is_said_and_then_taken(
    settings: Settings, serving: Serving, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with (
        running(Settings(home=home), serving=serving, ready=False) as base,
        httpx.Client(base_url=base, timeout=30) as client,
    ):
        for response in (
            client.get("/readyz"),
            client.post("/v1/ask", json={"question": QUESTION}),
            client.get("/v1/rules"),
        ):
            body = problem(response, 503, "index_missing")
            assert "zhengce index build" in body["detail"]
            assert response.headers["retry-after"]
        error = client.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": "a"}]})
        assert (error.status_code, error.json()["error"]["code"]) == (503, "index_missing")
        assert client.get("/healthz").status_code == 200
        assert client.get("/v1/conversations").status_code == 200
        (home / "index").symlink_to(settings.home / "index")
        until = time.monotonic() + 30
        while client.get("/readyz").status_code != 200 and time.monotonic() < until:
            time.sleep(0.2)
        assert client.post("/v1/ask", json={"question": QUESTION}).status_code == 200


def test_a_broken_index_is_no_secret_about_the_machine(tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "current").write_text("{", "utf-8")
    with running(Settings(home=tmp_path), ready=False) as base:
        body = problem(httpx.get(f"{base}/readyz"), 503, "index_broken")
    assert str(tmp_path) not in str(body)


def test_keys_are_asked_for_and_keep_owners_apart(keyed: str) -> None:
    with httpx.Client(base_url=keyed, timeout=30) as nobody:
        for path in ("/v1/rules", "/v1/conversations", "/metrics", "/v1/answers/" + "0" * 32):
            response = nobody.get(path)
            problem(response, 401, "unauthorized")
            assert response.headers["www-authenticate"] == "Bearer"
        wrong = nobody.post("/v1/ask", json={"question": "a"}, headers={"Authorization": "Bearer wrong"})
        problem(wrong, 401, "unauthorized")
        assert nobody.get("/healthz").status_code == nobody.get("/readyz").status_code == 200
        error = nobody.get("/v1/models")
        assert (error.status_code, error.json()["error"]["code"]) == (401, "unauthorized")
    first, second = (
        httpx.Client(base_url=keyed, timeout=30, headers={"Authorization": f"Bearer {key}"}) for key in KEYS
    )
    with first, second:
        key = first.post("/v1/conversations", json={}).json()["id"]
        answer = first.post("/v1/ask", json={"question": QUESTION, "conversation_id": key}).json()["id"]
        assert first.get(f"/v1/answers/{answer}").status_code == 200
        assert second.get(f"/v1/answers/{answer}").status_code == 404
        assert second.get(f"/v1/conversations/{key}").status_code == 404
        assert second.delete(f"/v1/conversations/{key}").status_code == 404
        assert key not in second.get("/v1/conversations").text
        asked = second.post("/v1/ask", json={"question": "a", "conversation_id": key})
        assert asked.json()["code"] == "unknown_conversation"
        judged = second.post("/v1/feedback", json={"answer_id": answer, "rating": "up"})
        assert judged.json()["code"] == "unknown_answer"
        dify = {"query": "a", "user": "u", "response_mode": "blocking", "conversation_id": key}
        assert second.post("/v1/chat-messages", json=dify).status_code == 404


def test_too_many_requests_are_told_when_to_come_back(
    settings: Settings, serving: Serving, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/service.sqlite3"
    with (
        running(settings, serving=serving, database_url=url, rate_limit=3) as base,
        httpx.Client(base_url=base) as client,
    ):
        responses = [client.get("/v1/models") for _ in range(4)]
        assert [response.status_code for response in responses] == [200, 200, 200, 429]
        assert responses[3].json()["error"]["code"] == "rate_limited"
        assert int(responses[3].headers["retry-after"]) > 0
        problem(client.get("/v1/conversations"), 429, "rate_limited")


def test_a_bucket_fills_again_and_clients_do_not_share_it() -> None:
    now = 0.0
    rate = RateLimit(lambda: now)

    def wait(client: str) -> float:
        return asyncio.run(rate.wait(client, 6))

    assert [wait("a") for _ in range(6)] == [0.0] * 6
    assert wait("a") == pytest.approx(10)
    assert wait("b") == 0
    now = 10.0
    assert wait("a") == 0
    assert wait("a") > 0


def test_what_cannot_wait_any_more_is_told_so_at_once_and_health_answers_meanwhile(
    settings: Settings, serving: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    answer = Answering._answer

    def slow(self: Answering, *args: Any) -> Any:
        gate.wait(20)
        return answer(self, *args)

    monkeypatch.setattr(Answering, "_answer", slow)
    url = f"sqlite:///{tmp_path}/service.sqlite3"
    with (
        running(settings, serving=serving, database_url=url, threads=2, max_waiting=1) as base,
        ThreadPoolExecutor(3) as beside,
    ):
        ask = f"{base}/v1/ask"
        waiting = [beside.submit(httpx.post, ask, json={"question": QUESTION}, timeout=30) for _ in range(3)]
        until = time.monotonic() + 10
        while "zhengce_pending 3.0" not in httpx.get(f"{base}/metrics").text and time.monotonic() < until:
            time.sleep(0.02)
        refused = httpx.post(ask, json={"question": QUESTION})
        problem(refused, 503, "busy")
        assert refused.headers["retry-after"]
        started = time.monotonic()
        assert httpx.get(f"{base}/healthz").status_code == 200
        assert time.monotonic() - started < 1
        gate.set()
        assert [future.result().status_code for future in waiting] == [200, 200, 200]


def test_an_answer_that_takes_too_long_is_given_up(
    settings: Settings, serving: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Answering, "_answer", lambda *_: time.sleep(1))
    url = f"sqlite:///{tmp_path}/service.sqlite3"
    with running(settings, serving=serving, database_url=url, timeout_seconds=0.2) as base:
        problem(httpx.post(f"{base}/v1/ask", json={"question": QUESTION}), 503, "timeout")
        with httpx.stream("POST", f"{base}/v1/ask/stream", json={"question": QUESTION}) as response:
            text = response.read().decode()
        assert text.startswith("event: error\n")
        assert '"code":"timeout"' in text


def test_a_fault_of_ours_shows_no_internals(
    settings: Settings, serving: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(*_: Any) -> None:
        raise RuntimeError("secret place /root/key")

    monkeypatch.setattr(Answering, "_answer", fault)
    with running(settings, serving=serving, database_url=f"sqlite:///{tmp_path}/service.sqlite3") as base:
        response = httpx.post(f"{base}/v1/ask", json={"question": QUESTION})
        assert (response.status_code, response.json()["code"]) == (500, "internal")
        assert "secret" not in response.text
        error = httpx.post(
            f"{base}/v1/chat/completions", json={"messages": [{"role": "user", "content": "a"}]}
        )
        assert (error.status_code, error.json()["error"]["type"]) == (500, "server_error")
        assert 'status="500"' in httpx.get(f"{base}/metrics").text
