"""Answers that come too late for the reply: pushed once, whatever happens on the way."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.bootstrap import Serving
from assistant.service.store.database import open_database
from assistant.service.store.mailbox import Mailbox
from assistant.service.store.tables import DeliveryRow
from assistant.settings import Settings
from tests.service.conftest import QUESTION, free_port, running
from tests.service.wechat import (
    AES_KEY,
    BOT,
    ENCRYPTED,
    WORK,
    BotPhone,
    Phone,
    Platform,
    message,
    mp_phone,
    number,
    playing,
    work_phone,
)

SECRETS = {"mp_secret": "secret-of-mp", "work_secret": "secret-of-work"}
LATE = {"reply_seconds": 0.05}


class Slow:
    """A pipeline that answers questions with 慢 in them when it is let."""

    def __init__(self, pipeline: Any) -> None:
        self.pipeline = pipeline
        self.let = threading.Event()

    @property
    def offline(self) -> Any:
        return self.pipeline

    def answer(self, question: str, *rest: Any, **more: Any) -> Any:
        if "慢" in question:
            assert self.let.wait(30)
        return self.pipeline.answer(question, *rest, **more)


@pytest.fixture
def slow(serving: Serving) -> Slow:
    return Slow(serving.pipeline)


@pytest.fixture
def platform() -> Platform:
    return Platform()


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/service.sqlite3"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.service.channels.postman._LOOK_SECONDS", 0.05)
    monkeypatch.setattr("assistant.service.channels.postman._FIRST_WAIT_SECONDS", 0.05)
    monkeypatch.setattr("assistant.service.channels.desk._AGAIN_SECONDS", 0.05)


Serve = Callable[..., AbstractContextManager[str]]


@pytest.fixture
def serve(settings: Settings, serving: Serving, slow: Slow, url: str) -> Serve:
    """A server whose platforms are at `api`."""

    def started(api: str, **more: Any) -> AbstractContextManager[str]:
        given = {**ENCRYPTED, **WORK, **BOT, **SECRETS, **LATE, "mp_api": api, "work_api": api, **more}
        late = replace(serving, pipeline=slow)  # type: ignore[arg-type]
        return running(settings, serving=late, database_url=url, remembered_answers=0, **given)

    return started


@pytest.fixture
def served(serve: Serve, platform: Platform) -> Iterator[str]:
    with playing(platform) as api, serve(api) as base:
        yield base


def mailbox(url: str) -> Mailbox:
    return Mailbox(open_database(url))


def until(seen: Callable[[], Any], seconds: float = 20) -> Any:
    """What `seen` gives once it gives something."""
    end = time.monotonic() + seconds
    while not (found := seen()):
        assert time.monotonic() < end
        time.sleep(0.02)
    return found


@pytest.mark.parametrize("phone_of", [mp_phone, work_phone])
def test_a_late_answer_is_pushed_once(
    served: str, platform: Platform, slow: Slow, url: str, phone_of: Callable[[str], Phone]
) -> None:
    phone = phone_of(served)
    body = message("user", Content=f"慢：{QUESTION}")
    for _ in range(3):
        started = time.monotonic()
        assert phone.read(phone.deliver(body)) is None
        assert time.monotonic() - started < 5
    slow.let.set()
    ((user, text),) = platform.wait()
    assert user == "user"
    assert "300万元" in text
    assert len(text.encode()) <= 2048
    assert "\\u" not in platform.bodies[0].decode()
    assert phone.read(phone.deliver(body)) is None
    until(lambda: not mailbox(url).letters())
    assert len(platform.sent) == platform.tokens == 1


def ask_late(base: str, slow: Slow, *users: str) -> None:
    """Questions of these users whose answers come too late for the reply."""
    slow.let.clear()
    for user in users:
        assert mp_phone(base).send(user, Content=f"慢：{QUESTION}") is None
    slow.let.set()


@pytest.mark.parametrize("fault", [40001, 42001])
def test_a_worn_token_is_renewed_and_the_letter_sent_at_once(
    served: str, platform: Platform, slow: Slow, fault: int
) -> None:
    platform.faults.append(fault)
    ask_late(served, slow, "a", "b")
    platform.wait(2)
    assert platform.seen_tokens == ["token-1", "token-2", "token-2"]
    assert platform.forced == [False, True]


@pytest.mark.parametrize("fault", [-1, "502"])
def test_what_the_platform_cannot_do_now_is_tried_again(
    served: str, platform: Platform, slow: Slow, url: str, fault: int | str
) -> None:
    platform.faults.extend([fault, fault])
    ask_late(served, slow, "a")
    platform.wait()
    until(lambda: not mailbox(url).letters())
    assert (platform.tried, len(platform.sent)) == (3, 1)


@pytest.mark.parametrize("fault", [45015, 45047])
def test_what_may_not_be_pushed_waits_until_the_user_writes(
    served: str, platform: Platform, slow: Slow, url: str, fault: int
) -> None:
    platform.faults.append(fault)
    ask_late(served, slow, "a")
    (letter,) = until(lambda: [row for row in mailbox(url).letters() if row.state == "parked"])
    assert letter.error.startswith(str(fault))
    time.sleep(0.3)
    assert platform.tried == 1
    mp_phone(served).send("another", Content="帮助")
    time.sleep(0.2)
    assert platform.tried == 1
    mp_phone(served).send("a", Content="帮助")
    assert platform.wait()[0][1] == letter.text


@pytest.mark.parametrize("fault", [40003, 43004])
def test_a_letter_to_nobody_is_kept_as_failed(
    served: str, platform: Platform, slow: Slow, url: str, fault: int
) -> None:
    platform.faults.append(fault)
    ask_late(served, slow, "gone")
    (letter,) = until(lambda: [row for row in mailbox(url).letters() if row.state == "failed"])
    assert (letter.user, letter.attempts) == ("gone", 1)
    ask_late(served, slow, "here")
    assert [user for user, _ in platform.wait()] == ["here"]


def test_while_the_network_is_down_nothing_is_lost(
    serve: Serve, platform: Platform, slow: Slow, url: str
) -> None:
    port = free_port()
    with serve(f"http://127.0.0.1:{port}") as base:
        ask_late(base, slow, "a", "b", "c")
        letters = until(lambda: len(found := mailbox(url).letters()) == 3 and found)
        tried = until(lambda: [row for row in mailbox(url).letters() if row.attempts >= 2])
        assert tried[0].error == "ConnectError"
        with playing(platform, port):
            platform.wait(3)
            assert {user for user, _ in platform.sent} == {row.user for row in letters}
            until(lambda: not mailbox(url).letters())


def test_letters_outlive_the_server(serve: Serve, platform: Platform, slow: Slow, url: str) -> None:
    with serve(f"http://127.0.0.1:{free_port()}") as base:
        ask_late(base, slow, "a")
        until(lambda: mailbox(url).letters())
    assert len(mailbox(url).letters()) == 1
    with playing(platform) as api, serve(api):
        assert platform.wait()[0][0] == "a"


def abandoned(user: str, channel: str = "wechat-mp", age: timedelta = timedelta(0)) -> DeliveryRow:
    """A message whose process was killed before it could answer."""
    past = datetime.now(UTC) - timedelta(seconds=1)
    return DeliveryRow(
        key=number(),
        channel=channel,
        user=user,
        question=QUESTION,
        state="waiting",
        lease_until=past,
        reply=None,
        created_at=past - age,
    )


def test_what_a_killed_process_took_in_is_answered_by_the_next(
    serve: Serve, platform: Platform, url: str, served: str
) -> None:
    row = abandoned("orphan")
    assert mailbox(url).claim(row, number(), None) is not None
    ((user, text),) = platform.wait()
    assert user == "orphan"
    assert "300万元" in text


def test_a_message_that_cannot_be_answered_gets_an_apology(
    serve: Serve, platform: Platform, slow: Slow, url: str, served: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assistant.service.answering import Answering
    from assistant.service.problems import Problem

    async def fails(*_: Any) -> None:
        raise Problem(503, "排队的请求太多", "busy")

    monkeypatch.setattr(Answering, "answer", fails)
    assert mp_phone(served).send("patient", Content=QUESTION) is None
    time.sleep(0.3)
    assert platform.sent == []
    assert mailbox(url).claim(abandoned("old", age=timedelta(minutes=11)), number(), None) is not None
    ((user, text),) = platform.wait()
    assert user == "old"
    assert QUESTION in text
    monkeypatch.undo()
    assert "300万元" in platform.wait(2)[1][1]


def test_who_left_gets_nothing_more(serve: Serve, platform: Platform, slow: Slow, url: str) -> None:
    with serve(f"http://127.0.0.1:{free_port()}") as base:
        ask_late(base, slow, "a")
        until(lambda: mailbox(url).letters())
        mp_phone(base).send("a", "event", Event="unsubscribe")
        assert mailbox(url).letters() == []


def test_without_a_secret_the_page_takes_the_late_answer(serve: Serve, slow: Slow) -> None:
    public = "https://zhengce.example.cn"
    with serve("http://127.0.0.1:9", mp_secret="", public_url=public) as base:
        said = mp_phone(base).send("a", Content=f"慢：{QUESTION}").content
        path = said.rsplit(public, 1)[1]
        waiting = httpx.get(base + path)
        assert (waiting.status_code, "refresh" in waiting.text) == (200, True)
        slow.let.set()
        until(lambda: "300万元" in httpx.get(base + path).text)


def test_a_late_answer_of_the_bot_comes_with_the_next_look(served: str, slow: Slow) -> None:
    phone = BotPhone(served)
    first = phone.send(msgtype="text", text={"content": f"慢：{QUESTION}"})["stream"]
    assert first["finish"] is False
    wanted = {"msgtype": "stream", "stream": {"id": first["id"]}}
    assert phone.send(**wanted)["stream"]["finish"] is False
    slow.let.set()
    whole = until(lambda: (now := phone.send(**wanted)["stream"])["finish"] and now)
    assert "300万元" in whole["content"]


def test_secrets_are_in_no_log(served: str, platform: Platform, slow: Slow, caplog: Any) -> None:
    caplog.set_level("INFO", "assistant")
    platform.faults.extend([40001, -1, 45015])
    ask_late(served, slow, "a")
    until(lambda: platform.tried >= 3)
    assert "token-" not in caplog.text
    assert "secret-of" not in caplog.text
    assert AES_KEY not in caplog.text
