"""企业微信智能机器人: JSON callbacks and native streams."""

from typing import Any

import pytest

from tests.service.conftest import QUESTION
from tests.service.wechat import BotPhone, code


def test_a_question_is_answered_as_a_stream_that_is_whole(server: str) -> None:
    reply = BotPhone(server).send(msgtype="text", chattype="single", text={"content": QUESTION})
    assert reply["msgtype"] == "stream"
    assert reply["stream"]["finish"] is True
    assert "**" in reply["stream"]["content"]
    assert "300万元" in reply["stream"]["content"]


def test_the_rest_is_only_for_who_asked(server: str) -> None:
    phone = BotPhone(server)
    reply = phone.send(msgtype="text", text={"content": QUESTION})
    wanted = {"msgtype": "stream", "stream": {"id": reply["stream"]["id"]}}
    assert phone.send(**wanted) == reply
    assert phone.send(**{**wanted, "from": {"userid": "another"}}) is None
    assert phone.send(msgtype="stream", stream={"id": "unknown"}) is None


def test_in_a_group_the_call_is_left_out(server: str) -> None:
    group = {"chattype": "group", "chatid": "g"}
    said = BotPhone(server).send(msgtype="text", text={"content": "@政策助手 科技保险保费能补多少"}, **group)
    assert "科技保险" in said["stream"]["content"]
    mixed = {"msg_item": [{"msgtype": "image"}, {"msgtype": "text", "text": {"content": QUESTION}}]}
    said = BotPhone(server).send(msgtype="mixed", mixed=mixed, **group)
    assert "300万元" in said["stream"]["content"]


def test_entering_is_welcomed_and_pictures_are_not_understood(server: str) -> None:
    entered = BotPhone(server).send(msgtype="event", event={"eventtype": "enter_chat"})
    assert entered == {"msgtype": "text", "text": {"content": entered["text"]["content"]}}
    assert "您好" in entered["text"]["content"]
    assert BotPhone(server).send(msgtype="event", event={"eventtype": "feedback_event"}) is None
    assert "文字" in BotPhone(server).send(msgtype="image", image={"url": "x"})["stream"]["content"]


@pytest.mark.parametrize("data", [[], "a", {}, {"from": "u"}, {"from": {"userid": "u"}, "msgtype": "text"}])
def test_what_is_no_message_is_refused(server: str, data: Any) -> None:
    assert code(BotPhone(server).post(data), 400) == "invalid_message"
