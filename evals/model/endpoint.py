"""An OpenAI-compatible endpoint on the loopback that answers by a script: real HTTP, whatever it plays."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_PART = 7
"""Characters of one event of a stream."""

__all__ = ["Asked", "Endpoint", "Reply", "Script", "called", "failed", "said"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: its body as sent, and its headers in lower case."""

    body: Mapping[str, Any]
    headers: Mapping[str, str]

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The messages, oldest first."""
        return list(self.body["messages"])

    @property
    def last(self) -> str:
        """The text of the last message."""
        return str(self.messages[-1].get("content") or "")

    @property
    def tools(self) -> list[str]:
        """Names of the tools offered."""
        return [tool["function"]["name"] for tool in self.body.get("tools", ())]


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent back: after `wait` seconds, the first `cut` bytes only where that is set, `pause` seconds a byte.

    `parts` is sent in the place of `content` where a stream was asked for, one at a time, `gap` seconds apart.
    """

    content: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    wait: float = 0.0
    cut: int | None = None
    pause: float = 0.0
    parts: tuple[bytes, ...] = ()
    gap: float = 0.0


Script = Callable[[Asked], Reply]


def said(text: str | None, finish: str = "stop", usage: bool = True, **more: Any) -> Reply:
    """A message of the model."""
    return _completion({"role": "assistant", "content": text}, finish, usage, **more)


def called(*calls: tuple[str, Any]) -> Reply:
    """Calls of tools, each its name and arguments; arguments that are text are sent as they are."""
    made = [
        {
            "id": f"call_{number}",
            "type": "function",
            "function": {
                "name": name,
                "arguments": given if isinstance(given, str) else json.dumps(given, ensure_ascii=False),
            },
        }
        for number, (name, given) in enumerate(calls)
    ]
    return _completion({"role": "assistant", "content": None, "tool_calls": made}, "tool_calls", True)


def failed(status: int, message: str = "no", **headers: str) -> Reply:
    """An error in OpenAI's shape; header names are written with _ for -."""
    content = json.dumps({"error": {"message": message, "type": "error", "code": None}}).encode()
    return Reply(content, status, {name.replace("_", "-"): value for name, value in headers.items()})


def _completion(message: Mapping[str, Any], finish: str, usage: bool, **more: Any) -> Reply:
    body: dict[str, Any] = {
        "id": "completion",
        "object": "chat.completion",
        "created": 0,
        "model": "scripted",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
    }
    if usage:
        body["usage"] = {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}
    more = {"parts": tuple(_parts(body))} | more
    return Reply(json.dumps(body, ensure_ascii=False).encode(), **more)


def _parts(body: Mapping[str, Any]) -> Iterator[bytes]:
    """The same completion as a stream of events, some characters in each."""
    head = {"id": body["id"], "object": "chat.completion.chunk", "created": 0, "model": body["model"]}
    (choice,) = body["choices"]
    message = choice["message"]
    calls = [{"index": place, **call} for place, call in enumerate(message.get("tool_calls", ()))]
    text = message["content"] or ""
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    deltas += [{"content": text[start : start + _PART]} for start in range(0, len(text), _PART)]
    deltas += [{"tool_calls": calls}] if calls else []
    for delta in deltas:
        yield _event({**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]})
    yield _event({**head, "choices": [{"index": 0, "delta": {}, "finish_reason": choice["finish_reason"]}]})
    if "usage" in body:
        yield _event({**head, "choices": [], "usage": body["usage"]})
    yield b"data: [DONE]\n\n"


def _event(data: Mapping[str, Any]) -> bytes:
    return b"data: " + json.dumps(data, ensure_ascii=False).encode() + b"\n\n"


class Endpoint:
    """Serves while its `open` lasts; `asked` keeps every request."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.asked: list[Asked] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        """The address to be set as model_base_url."""
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    @contextmanager
    def open(self) -> Iterator["Endpoint"]:
        """Serve inside."""
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        ).start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("content-length", 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                asked = Asked(json.loads(self.rfile.read(length)), headers)
                endpoint.asked.append(asked)
                try:
                    reply = endpoint.script(asked)
                    if asked.body.get("stream") and reply.parts:
                        self._stream(reply)
                    else:
                        self._send(reply)
                except OSError:
                    # Who asked has gone: that is what a time limit looks like from here.
                    self.close_connection = True

            def _stream(self, reply: Reply) -> None:
                time.sleep(reply.wait)
                self.send_response(reply.status)
                self.send_header("content-type", "text/event-stream")
                self.end_headers()
                for part in reply.parts[: reply.cut]:
                    self.wfile.write(part)
                    self.wfile.flush()
                    time.sleep(reply.gap)
                self.close_connection = True

            def _send(self, reply: Reply) -> None:
                time.sleep(reply.wait)
                self.send_response(reply.status)
                for name, value in {"content-type": "application/json", **reply.headers}.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(reply.content)))
                self.end_headers()
                if reply.pause:
                    for place in range(len(reply.content)):
                        self.wfile.write(reply.content[place : place + 1])
                        self.wfile.flush()
                        time.sleep(reply.pause)
                    return
                self.wfile.write(reply.content[: reply.cut])
                if reply.cut is not None:
                    self.wfile.flush()
                    self.connection.shutdown(socket.SHUT_RDWR)
                    self.close_connection = True

            def log_message(self, *_: Any) -> None:
                """Nothing on the terminal."""

        return Handler
