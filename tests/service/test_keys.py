"""Keys: made by the command, told apart by the service, ended without a stop; and what they allow."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from assistant.bootstrap import Serving
from assistant.cli import main
from assistant.service.access import Access
from assistant.service.keys import beijing_day, seconds_to_next_day
from assistant.service.limits import RateLimit
from assistant.service.problems import Problem
from assistant.service.settings import ServiceSettings
from assistant.service.store.database import opened
from assistant.service.store.keyring import Keyring, Wanted
from assistant.settings import Settings
from tests.service.conftest import FOLLOW_UP, QUESTION, running
from tests.service.test_errors import problem

Run = Callable[..., Any]


@pytest.fixture
def run(url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `zhengce keys …` on the database of this test; what it prints, as JSON where that is asked for."""
    monkeypatch.setenv("ZHENGCE_SERVICE_DATABASE_URL", url)

    def ran(*args: str) -> Any:
        with pytest.raises(SystemExit) as ended:
            main(["keys", *args])
        out, err = capsys.readouterr()
        assert ended.value.code == 0, err
        return json.loads(out) if "--json" in args else out

    return ran


@pytest.fixture
def base(settings: Settings, serving: Serving, url: str) -> Iterator[str]:
    """A server on the same database."""
    with running(settings, serving=serving, database_url=url) as base:
        yield base


def client(base: str, key: str) -> httpx.Client:
    return httpx.Client(base_url=base, timeout=30, headers={"Authorization": f"Bearer {key}"})


def until_status(client: httpx.Client, status: int, path: str = "/v1/models") -> httpx.Response:
    """The first answer with this status."""
    end = time.monotonic() + 10
    while (response := client.get(path)).status_code != status and time.monotonic() < end:
        time.sleep(0.1)
    assert response.status_code == status
    return response


def test_a_key_opens_the_service_at_once_and_is_kept_nowhere(base: str, run: Run, url: str) -> None:
    nobody = client(base, "none")
    assert nobody.get("/v1/rules").status_code == 200
    key = run("create", "--name", "机器人").strip()
    assert client(base, key).post("/v1/ask", json={"question": QUESTION}).status_code == 200
    error = until_status(nobody, 401).json()["error"]
    assert error["code"] == "unauthorized"
    listed = run("list", "--json")["keys"]
    assert [(one["name"], one["scopes"], one["state"]) for one in listed] == [
        ("机器人", ["ask", "read"], "valid")
    ]
    secret = key.split("_", 2)[2]
    with opened(url) as engine, engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM keys")).all()
    assert secret not in str(rows)
    assert secret not in run("list") + json.dumps(listed)
    changed = key[:-1] + ("A" if key[-1] != "A" else "B")
    assert client(base, changed).get("/v1/rules").status_code == 401


def test_a_revoked_key_is_refused_soon_and_the_service_does_not_open_again(base: str, run: Run) -> None:
    made = run("create", "--json")
    with client(base, made["key"]) as known:
        assert known.get("/v1/rules").status_code == 200
        assert "已作废" in run("revoke", made["id"])
        until_status(known, 401)
        problem(known.get("/v1/rules"), 401, "key_revoked")
    problem(httpx.get(f"{base}/v1/rules"), 401, "unauthorized")
    assert run("list", "--json")["keys"][0]["state"] == "revoked"


def test_a_key_is_replaced_without_a_gap_and_its_data_stay(base: str, run: Run) -> None:
    old = run("create", "--name", "一", "--quota", "50", "--json")
    with client(base, old["key"]) as before:
        key = before.post("/v1/conversations", json={}).json()["id"]
        asked = {"question": QUESTION, "conversation_id": key}
        answer = before.post("/v1/ask", json=asked).json()["id"]
        new = run("create", "--replaces", old["id"], "--json")
        assert (new["name"], new["daily_quota"]) == ("一", 50)
        with client(base, new["key"]) as after:
            assert before.get(f"/v1/answers/{answer}").status_code == 200
            assert after.get(f"/v1/answers/{answer}").status_code == 200
            follow = {"question": FOLLOW_UP, "conversation_id": key}
            assert after.post("/v1/ask", json=follow).json()["amount"]["value"] == 240
            assert [one["used_today"] for one in run("list", "--json")["keys"]] == [2, 2]
            run("create", "--replaces", old["id"], "--overlap", "0")
            until_status(before, 401)
            problem(before.get("/v1/rules"), 401, "key_expired")
            assert after.get("/v1/rules").status_code == 200


