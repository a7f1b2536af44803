"""The page's web server: Streamlit with a readiness address and a cookie that knows a browser again."""

import logging
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.cookies import SimpleCookie
from importlib import import_module
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.settings import load
from ui.app import draw
from ui.parts.errors import show_failure
from ui.settings import PageSettings
from ui.visitor import COOKIE
from ui.wiring import backend

__all__ = ["RememberBrowser", "main", "server"]

# What the script calls is imported with the server, so that the first visitor does not wait for it.
FIRST = draw
# Two visitors' threads that import it at once would meet it half loaded.
import_module("pandas")
SCRIPT = Path(__file__).with_name("script.py")
_YEAR = 365 * 24 * 3600


class RememberBrowser:
    """Gives each browser a random name with its first page, so that its conversations are found again."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and add the cookie to a page that is sent to a browser without one."""
        known = scope["type"] != "http" or COOKIE in SimpleCookie(Request(scope).headers.get("cookie", ""))

        async def remembering(message: Message) -> None:
            if not known and message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                page = headers.get("content-type", "").startswith("text/html")
                if page or (message["status"] == 304 and "." not in scope["path"]):
                    headers.append(
                        "set-cookie",
                        f"{COOKIE}={uuid.uuid4().hex}; Path=/; Max-Age={_YEAR}; HttpOnly; SameSite=Lax",
                    )
            await send(message)

        await self._app(scope, receive, remembering)


async def _readyz(_request: Request) -> JSONResponse:
    ready = await run_in_threadpool(backend().ready)
    return JSONResponse({"ready": ready}, 200 if ready else 503)


@asynccontextmanager
async def _loading(_app: Any) -> AsyncIterator[None]:
    """Begin to load the index with the server, not with the first visitor."""
    backend()
    yield


def server() -> st.App:
    """The page as an ASGI application."""
    return st.App(
        SCRIPT,
        lifespan=_loading,
        routes=[Route("/readyz", _readyz)],
        middleware=[Middleware(RememberBrowser)],
        on_script_error=show_failure,
    )


def main() -> None:
    """Serve until stopped."""
    logging.basicConfig(level=logging.WARNING)
    page = load(PageSettings)
    server().run(config={"server.address": page.host, "server.port": page.port})


if __name__ == "__main__":
    main()
