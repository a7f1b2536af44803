"""公众号 and 企业微信: messages that wechatpy built, and replies that wechatpy reads."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.bootstrap import Serving
from assistant.settings import Settings
from tests.service.conftest import FOLLOW_UP, PUBLIC, QUESTION, running
from tests.service.wechat import (
    ACCOUNT,
    CORP_ID,
    PLAIN,
    BotPhone,
    Phone,
    code,
    message,
    mp_phone,
    number,
    signed,
    work_phone,
)


@pytest.fixture(scope="module")
def plain_server(
    settings: Settings, serving: Serving, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A server of an account in plain mode, with nothing else set."""
    path = tmp_path_factory.mktemp("plain") / "service.sqlite3"
    with running(settings, serving=serving, database_url=f"sqlite:///{path}", **PLAIN) as base:
        yield base


@pytest.fixture(params=["plain", "encrypted", "work"])
def phone(request: pytest.FixtureRequest) -> Phone:
    if request.param == "plain":
        return Phone(request.getfixturevalue("plain_server"))
    base = request.getfixturevalue("server")
    return mp_phone(base) if request.param == "encrypted" else work_phone(base)


def test_a_question_is_answered_to_who_asked_within_the_size(phone: Phone) -> None:
    reply = phone.send("user", Content=QUESTION)
    assert (reply.type, reply.source, reply.target) == ("text", ACCOUNT, "user")
    assert "300万元" in reply.content
    assert "第十一条" in reply.content
    assert "**" not in reply.content
    assert "\n> " not in reply.content
    assert len(reply.content.encode()) <= 2048
    assert abs(reply.time - time.time()) < 60


def test_a_follow_up_is_understood_from_the_conversation(phone: Phone) -> None:
    user = f"user-{number()}"
    phone.send(user, Content=QUESTION)
    assert "240万元" in phone.send(user, Content=FOLLOW_UP).content
    assert "240万元" not in phone.send(f"other-{number()}", Content=FOLLOW_UP).content


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("event", {"Event": "subscribe"}, "您好"),
        ("event", {"Event": "CLICK", "EventKey": "科技保险保费能补多少"}, "科技保险"),
        ("event", {"Event": "CLICK", "EventKey": "帮助"}, "您好"),
        ("voice", {"Recognition": "科技保险保费能补多少？", "MediaId": "m"}, "科技保险"),
        ("voice", {"MediaId": "m"}, "文字"),
        ("image", {"PicUrl": "http://x/1.jpg", "MediaId": "m"}, "文字"),
        ("location", {"Location_X": "1"}, "文字"),
        ("text", {"Content": "  "}, "您好"),
        ("text", {"Content": "<script>alert(1)</script>"}, "无法回答"),
    ],
)
def test_every_kind_of_message_has_its_reply(
    phone: Phone, kind: str, fields: dict[str, str], words: str
) -> None:
    assert words in phone.send("kinds", kind, **fields).content


@pytest.mark.parametrize("event", ["VIEW", "LOCATION", "TEMPLATESENDJOBFINISH", "anything"])
def test_other_events_are_acknowledged(phone: Phone, event: str) -> None:
    assert phone.send("user", "event", Event=event) is None


def test_a_message_is_answered_once_however_often_it_comes(phone: Phone) -> None:
    user = f"user-{number()}"
    body = message(user, Content=QUESTION)
    with ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(lambda _: phone.read(phone.deliver(body)), range(4)))
    said = {reply.content for reply in replies if reply is not None and "多算一会儿" not in reply.content}
    assert len(said) == 1
    again = phone.read(phone.deliver(body))
    assert again.content in said


def test_what_a_replay_brings_is_refused(plain_server: str) -> None:
    phone = Phone(plain_server)
    params = phone.params()
    body = message("user", Content=QUESTION)
    assert phone.read(phone.deliver(body, params)) is not None
    assert phone.read(phone.deliver(body, params)) is not None
    forged = message("user", Content="科技保险保费能补多少")
    assert code(phone.deliver(forged, params), 403) == "replayed"
    assert code(phone.deliver(forged, {**params, "msg_signature": "x"}), 403) == "replayed"


def test_what_is_old_or_wrongly_signed_is_refused(phone: Phone) -> None:
    body = message("user", Content=QUESTION)
    assert code(phone.deliver(body, phone.params(time.time() - 3600)), 403) == "stale"
    assert code(phone.deliver(body, phone.params(time.time() + 3600)), 403) == "stale"
    params = phone.params()
    if phone.crypto is not None:
        body, params = phone.sealed(body, params)
    wrong = {**params, "signature": "0" * 40, "msg_signature": "0" * 40}
    assert code(httpx.post(phone.url, params=wrong, content=body.encode()), 403) == "wrong_signature"


