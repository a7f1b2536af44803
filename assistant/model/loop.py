"""One event loop in a thread of its own, on which requests to the model run and can be cut off."""

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import TimeoutError as FutureTimeout
from functools import cache
from typing import Any, TypeVar

from corpus.errors import ModelFault

__all__ = ["Tell", "run_heard", "run_within"]

Tell = Callable[[str], None]
"""Hears what a model has written so far."""

_T = TypeVar("_T")
_GRACE_SECONDS = 0.5


def run_within(seconds: float, work: Coroutine[Any, Any, _T]) -> _T:
    """What `work` returns or raises, with TimeoutError or ModelFault after `seconds`; its connections are closed."""
    future = asyncio.run_coroutine_threadsafe(asyncio.wait_for(work, seconds), _loop())
    try:
        return future.result(seconds + _GRACE_SECONDS)
    except FutureTimeout:
        future.cancel()
        raise ModelFault("timeout", "大模型没有在限定的时间里回答") from None


def run_heard(seconds: float, work: Callable[[Tell], Coroutine[Any, Any, _T]], hear: Tell) -> _T:
    """What `run_within` gives for `work`, whose words `hear` is told in this thread; what that raises ends it."""
    told: queue.Queue[str | None] = queue.Queue()
    future = asyncio.run_coroutine_threadsafe(asyncio.wait_for(work(told.put), seconds), _loop())
    future.add_done_callback(lambda _: told.put(None))
    until = time.monotonic() + seconds + _GRACE_SECONDS
    try:
        while (text := told.get(timeout=max(0.0, until - time.monotonic()))) is not None:
            hear(text)
        return future.result(0)
    except (queue.Empty, FutureTimeout):
        raise ModelFault("timeout", "大模型没有在限定的时间里回答") from None
    finally:
        future.cancel()


# The connections that the client keeps belong to the loop on which they were opened: there is one for good.
@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="model", daemon=True).start()
    return loop
