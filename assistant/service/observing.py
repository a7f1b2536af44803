"""Around every request: an id, safe headers, the size limit, and what is counted, logged and traced."""

import re
import time
import uuid
from typing import Any

import structlog
from anyio import BrokenResourceError
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.service.metrics import Metrics
from assistant.service.problems import Problem, problem_response
from assistant.service.tracing import Tracing

__all__ = ["Observing"]

_log: Any = structlog.stdlib.get_logger(__name__)
_ID = re.compile(r"[\w.-]{1,64}", re.ASCII)
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}
_OFTEN = ("/healthz", "/readyz", "/metrics")


class Observing:
    """ASGI middleware; the client's own X-Request-Id is kept where it is a plain word."""

    def __init__(self, app: ASGIApp, metrics: Metrics, tracing: Tracing, max_body: int) -> None:
        self._app = app
        self._metrics = metrics
        self._tracing = tracing
        self._max_body = max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        request_id = given if _ID.fullmatch(given) else uuid.uuid4().hex
        scope["request_id"] = request_id
        # Not undone: what logs a fault further out must still know of which request it was.
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        await self._observed(scope, headers, receive, send)

    async def _observed(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        started, status, is_gone = time.perf_counter(), 0, False
        request_id = scope["request_id"]

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                answered = MutableHeaders(scope=message)
                answered["X-Request-Id"] = request_id
                for name, value in _SAFE.items():
                    answered.setdefault(name, value)
            await send(message)

        async def received() -> Message:
            nonlocal is_gone
            message = await receive()
            is_gone = is_gone or message["type"] == "http.disconnect"
            return message

        with self._tracing.request(headers) as ended:
            try:
                if _size(headers) > self._max_body:
                    await problem_response(Problem(413), scope["path"], request_id)(scope, receive, sent)
                else:
                    await self._app(scope, received, sent)
            except* BrokenResourceError:
                # FastAPI's streams break so where the client goes while events still wait to be sent.
                if not is_gone:
                    raise
            finally:
                # A fault goes on to whoever logs it, after its answer was sent like every other.
                if not status:
                    await problem_response(Problem(500), scope["path"], request_id)(scope, receive, sent)
                route = getattr(scope.get("route"), "path", "other")
                ended(scope["method"], route, status)
                self._count(scope["method"], route, status, time.perf_counter() - started)

    def _count(self, method: str, route: str, status: int, seconds: float) -> None:
        self._metrics.requests.labels(route, method, str(status)).inc()
        self._metrics.request_seconds.labels(route).observe(seconds)
        # The route and not the path, which may hold ids and words.
        tell = _log.debug if route in _OFTEN else _log.info
        tell("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1))


def _size(headers: Headers) -> int:
    text = headers.get("content-length", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
