"""kill -9 under load, twice: whatever was acknowledged is there afterwards."""

import os
import signal
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assistant.bootstrap import Serving
from assistant.service.store.database import opened
from assistant.service.store.tables import FeedbackRow, LeaseRow
from assistant.settings import Settings
from tests.service.conftest import QUESTION, free_port, running
from tests.service.test_serve import served
from tests.service.wechat import ENCRYPTED, Platform, message, mp_phone, playing

ENOUGH = 8


class Acknowledged:
    """What clients were told that it is kept: conversations, answers, feedback, and users who will be pushed to."""

    def __init__(self) -> None:
        self.conversations: set[str] = set()
        self.answers: dict[str, str] = {}
        self.feedback: set[str] = set()
        self.users: set[str] = set()

    def converse(self, base: str, stop: threading.Event) -> None:
        """Ask in new conversations, and judge every answer."""
        with httpx.Client(base_url=base, timeout=30) as client:
            while not stop.is_set():
                key = told(client.post("/v1/conversations", json={}))["id"]
                self.conversations.add(key)
                asked = {"question": QUESTION, "conversation_id": key}
                answer = told(client.post("/v1/ask", json=asked))["id"]
                self.answers[answer] = key
                judged = {"answer_id": answer, "rating": "down", "comment": "漏了"}
                self.feedback.add(told(client.post("/v1/feedback", json=judged))["id"])

    def write(self, base: str, stop: threading.Event) -> None:
        """Send messages, whose answers are to be pushed: their platform cannot be reached meanwhile."""
        phone = mp_phone(base)
        while not stop.is_set():
            user = f"user-{uuid.uuid4().hex}"
            if phone.deliver(message(user, Content=QUESTION)).text == "success":
                self.users.add(user)

    def wait(self, before: tuple[int, int]) -> None:
        """Until some more is acknowledged."""
        until = time.monotonic() + 90
        while time.monotonic() < until:
            now = self.counts()
            if all(new >= old + ENOUGH for new, old in zip(now, before, strict=True)):
                return
            time.sleep(0.02)
        raise AssertionError(self.counts())

    def counts(self) -> tuple[int, int]:
        return len(self.feedback), len(self.users)


def told(response: httpx.Response) -> dict[str, str]:
    assert response.status_code in (200, 201), response.text
    body: dict[str, str] = response.json()
    return body


def beside(work: Callable[[str, threading.Event], None], base: str, stop: threading.Event) -> None:
    """Work until the server is killed."""
    with suppress(httpx.TransportError):
        work(base, stop)


def test_nothing_acknowledged_is_lost_by_two_kills(settings: Settings, serving: Serving, url: str) -> None:
    seen = Acknowledged()
    mp = {**ENCRYPTED, "mp_secret": "secret", "reply_seconds": 0.001}
    nowhere = {**mp, "mp_api": f"http://127.0.0.1:{free_port()}"}
    environment = {f"ZHENGCE_WECHAT_{name.upper()}": str(value) for name, value in nowhere.items()}
    environment |= {"ZHENGCE_SERVICE_DATABASE_URL": url, "ZHENGCE_SERVICE_TIMEOUT_SECONDS": "2"}
    for _ in range(2):
        stop, before = threading.Event(), seen.counts()
        with served(**environment) as (base, process), ThreadPoolExecutor(3) as pool:
            works = [
                pool.submit(beside, work, base, stop) for work in (seen.converse, seen.converse, seen.write)
            ]
            seen.wait(before)
            os.killpg(process.pid, signal.SIGKILL)
            stop.set()
            for work in works:
                work.result()
    with opened(url) as engine, Session(engine) as session:
        kept = set(session.scalars(select(FeedbackRow.id)))
        # Spares the test to wait for the killed leader's lease to end.
        session.execute(delete(LeaseRow))
        session.commit()
    assert seen.feedback <= kept
    platform = Platform()
    with (
        playing(platform) as api,
        running(settings, serving=serving, database_url=url, **{**mp, "mp_api": api}) as base,
        httpx.Client(base_url=base, timeout=30) as client,
    ):
        for key in seen.conversations:
            answers = {answer["id"] for answer in client.get(f"/v1/conversations/{key}").json()["answers"]}
            assert {answer for answer, place in seen.answers.items() if place == key} <= answers
        until = time.monotonic() + 60
        while not seen.users <= {user for user, _ in platform.sent} and time.monotonic() < until:
            time.sleep(0.1)
    assert seen.users - {user for user, _ in platform.sent} == set()
