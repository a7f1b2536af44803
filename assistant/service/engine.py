"""The loaded index and the threads that compute on it."""

import asyncio
import contextvars
import gc
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from assistant.bootstrap import Serving, build_serving
from assistant.embedding import open_embedder
from assistant.service.problems import Problem
from assistant.service.settings import ServiceSettings
from assistant.settings import Settings
from corpus.errors import IndexBroken, IndexMissing, ZhengceError
from indexer.embeddings import Embedder
from indexer.index import SearchIndex

__all__ = ["Engine"]

_T = TypeVar("_T")
_LOOK_SECONDS = 1.0
_RETRY_SECONDS = 10.0
_GLANCE_SECONDS = 0.05
_WARMING = "首创产品能补多少"

_log = logging.getLogger(__name__)


class Engine:
    """Loads the current index in the background, and computes on it in a few threads.

    A version that is built later is loaded beside the one that serves and takes its place when it is ready;
    work that began on the old one ends on it. The event loop only hands work over and waits.
    """

    def __init__(
        self, settings: Settings, service: ServiceSettings, tell: Callable[[int], object] = lambda _: None
    ) -> None:
        """`tell` hears how many pieces of work are running or waiting, whenever that changes."""
        self._settings = settings
        self._tell = tell
        self._timeout = service.timeout_seconds
        self._is_alone = service.processes == 1
        self._most = service.threads + service.max_waiting
        self._pool = ThreadPoolExecutor(service.threads, "answer")
        self._loader = ThreadPoolExecutor(1, "index")
        self._lock = threading.Lock()
        self._pending = 0
        self._serving: Serving | None = None
        self._fault: ZhengceError | None = None
        self._loading = False
        self._look_again = 0.0

    def serving(self) -> Serving:
        """What serves now. Raises IndexMissing or IndexBroken without a usable index, Problem while it loads."""
        self.refresh()
        if self._serving is not None:
            return self._serving
        fault = self._fault
        if isinstance(fault, IndexMissing):
            raise IndexMissing(str(fault)) from fault
        if fault is not None:
            raise IndexBroken(str(fault)) from fault
        raise Problem(503, "正在载入索引和模型，请几秒后再试。", "starting", retry_after=2)

    def refresh(self) -> None:
        """Begin to load the version that the index points to, unless it serves already; returns at once."""
        with self._lock:
            if self._loading or time.monotonic() < self._look_again:
                return
            self._look_again = time.monotonic() + _LOOK_SECONDS
            try:
                version = SearchIndex.serving_version(self._settings.home)
            except (IndexMissing, IndexBroken) as fault:
                self._fault = fault
                return
            if self._serving is not None and self._serving.status.version == version:
                return
            self._loading, self._fault = True, None
        self._loader.submit(self._load)

    async def settled(self, seconds: float) -> None:
        """Wait until an index serves or is known to be at fault, at most so long."""
        until = time.monotonic() + seconds
        while self._serving is None and self._fault is None and time.monotonic() < until:
            await asyncio.sleep(_GLANCE_SECONDS)

    def submit(self, work: Callable[[Serving], _T]) -> Future[_T]:
        """Hand work over to the threads; raises Problem where too much waits, and what `serving` raises."""
        serving = self.serving()
        with self._lock:
            if self._pending >= self._most:
                raise Problem(503, "排队的请求太多，请稍后再试。", "busy", retry_after=1)
            self._pending += 1
            self._tell(self._pending)
        # What is logged there belongs to the request that is served here.
        future = self._pool.submit(contextvars.copy_context().run, work, serving)
        future.add_done_callback(self._done)
        return future

    async def result(self, future: Future[_T]) -> _T:
        """What the work returned; raises what it raised, or Problem when it takes too long."""
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self._timeout)
        except TimeoutError as error:
            raise Problem(503, "没能在规定时间内算出回答，请稍后再试。", "timeout", retry_after=5) from error

    async def run(self, work: Callable[[Serving], _T]) -> _T:
        """Hand work over and wait for it; raises what `submit` and `result` raise."""
        return await self.result(self.submit(work))

    def close(self) -> None:
        """Finish the work that was accepted and stop the threads."""
        self._pool.shutdown(wait=True)
        self._loader.shutdown(wait=True, cancel_futures=True)

    def _load(self) -> None:
        try:
            serving = self._built()
            serving.pipeline.offline.answer(_WARMING)
            self._serving = serving
            _set_aside()
            _log.info("index %s serves", serving.status.version)
        except ZhengceError as fault:
            # The version that served before goes on; the new one may be mended.
            self._fault = fault
            self._look_again = time.monotonic() + _RETRY_SECONDS
            _log.error("index cannot be loaded: %s", fault)
        # Whatever a damaged file or a full memory raises: requests must hear of it, and it is tried again.
        except Exception as error:
            _log.exception("index cannot be loaded")
            self._fault = IndexBroken("索引载入失败")
            self._look_again = time.monotonic() + _RETRY_SECONDS
            raise IndexBroken(f"索引载入失败：{error}") from error
        finally:
            self._loading = False

    def _built(self) -> Serving:
        before = self._serving
        opened = self._opened if before is None else (lambda: before.embedder)
        serving = build_serving(self._settings, _log.info, opened)
        if serving.status.model != serving.embedder.name:
            raise IndexBroken(
                f"索引由模型 {serving.status.model} 建立，本服务用 {serving.embedder.name}。"
                "请用同样的 ZHENGCE_EMBEDDING_MODEL 重启服务，或运行 zhengce index build"
            )
        return serving

    def _opened(self) -> Embedder:
        return open_embedder(self._settings, _log.info, alone=self._is_alone)

    def _done(self, _future: object) -> None:
        with self._lock:
            self._pending -= 1
            self._tell(self._pending)


def _set_aside() -> None:
    """Spare the collector what has come to stay: half a million objects, a tenth of a second each time.

    What the version before held is collected first, or at the next switch where work still holds it.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
