"""The platforms' API: access tokens, and messages pushed to users."""

import asyncio
import json
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import httpx

from assistant.service.channels.incoming import Channel

__all__ = ["MpPlatform", "Platform", "Pushed", "Verdict", "WorkPlatform"]

_TIMEOUT_SECONDS = 5.0
_EARLY_SECONDS = 300
_WORN = {40001, 40014, 42001}
# 45015: the user has not written for 48 hours; 45047: too many messages since the user wrote.
_UNTIL_THE_USER_WRITES = {45015, 45047}
# The user is unknown, has left, or may not use the application.
_NOBODY = {40003, 40031, 43004, 46004, 60011, 60111, 81013}


class Verdict(StrEnum):
    """What became of a push."""

    SENT = "sent"
    AGAIN = "again"
    UNREACHABLE = "unreachable"
    PARKED = "parked"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Pushed:
    """A verdict and, where it is not SENT, the reason; without any secret."""

    verdict: Verdict
    reason: str = ""


class Platform(ABC):
    """One account at one platform; used by one event loop."""

    channel: Channel

    def __init__(self, api: str, client: httpx.AsyncClient | None = None) -> None:
        self._client = client or httpx.AsyncClient(base_url=api, timeout=_TIMEOUT_SECONDS)
        self._lock = asyncio.Lock()
        self._token = ""
        self._token_until = 0.0

    async def push(self, user: str, text: str) -> Pushed:
        """Send a text to a user; a worn token is renewed once."""
        try:
            token = await self._fresh_token("")
            code, answer = await self._send(token, user, text)
            if code in _WORN:
                code, answer = await self._send(await self._fresh_token(token), user, text)
        except httpx.HTTPError as error:
            return Pushed(Verdict.UNREACHABLE, type(error).__name__)
        except _Refusal as error:
            return Pushed(Verdict.AGAIN, str(error))
        reason = f"{code} {answer.get('errmsg', '')}"
        if code == 0:
            lost = answer.get("invaliduser")
            return Pushed(Verdict.REFUSED, f"invaliduser {lost}") if lost else Pushed(Verdict.SENT)
        if code in _UNTIL_THE_USER_WRITES:
            return Pushed(Verdict.PARKED, reason)
        return Pushed(Verdict.REFUSED if code in _NOBODY else Verdict.AGAIN, reason)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    @abstractmethod
    def _token_request(self, is_worn: bool) -> httpx.Request:
        """The request for an access token; the one before may be `is_worn`, refused before its time."""

    @abstractmethod
    def _send_path(self) -> str:
        """Where messages are posted."""

    @abstractmethod
    def _message(self, user: str, text: str) -> Mapping[str, Any]:
        """A text message."""

    async def _fresh_token(self, worn: str) -> str:
        """The token kept, unless it is `worn` or about to expire; tasks that wait share what one fetched."""
        async with self._lock:
            if self._token in ("", worn) or time.monotonic() > self._token_until:
                is_worn = bool(worn) and worn == self._token
                code, answer = await self._call(self._token_request(is_worn))
                if code or not isinstance(answer.get("access_token"), str):
                    raise _Refusal(f"access_token：{code} {answer.get('errmsg', '')}")
                self._token = answer["access_token"]
                lasts = float(answer.get("expires_in", 7200))
                self._token_until = time.monotonic() + max(lasts - _EARLY_SECONDS, lasts / 2)
            return self._token

    async def _send(self, token: str, user: str, text: str) -> tuple[int, Mapping[str, Any]]:
        # 公众号 shows \uXXXX as it stands.
        content = json.dumps(self._message(user, text), ensure_ascii=False).encode()
        return await self._call(
            self._client.build_request(
                "POST",
                self._send_path(),
                params={"access_token": token},
                content=content,
                headers={"Content-Type": "application/json"},
            )
        )

    async def _call(self, request: httpx.Request) -> tuple[int, Mapping[str, Any]]:
        response = await self._client.send(request)
        try:
            answer = response.json() if response.status_code == 200 else None
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise _Refusal(f"HTTP {response.status_code}")
        code = answer.get("errcode", 0)
        return (code if isinstance(code, int) else -1), answer


class MpPlatform(Platform):
    """公众号: customer-service messages."""

    channel = Channel.MP

    def __init__(self, api: str, app_id: str, secret: str) -> None:
        super().__init__(api)
        self._app_id = app_id
        self._secret = secret

    def _token_request(self, is_worn: bool) -> httpx.Request:
        # Asked by several processes, this gives all of them the same token.
        asked = {"grant_type": "client_credential", "appid": self._app_id, "secret": self._secret}
        return self._client.build_request(
            "POST", "/cgi-bin/stable_token", json={**asked, "force_refresh": is_worn}
        )

    def _send_path(self) -> str:
        return "/cgi-bin/message/custom/send"

    def _message(self, user: str, text: str) -> Mapping[str, Any]:
        return {"touser": user, "msgtype": "text", "text": {"content": text}}


class WorkPlatform(Platform):
    """企业微信: messages of an application; the platform drops one that is repeated within half an hour."""

    channel = Channel.WORK

    def __init__(self, api: str, corp_id: str, agent_id: int, secret: str) -> None:
        super().__init__(api)
        self._agent_id = agent_id
        self._asked = {"corpid": corp_id, "corpsecret": secret}

    def _token_request(self, is_worn: bool) -> httpx.Request:
        return self._client.build_request("GET", "/cgi-bin/gettoken", params=self._asked)

    def _send_path(self) -> str:
        return "/cgi-bin/message/send"

    def _message(self, user: str, text: str) -> Mapping[str, Any]:
        return {
            "touser": user,
            "msgtype": "text",
            "agentid": self._agent_id,
            "text": {"content": text},
            "enable_duplicate_check": 1,
            "duplicate_check_interval": 1800,
        }


class _Refusal(Exception):
    """The platform answered, but not with what was asked for."""
