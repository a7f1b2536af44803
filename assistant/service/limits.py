"""How often each client may ask: counted in this process, or in Redis by all processes together."""

import hashlib
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

from redis.asyncio import Redis
from redis.exceptions import RedisError

__all__ = ["Limit", "RateLimit", "SharedRateLimit", "open_limit"]

_MOST_CLIENTS = 10_000
_REDIS_SECONDS = 0.25
_WITHOUT_REDIS_SECONDS = 5.0

_log = logging.getLogger(__name__)

# By the clock of Redis, so that the clocks of hosts need not agree; one script, so that nothing comes between.
_BUCKET = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1e6
local most = tonumber(ARGV[1])
local bucket = redis.call('HMGET', KEYS[1], 'left', 'at')
local left = math.min(most, (tonumber(bucket[1]) or most) + (now - (tonumber(bucket[2]) or now)) * most / 60)
local wait = 0
if left >= 1 then left = left - 1 else wait = (1 - left) * 60 / most end
redis.call('HSET', KEYS[1], 'left', tostring(left), 'at', string.format('%.6f', now))
redis.call('EXPIRE', KEYS[1], 120)
return tostring(wait)
"""


class Limit(Protocol):
    """A bucket of requests for each client, refilled evenly over a minute. Used by the event loop alone."""

    async def wait(self, client: str, per_minute: int) -> float:
        """0 where the client may go on, which counts; else the seconds until it may. 0 a minute is no limit."""

    async def close(self) -> None:
        """Release what it holds."""


class RateLimit:
    """Counted in this process. The clients seen longest ago are forgotten."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    async def wait(self, client: str, per_minute: int) -> float:
        """See `Limit`."""
        if per_minute == 0:
            return 0.0
        now = self._clock()
        left, then = self._buckets.pop(client, (float(per_minute), now))
        left = min(float(per_minute), left + (now - then) * per_minute / 60)
        allowed = left >= 1
        self._buckets[client] = (left - 1 if allowed else left, now)
        if len(self._buckets) > _MOST_CLIENTS:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - left) * 60 / per_minute

    async def close(self) -> None:
        """Nothing to release."""


class SharedRateLimit:
    """Counted in Redis. While that does not answer, this process counts by itself and asks again later."""

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._redis = Redis.from_url(
            url, socket_timeout=_REDIS_SECONDS, socket_connect_timeout=_REDIS_SECONDS
        )
        self._bucket = self._redis.register_script(_BUCKET)
        self._own = RateLimit(clock)
        self._clock = clock
        self._ask_again = 0.0

    async def wait(self, client: str, per_minute: int) -> float:
        """See `Limit`."""
        if per_minute == 0:
            return 0.0
        if self._clock() >= self._ask_again:
            name = f"zhengce:rate:{hashlib.sha256(client.encode()).hexdigest()[:32]}"
            try:
                return float(await self._bucket(keys=[name], args=[per_minute]))
            except RedisError as error:
                self._ask_again = self._clock() + _WITHOUT_REDIS_SECONDS
                _log.warning("Redis does not answer, rates are counted by this process alone: %s", error)
        return await self._own.wait(client, per_minute)

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()


def open_limit(redis_url: str) -> Limit:
    """The limit that the settings ask for; nothing is connected yet."""
    return SharedRateLimit(redis_url) if redis_url else RateLimit()
