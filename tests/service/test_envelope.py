"""Signature and encryption against wechatpy's, and everything that is not ours refused."""

import base64
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto
from wechatpy.enterprise.crypto import WeChatCrypto as WorkCrypto

from assistant.service.channels.envelope import Envelope
from assistant.service.channels.wording import cut, plain
from assistant.service.channels.xml import read_fields, write_fields
from assistant.service.problems import Problem
from assistant.service.texts import clean
from tests.service.wechat import AES_KEY, APP_ID, TOKEN, httpx_fields

NOW = 1_800_000_000
ENVELOPE = Envelope(TOKEN, AES_KEY, APP_ID, 300, clock=lambda: NOW)
THEIRS = WeChatCrypto(TOKEN, AES_KEY, APP_ID)


def sealed_by_them(text: str, crypto: WeChatCrypto = THEIRS) -> dict[str, str]:
    return httpx_fields(crypto.encrypt_message(text, "nonce", str(NOW)))


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_what_one_side_seals_the_other_opens(text: str) -> None:
    theirs = sealed_by_them(text)
    ENVELOPE.check(theirs["MsgSignature"], str(NOW), "nonce", theirs["Encrypt"])
    assert ENVELOPE.open(theirs["Encrypt"]).decode() == text
    ours = ENVELOPE.sealed_reply(text)
    xml = f"<xml><Encrypt>{ours['encrypt']}</Encrypt></xml>"
    assert THEIRS.decrypt_message(xml, ours["signature"], ours["timestamp"], ours["nonce"]) == text


def test_a_bot_has_no_receiver() -> None:
    bot = Envelope(TOKEN, AES_KEY, "", 300)
    assert bot.open(sealed_by_them("好", WorkCrypto(TOKEN, AES_KEY, ""))["Encrypt"]).decode() == "好"


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(Problem) as raised:
        call()
    assert raised.value.status_code == 403
    return raised.value.code


@pytest.mark.parametrize("signature", ["", "0" * 40, "é", "x" * 10_000])
def test_a_wrong_signature_is_refused(signature: str) -> None:
    assert refused(lambda: ENVELOPE.check(signature, str(NOW), "nonce")) == "wrong_signature"


@pytest.mark.parametrize("timestamp", [str(NOW - 301), str(NOW + 301), "", "-1", "1e9", "１８", "9" * 40])
def test_what_is_not_fresh_is_refused(timestamp: str) -> None:
    signature = ENVELOPE.sign(timestamp, "nonce")
    assert refused(lambda: ENVELOPE.check(signature, timestamp, "nonce")) == "stale"


def test_every_changed_byte_is_noticed() -> None:
    theirs = sealed_by_them("三百万元")
    raw = bytearray(base64.b64decode(theirs["Encrypt"]))
    for place in range(len(raw)):
        changed = bytearray(raw)
        changed[place] ^= 1
        text = base64.b64encode(changed).decode()
        code = refused(lambda text=text: ENVELOPE.check(theirs["MsgSignature"], str(NOW), "nonce", text))
        assert code == "wrong_signature"


@pytest.mark.parametrize(
    "sealed",
    [
        "",
        "!",
        "补贴",
        base64.b64encode(b"short").decode(),
        base64.b64encode(bytes(32)).decode(),
        base64.b64encode(bytes(4096)).decode(),
        sealed_by_them("好", WeChatCrypto(TOKEN, AES_KEY, "wx-another"))["Encrypt"],
        sealed_by_them("好", WeChatCrypto(TOKEN, AES_KEY[::-1], APP_ID))["Encrypt"],
    ],
    ids=range(8),
)
def test_what_is_sealed_with_another_key_or_for_another_is_refused(sealed: str) -> None:
    assert refused(lambda: ENVELOPE.open(sealed)) == "cannot_decrypt"


def test_signatures_are_compared_without_a_shortcut(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[bytes] = []

    def compare(one: bytes, other: bytes) -> bool:
        compared.append(one)
        return one == other

    monkeypatch.setattr("hmac.compare_digest", compare)
    now = str(int(time.time()))
    envelope = Envelope(TOKEN, "", "", 300)
    envelope.check(envelope.sign(now, "n"), now, "n")
    assert compared


@pytest.mark.parametrize("text", ["a]]>b", "]]>]]>", "<x/>&amp;", "\x00\x0b补", "😀"])
def test_what_is_written_as_xml_is_read_again(text: str) -> None:
    assert read_fields(write_fields({"Content": text, "Time": 1}).encode()) == {
        "Content": clean(text),
        "Time": "1",
    }


@pytest.mark.parametrize("most", range(80, 120))
def test_a_text_is_cut_between_characters(most: int) -> None:
    said = cut("补贴😀" * 50, most, "全文：https://a.cn/a/x")
    assert len(said.encode()) <= most
    assert len(said.encode()) > most - 4
    assert said.endswith("……\n\n全文：https://a.cn/a/x")
    assert "补贴😀补贴😀" in said
    assert cut("短", most, "尾") == "短\n\n尾"


def test_markdown_is_taken_off() -> None:
    said = plain("**能得 300万元。**\n\n\n\n> (一)甲  \n> 乙\n\n- 一\n  - 二\n3 * 5 = 15")
    assert said == "能得 300万元。\n\n(一)甲\n乙\n\n· 一\n  · 二\n3 * 5 = 15"