def test_a_key_ends_on_its_day(url: str) -> None:
    with opened(url) as engine:
        keyring = Keyring(engine)
        key, _ = keyring.create(Wanted(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
        with pytest.raises(Problem) as refused:
            asyncio.run(
                Access(ServiceSettings(), keyring, RateLimit()).identify(key, "10.0.0.9", "127.0.0.1")
            )
    assert (refused.value.status_code, refused.value.code) == (401, "key_expired")


PLACES: list[tuple[str, str, str, Any]] = [
    ("ask", "POST", "/v1/ask", {"question": QUESTION}),
    ("ask", "POST", "/v1/ask/stream", {"question": QUESTION}),
    ("ask", "POST", "/v1/chat/completions", {"messages": [{"role": "user", "content": QUESTION}]}),
    ("ask", "POST", "/v1/chat-messages", {"query": QUESTION, "user": "u", "response_mode": "blocking"}),
    ("ask", "GET", "/v1/conversations", None),
    ("read", "GET", "/v1/search?q=加氢站", None),
    ("read", "GET", "/v1/documents", None),
    ("read", "GET", "/v1/rules", None),
    ("read", "POST", "/v1/rules/2022-05.insurance/calculate", {}),
    ("read", "POST", "/v1/match", {}),
    ("admin", "GET", "/metrics", None),
]


@pytest.mark.parametrize("scope", ["ask", "read", "admin"])
def test_a_key_does_what_it_is_for_and_nothing_else(base: str, run: Run, scope: str) -> None:
    with client(base, run("create", "--scope", scope).strip()) as known:
        assert known.get("/v1/models").status_code == 200
        for needed, method, path, body in PLACES:
            response = known.request(method, path, **({} if body is None else {"json": body}))
            assert response.status_code == (200 if needed == scope else 403), path
            if needed != scope:
                assert "scope_missing" in response.text
                assert needed in response.text


def test_a_key_has_a_rate_of_its_own(base: str, run: Run) -> None:
    slow, fast = run("create", "--rate", "2").strip(), run("create").strip()
    with client(base, slow) as limited, client(base, fast) as other:
        responses = [limited.get("/v1/rules") for _ in range(3)]
        assert [response.status_code for response in responses] == [200, 200, 429]
        problem(responses[2], 429, "rate_limited")
        assert 0 < int(responses[2].headers["retry-after"]) <= 30
        assert {other.get("/v1/rules").status_code for _ in range(5)} == {200}


def test_a_day_has_so_many_questions_and_those_not_answered_do_not_count(base: str, run: Run) -> None:
    with client(base, run("create", "--quota", "2").strip()) as known:
        unknown = {"question": QUESTION, "conversation_id": "0" * 32}
        assert [known.post("/v1/ask", json=unknown).status_code for _ in range(3)] == [404] * 3
        assert [known.post("/v1/ask", json={}).status_code for _ in range(3)] == [422] * 3
        assert known.post("/v1/ask", json={"question": QUESTION}).status_code == 200
        assert known.post("/v1/ask/stream", json={"question": QUESTION}).status_code == 200
        refused = known.post("/v1/ask", json={"question": QUESTION})
        problem(refused, 429, "quota_exceeded")
        assert 0 < int(refused.headers["retry-after"]) <= 86_400
        assert known.get("/v1/rules").status_code == 200
        assert known.get("/v1/conversations").status_code == 200
    assert run("list", "--json")["keys"][0]["used_today"] == 2
    assert "2（2）" in run("list")


def test_many_at_once_spend_no_more_than_there_is(url: str) -> None:
    day = date(2026, 1, 1)
    with opened(url) as engine, ThreadPoolExecutor(8) as pool:
        keyring = Keyring(engine)
        spent = list(pool.map(lambda _: keyring.spend("a", day, 10), range(40)))
        assert spent.count(True) == 10
        assert keyring.spend("b", day, 1)
        assert keyring.spend("a", day + timedelta(days=1), 10)
        keyring.give_back("a", day)
        assert keyring.used(day) == {"a": 9, "b": 1}


def test_the_day_is_that_of_beijing() -> None:
    before = datetime(2026, 1, 1, 15, 59, 30, tzinfo=UTC)
    assert beijing_day(before) == date(2026, 1, 1)
    assert seconds_to_next_day(before) == 30
    assert beijing_day(before + timedelta(seconds=30)) == date(2026, 1, 2)


@pytest.mark.parametrize(("reached", "is_open"), [("127.0.0.1", True), ("::1", True), ("10.0.0.1", False)])
def test_without_keys_only_this_machine_is_served(url: str, reached: str, is_open: bool) -> None:
    with opened(url) as engine:
        access = Access(ServiceSettings(), Keyring(engine), RateLimit())
        if is_open:
            assert asyncio.run(access.identify("", "10.0.0.9", reached)).owner == "local"
        else:
            with pytest.raises(Problem) as refused:
                asyncio.run(access.identify("", "10.0.0.9", reached))
            assert refused.value.status_code == 401
        open_to_all = Access(ServiceSettings(open_access=True), Keyring(engine), RateLimit())
        assert asyncio.run(open_to_all.identify("", "10.0.0.9", reached)).owner == "local"


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (["revoke", "000000000000"], "zhengce keys list"),
        (["create", "--replaces", "x"], "zhengce keys list"),
        (["create", "--scope", "root"], "root"),
        (["create", "--days", "0"], "days"),
        (["create", "--name", "名" * 101], "名称"),
    ],
)
def test_a_mistake_is_one_line(
    args: list[str],
    word: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("ZHENGCE_SERVICE_DATABASE_URL", f"sqlite:///{tmp_path}/service.sqlite3")
    with pytest.raises(SystemExit) as ended:
        main(["keys", *args])
    err = capsys.readouterr().err
    assert ended.value.code == 2
    assert err.startswith("错误：")
    assert word in err
