"""The callbacks of WeChat 公众号, 企业微信 applications and 智能机器人.

They are no part of the described API: only the platforms call them, and prove themselves by their signature.
"""

import hashlib
import json
import time
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from assistant.service.channels.envelope import Envelope
from assistant.service.channels.incoming import Channel, from_bot, from_xml
from assistant.service.channels.xml import read_fields, write_fields
from assistant.service.deps import PartsDep
from assistant.service.problems import Problem
from assistant.service.texts import compact

__all__ = ["router"]

router = APIRouter(prefix="/wechat", include_in_schema=False)

_Word = Annotated[str, Query(max_length=200)]
_Echo = Annotated[str, Query(max_length=4096)]


class _Signed:
    """The parameters that the platforms sign every request with."""

    def __init__(
        self,
        timestamp: _Word,
        nonce: _Word,
        signature: _Word = "",
        msg_signature: _Word = "",
        encrypt_type: _Word = "",
    ) -> None:
        self.timestamp = timestamp
        self.nonce = nonce
        self.signature = signature
        self.msg_signature = msg_signature
        self.encrypt_type = encrypt_type

    def stamp(self, channel: Channel, envelope: Envelope) -> str:
        """What is used once, for one message; in plain mode no signature covers the message itself."""
        covering = self.msg_signature if envelope.is_encrypted else ""
        return hashlib.sha256(compact([channel, self.timestamp, self.nonce, covering]).encode()).hexdigest()


SignedDep = Annotated[_Signed, Depends()]


@router.get("/mp")
async def verify_mp(parts: PartsDep, signed: SignedDep, echostr: _Echo) -> Response:
    """The check that the platform makes when the address is set."""
    _envelope(parts.channels.envelopes, Channel.MP).check(signed.signature, signed.timestamp, signed.nonce)
    return PlainTextResponse(echostr)


@router.post("/mp")
async def receive_mp(parts: PartsDep, signed: SignedDep, request: Request) -> Response:
    """A message or event of 公众号, plain or encrypted as it is set."""
    envelope = _envelope(parts.channels.envelopes, Channel.MP)
    if not envelope.is_encrypted:
        envelope.check(signed.signature, signed.timestamp, signed.nonce)
        fields = read_fields(await request.body())
    else:
        fields = await _opened_xml(envelope, signed, request)
    return await _taken(Channel.MP, envelope, fields, parts, signed, silence="success")


@router.get("/work")
async def verify_work(parts: PartsDep, signed: SignedDep, echostr: _Echo) -> Response:
    """The check that 企业微信 makes when the address is set: the word is encrypted."""
    return _echo(_envelope(parts.channels.envelopes, Channel.WORK), signed, echostr)


@router.post("/work")
async def receive_work(parts: PartsDep, signed: SignedDep, request: Request) -> Response:
    """A message or event of an application."""
    envelope = _envelope(parts.channels.envelopes, Channel.WORK)
    fields = await _opened_xml(envelope, signed, request)
    return await _taken(Channel.WORK, envelope, fields, parts, signed, silence="")


@router.get("/bot")
async def verify_bot(parts: PartsDep, signed: SignedDep, echostr: _Echo) -> Response:
    """The check that 企业微信 makes when the address of 智能机器人 is set."""
    return _echo(_envelope(parts.channels.envelopes, Channel.BOT), signed, echostr)


@router.post("/bot")
async def receive_bot(parts: PartsDep, signed: SignedDep, request: Request) -> Response:
    """A message, event or request for the rest of an answer."""
    envelope = _envelope(parts.channels.envelopes, Channel.BOT)
    body = _json(await request.body())
    sealed = body.get("encrypt") if isinstance(body, dict) else None
    data = _json(_opened(envelope, signed, sealed))
    reply = await parts.channels.desk.take(from_bot(data), signed.stamp(Channel.BOT, envelope))
    if not reply.text:
        return Response()
    stream = {"id": reply.stream, "finish": reply.is_whole, "content": reply.text}
    message: dict[str, Any] = {"msgtype": "stream", "stream": stream}
    if data["msgtype"] == "event":
        message = {"msgtype": "text", "text": {"content": reply.text}}
    sealed_reply = envelope.sealed_reply(compact(message))
    return JSONResponse(
        {
            "encrypt": sealed_reply["encrypt"],
            "msgsignature": sealed_reply["signature"],
            "timestamp": int(sealed_reply["timestamp"]),
            "nonce": sealed_reply["nonce"],
        }
    )


def _envelope(envelopes: dict[Channel, Envelope], channel: Channel) -> Envelope:
    if channel not in envelopes:
        raise Problem(404, "没有设置这个渠道，设置方法见 docs/wechat.md。", "channel_not_set")
    return envelopes[channel]


def _echo(envelope: Envelope, signed: _Signed, echostr: str) -> Response:
    return PlainTextResponse(_opened(envelope, signed, echostr))


def _opened(envelope: Envelope, signed: _Signed, sealed: Any) -> bytes:
    if not isinstance(sealed, str) or not sealed:
        raise Problem(400, "请求体里没有加密的消息。", "invalid_message")
    envelope.check(signed.msg_signature, signed.timestamp, signed.nonce, sealed)
    return envelope.open(sealed)


async def _opened_xml(envelope: Envelope, signed: _Signed, request: Request) -> dict[str, str]:
    outer = read_fields(await request.body())
    return read_fields(_opened(envelope, signed, outer.get("Encrypt")))


async def _taken(
    channel: Channel,
    envelope: Envelope,
    fields: dict[str, str],
    parts: PartsDep,
    signed: _Signed,
    *,
    silence: str,
) -> Response:
    """The reply to an opened message, `silence` where nothing is to be said at once."""
    reply = await parts.channels.desk.take(from_xml(channel, fields), signed.stamp(channel, envelope))
    return _xml_reply(envelope, fields, reply.text, silence)


def _xml_reply(envelope: Envelope, fields: dict[str, str], text: str, nothing: str) -> Response:
    if not text:
        return PlainTextResponse(nothing)
    message = write_fields(
        {
            "ToUserName": fields["FromUserName"],
            "FromUserName": fields.get("ToUserName", ""),
            "CreateTime": int(time.time()),
            "MsgType": "text",
            "Content": text,
        }
    )
    if envelope.is_encrypted:
        reply = envelope.sealed_reply(message)
        message = write_fields(
            {
                "Encrypt": reply["encrypt"],
                "MsgSignature": reply["signature"],
                "TimeStamp": int(reply["timestamp"]),
                "Nonce": reply["nonce"],
            }
        )
    return Response(message, media_type="application/xml")


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Problem(400, code="invalid_json") from error