def test_an_encrypted_account_takes_nothing_plain(server: str) -> None:
    assert code(Phone(server).deliver(message("user", Content=QUESTION)), 400) == "invalid_message"


def test_a_tampered_message_is_refused(server: str) -> None:
    phone = mp_phone(server)
    body, params = phone.sealed(message("user", Content=QUESTION), phone.params())
    place = body.index("CDATA[") + 40
    changed = body[:place] + ("A" if body[place] != "A" else "B") + body[place + 1 :]
    assert code(httpx.post(phone.url, params=params, content=changed.encode()), 403) == "wrong_signature"


def bombs() -> dict[str, str]:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    file = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    known = "<FromUserName>u</FromUserName><MsgType>text</MsgType><Content>{}</Content>"
    return {
        "a file": f"{file}<xml>{known.format('&f;')}</xml>",
        "a billion laughs": f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><xml>{known.format("&l9;")}</xml>',
        "a document type": f'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><xml>{known.format("a")}</xml>',
        "an unknown entity": f"<xml>{known.format('&f;')}</xml>",
        "another encoding": f'<?xml version="1.0" encoding="utf-7"?><xml>{known.format("a")}</xml>',
        "no end": "<xml><MsgType>text",
        "nothing": "",
        "no XML": "{}",
        "no sender": "<xml><MsgType>text</MsgType><Content>a</Content></xml>",
        "a sender too long": f"<xml><FromUserName>{'u' * 500}</FromUserName><MsgType>text</MsgType></xml>",
        "depth": "<a>" * 20_000,
    }


@pytest.mark.parametrize("bomb", bombs().values(), ids=bombs().keys())
def test_hostile_xml_is_refused_at_once(phone: Phone, bomb: str) -> None:
    started = time.monotonic()
    response = phone.deliver(bomb)
    assert response.status_code == 400, response.text
    assert "root:" not in response.text
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("chunked", [False, True])
def test_an_oversized_message_is_refused(phone: Phone, chunked: bool) -> None:
    big = message("user", Content="补" * 200_000).encode()
    content: Any = iter([big[:300_000], big[300_000:]]) if chunked else big
    assert code(httpx.post(phone.url, params=phone.params(), content=content, timeout=30), 413) == "too_large"


def test_the_address_is_verified(server: str, plain_server: str) -> None:
    params = Phone(plain_server).params()
    for base in (plain_server, server):
        echo = httpx.get(f"{base}/wechat/mp", params={**params, "echostr": "5838"})
        assert (echo.status_code, echo.text) == (200, "5838")
    wrong = httpx.get(f"{server}/wechat/mp", params={**params, "nonce": "x", "echostr": "1"})
    assert code(wrong, 403) == "wrong_signature"
    for path, crypto in (("work", work_phone(server).crypto), ("bot", BotPhone(server).crypto)):
        timestamp, nonce = str(int(time.time())), number()
        sealed = (
            crypto.encrypt_message("1616140317555161061", nonce, timestamp).split("CDATA[")[1].split("]]>")[0]
        )
        asked = {"timestamp": timestamp, "nonce": nonce, "echostr": sealed}
        asked["msg_signature"] = signed(timestamp, nonce, sealed)
        echo = httpx.get(f"{server}/wechat/{path}", params=asked)
        assert (echo.status_code, echo.text) == (200, "1616140317555161061")
        refused = httpx.get(f"{server}/wechat/{path}", params={**asked, "nonce": "x"})
        assert code(refused, 403) == "wrong_signature"


def test_a_channel_that_is_not_set_is_not_there(plain_server: str) -> None:
    assert code(work_phone(plain_server).deliver(message("u", Content="a")), 404) == "channel_not_set"
    assert code(BotPhone(plain_server).post({}), 404) == "channel_not_set"


def test_who_leaves_is_forgotten(server: str) -> None:
    phone, user = mp_phone(server), f"user-{number()}"
    link = phone.send(user, Content=QUESTION).content.rsplit(PUBLIC, 1)[1]
    assert httpx.get(server + link).status_code == 200
    assert phone.send(user, "event", Event="unsubscribe") is None
    assert httpx.get(server + link).status_code == 404
    assert "240万元" not in phone.send(user, Content=FOLLOW_UP).content


def test_the_account_of_work_is_its_corporation(server: str) -> None:
    phone = work_phone(server)
    reply = phone.read(phone.deliver(message("user", target=CORP_ID, Content=QUESTION)))
    assert (reply.source, reply.target) == (CORP_ID, "user")


def test_two_accounts_may_use_the_same_message_numbers(server: str, tmp_path: Path) -> None:
    body = {"MsgId": number(), "Content": QUESTION}
    first = mp_phone(server).send("user", **body)
    second = work_phone(server).send("user", **{**body, "Content": "科技保险保费能补多少"})
    assert first.content != second.content
