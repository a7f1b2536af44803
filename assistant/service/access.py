"""Who asks, and whether it may: keys, their scopes, rates and quotas."""

import asyncio
import hashlib
import hmac
import ipaddress
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from assistant.service.keys import Scope, beijing_day, id_of, is_key, seconds_to_next_day
from assistant.service.limits import Limit
from assistant.service.problems import Problem
from assistant.service.settings import ServiceSettings
from assistant.service.store.keyring import Keyring
from assistant.service.store.tables import KeyRow

__all__ = ["LOCAL", "Access", "Caller", "Owner", "is_loopback", "owner_of_key"]

LOCAL = "local"
"""The owner of everything where no keys are set."""

Owner = str

_LOOK_SECONDS = 2.0
_ALL = frozenset(Scope)
_SAYS = {
    Scope.ASK: "提问、会话和反馈",
    Scope.READ: "检索、条文、规则、计算和匹配",
    Scope.ADMIN: "运行指标",
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: whose data it sees and what it may do."""

    owner: Owner
    scopes: frozenset[Scope] = _ALL
    rate_limit: int | None = None
    daily_quota: int = 0


class Access:
    """Tells callers by their keys: those of the settings, and those that `zhengce keys` made.

    What a key is, is looked up again after two seconds: so late does a process hear that it was revoked.
    Used by the event loop alone.
    """

    def __init__(
        self,
        settings: ServiceSettings,
        keyring: Keyring,
        rate: Limit,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._keyring = keyring
        self._clock = clock
        self._rate = rate
        self._fixed = [key.get_secret_value() for key in settings.api_keys]
        self._rows: dict[str, tuple[KeyRow, float]] = {}
        self._is_keyed = bool(self._fixed)
        self._look_again = -math.inf

    async def identify(self, given: str, address: str, reached: str) -> Caller:
        """The caller with this key from this address, when it may ask now.

        `reached` is our own address that the request came to. Raises Problem 401 for a wrong key or none, 429
        for too many requests, and SQLAlchemyError.
        """
        caller = self._of_settings(given) or await self._of_keyring(given)
        limit = self._settings.rate_limit
        if caller is not None and caller.rate_limit is not None:
            limit = caller.rate_limit
        seconds = await self._rate.wait(caller.owner if caller else address, limit)
        if seconds:
            wait = math.ceil(seconds)
            raise Problem(429, f"请求太频繁，请 {wait} 秒后再试。", retry_after=wait)
        if caller is None and await self._is_needed(reached):
            said = "密钥不对" if given else "没有带密钥"
            raise Problem(401, f"{said}。请在请求头里写 Authorization: Bearer 密钥。")
        return caller or Caller(LOCAL)

    def allow(self, caller: Caller, scope: Scope) -> None:
        """Raise Problem 403 unless the caller has this scope."""
        if scope not in caller.scopes:
            detail = f"这个密钥没有权限 {scope}（{_SAYS[scope]}）。请用有这项权限的密钥。"
            raise Problem(403, detail, "scope_missing")

    async def spend(self, caller: Caller) -> None:
        """Count a question towards the caller's quota; raises Problem 429 where that is used up."""
        if caller.daily_quota and not await asyncio.to_thread(
            self._keyring.spend, caller.owner, beijing_day(), caller.daily_quota
        ):
            detail = f"今天的 {caller.daily_quota} 次提问已经用完，北京时间零点以后再试。"
            raise Problem(429, detail, "quota_exceeded", retry_after=seconds_to_next_day())

    async def give_back(self, caller: Caller) -> None:
        """Uncount a question that was not answered."""
        if caller.daily_quota:
            await asyncio.to_thread(self._keyring.give_back, caller.owner, beijing_day())

    def _of_settings(self, given: str) -> Caller | None:
        said = given.encode()
        known = [key for key in self._fixed if hmac.compare_digest(key.encode(), said)]
        return Caller(owner_of_key(known[0])) if known else None

    async def _of_keyring(self, given: str) -> Caller | None:
        name = id_of(given)
        row = None if name is None else await self._row(name)
        if row is None or not is_key(given, row.digest):
            return None
        if row.revoked_at is not None:
            raise Problem(401, "这个密钥已经作废，请换一个。", "key_revoked")
        if row.expires_at is not None and row.expires_at <= datetime.now(UTC):
            raise Problem(401, "这个密钥已经过期，请换一个。", "key_expired")
        return Caller(row.owner, frozenset(map(Scope, row.scopes)), row.rate_limit, row.daily_quota)

    async def _row(self, name: str) -> KeyRow | None:
        row, until = self._rows.get(name, (None, -math.inf))
        if self._clock() >= until:
            row = await asyncio.to_thread(self._keyring.find, name)
            if row is not None:
                self._rows[name] = (row, self._clock() + _LOOK_SECONDS)
        return row

    async def _is_needed(self, reached: str) -> bool:
        """Whether a key must be given: there is one, or the request came over a network unasked."""
        if not self._is_keyed and self._clock() >= self._look_again:
            self._is_keyed = not await asyncio.to_thread(self._keyring.is_empty)
            self._look_again = self._clock() + _LOOK_SECONDS
        return self._is_keyed or not (self._settings.open_access or is_loopback(reached))


def owner_of_key(key: str) -> Owner:
    """The name under which the data of a key of the settings is kept; the key cannot be had from it."""
    return "key-" + hashlib.sha256(key.encode()).hexdigest()[:32]


def is_loopback(host: str) -> bool:
    """Whether an address cannot be reached from another machine; a path is a socket on this one."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.startswith("/")
