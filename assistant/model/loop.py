"""One event loop in a thread of its own, on which requests to the model run and can be cut off."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import TimeoutError as FutureTimeout
from functools import cache
from typing import Any, TypeVar

from corpus.errors import ModelFault

__all__ = ["run_within"]

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


# The connections that the client keeps belong to the loop on which they were opened: there is one for good.
@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="model", daemon=True).start()
    return loop
