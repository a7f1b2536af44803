"""What a user sent, whichever platform brought it."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from assistant.service.problems import Problem
from assistant.service.texts import clean, compact

__all__ = ["Channel", "Incoming", "Kind", "from_bot", "from_xml"]

_LONGEST_USER = 200
_HELP = {"帮助", "help", "?", "？"}
_CALLED = re.compile(r"^@\S+\s+")


class Channel(StrEnum):
    """A way by which users reach us; their conversations and answers belong to it."""

    MP = "wechat-mp"
    WORK = "wework-app"
    BOT = "wework-bot"


class Kind(StrEnum):
    """What is to be done with a message."""

    ASKED = "asked"
    WELCOMED = "welcomed"
    LEFT = "left"
    REFRESHED = "refreshed"
    UNSUPPORTED = "unsupported"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message: `key` is the same for every delivery of it, `account` is ours that it was sent to.

    `text` is the question, or of a refresh the stream that is meant.
    """

    channel: Channel
    account: str
    user: str
    key: str
    kind: Kind
    text: str = ""


def from_xml(channel: Channel, fields: Mapping[str, str]) -> Incoming:
    """A message of 公众号 or a 企业微信 application; raises Problem 400 where its parties are missing."""
    kind, text = _meant(fields)
    key = fields.get("MsgId") or compact(sorted(fields.items()))
    return _incoming(channel, fields.get("ToUserName", ""), fields.get("FromUserName", ""), key, (kind, text))


def from_bot(data: Any) -> Incoming:
    """A message of 智能机器人; raises Problem 400 where it is not of its form."""
    try:
        user = data["from"]["userid"]
        if data.get("chattype") == "group":
            user = f"{data['chatid']}/{user}"
        meant = _meant_for_bot(data)
        key = data.get("msgid") or compact(data)
        return _incoming(Channel.BOT, str(data.get("aibotid", "")), clean(user), clean(str(key)), meant)
    except (KeyError, TypeError, AttributeError) as error:
        raise Problem(400, "不是智能机器人的消息。", "invalid_message") from error


def _incoming(channel: Channel, account: str, user: str, key: str, meant: tuple[Kind, str]) -> Incoming:
    if not user or len(user) > _LONGEST_USER:
        raise Problem(400, "消息里没有发送者。", "invalid_message")
    kind, text = meant[0], meant[1].strip()
    if kind is Kind.ASKED and (not text or text.lower() in _HELP):
        kind = Kind.WELCOMED
    digest = hashlib.sha256(compact([channel, account, key]).encode()).hexdigest()
    return Incoming(channel, account, user, digest, kind, text)


def _meant(fields: Mapping[str, str]) -> tuple[Kind, str]:
    match fields.get("MsgType", "").lower():
        case "text":
            return Kind.ASKED, fields.get("Content", "")
        case "voice" if fields.get("Recognition"):
            return Kind.ASKED, fields["Recognition"]
        case "event":
            match fields.get("Event", "").lower():
                case "subscribe":
                    return Kind.WELCOMED, ""
                case "unsubscribe":
                    return Kind.LEFT, ""
                case "click":
                    return Kind.ASKED, fields.get("EventKey", "")
            return Kind.IGNORED, ""
    return Kind.UNSUPPORTED, ""


def _meant_for_bot(data: Mapping[str, Any]) -> tuple[Kind, str]:
    match data["msgtype"]:
        case "text" | "voice" as kind:
            return Kind.ASKED, _CALLED.sub("", clean(data[kind]["content"]))
        case "mixed":
            said = [clean(item["text"]["content"]) for item in data["mixed"]["msg_item"] if "text" in item]
            return (Kind.ASKED, _CALLED.sub("", "\n".join(said))) if said else (Kind.UNSUPPORTED, "")
        case "stream":
            return Kind.REFRESHED, clean(data["stream"]["id"])
        case "event":
            entered = data["event"]["eventtype"] == "enter_chat"
            return (Kind.WELCOMED if entered else Kind.IGNORED), ""
    return Kind.UNSUPPORTED, ""
