"""The page that a link in a reply leads to."""

import httpx
import pytest

from assistant.service.store.database import open_database
from assistant.service.store.mailbox import Mailbox
from tests.service.conftest import PUBLIC, QUESTION
from tests.service.wechat import mp_phone, number


def test_the_page_shows_the_whole_answer_escaped(server: str) -> None:
    said = f"{QUESTION}<img src=x onerror=alert(1)>"
    content = mp_phone(server).send(f"user-{number()}", Content=said).content
    assert len(content.encode()) <= 2048
    path = content.rsplit(PUBLIC, 1)[1]
    assert len(path.removeprefix("/a/")) >= 32
    page = httpx.get(server + path)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"
    assert "360万元" in page.text
    assert "不超过300万元" in page.text
    assert "width=device-width" in page.text
    assert "<img" not in page.text
    assert "&lt;img" in page.text
    assert len(page.content) < 30_000


@pytest.mark.parametrize("page", ["x", "0" * 32, "%00", "a" * 500])
def test_a_page_that_is_not_there_says_so(server: str, page: str) -> None:
    gone = httpx.get(f"{server}/a/{page}")
    assert gone.status_code == 404
    assert "过期" in gone.text


def test_a_page_expires(server: str, channels_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = mp_phone(server).send(f"user-{number()}", Content=QUESTION).content.rsplit(PUBLIC, 1)[1]
    mailbox = Mailbox(open_database(channels_url))
    page = mailbox.page(path.removeprefix("/a/"))
    assert page is not None
    later = page[0].expires_at
    monkeypatch.setattr("assistant.service.store.mailbox._now", lambda: later.replace(year=later.year + 1))
    assert httpx.get(server + path).status_code == 404
