"""The other sides of the channels: users' messages as wechatpy builds them, and the platforms' API on loopback."""

import json
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.enterprise.crypto import WeChatCrypto as WorkCrypto
from wechatpy.replies import TextReply
from wechatpy.utils import WeChatSigner

TOKEN = "a-token-of-the-account"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
APP_ID = "wx0123456789abcdef"
CORP_ID = "ww0123456789abcdef"
ACCOUNT = "gh_account"
PLAIN = {"mp_app_id": APP_ID, "mp_token": TOKEN}
ENCRYPTED = {**PLAIN, "mp_aes_key": AES_KEY}
WORK = {"work_corp_id": CORP_ID, "work_agent_id": 7, "work_token": TOKEN, "work_aes_key": AES_KEY}
BOT = {"bot_token": TOKEN, "bot_aes_key": AES_KEY}
_NUMBERS = count(int(time.time() * 1000))


def number() -> str:
    """One that was not used before."""
    return str(next(_NUMBERS))


def signed(*parts: str) -> str:
    signer = WeChatSigner()
    signer.add_data(TOKEN, *parts)
    signature: str = signer.signature
    return signature


def message(user: str, kind: str = "text", target: str = ACCOUNT, **fields: str) -> str:
    """A message of a user; wechatpy writes the part that it knows how to write."""
    if kind != "event":
        fields = {"MsgId": number(), **fields}
    xml: str = TextReply(source=user, target=target, content=fields.pop("Content", "")).render()
    xml = xml.replace("<![CDATA[text]]>", f"<![CDATA[{kind}]]>")
    more = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in fields.items())
    return xml.replace("</xml>", more + "</xml>")


def code(response: httpx.Response, status: int) -> str:
    """The code of a problem with this status."""
    assert response.status_code == status, response.text
    return str(response.json()["code"])


class Phone:
    """Delivers messages to one callback as its platform does, and reads the replies."""

    def __init__(self, base: str, path: str = "/wechat/mp", crypto: Any = None) -> None:
        self.url = base + path
        self.crypto = crypto

    def params(self, at: float | None = None) -> dict[str, str]:
        timestamp, nonce = str(int(time.time() if at is None else at)), number()
        return {"timestamp": timestamp, "nonce": nonce, "signature": signed(timestamp, nonce)}

    def sealed(self, body: str, params: dict[str, str]) -> tuple[str, dict[str, str]]:
        """An encrypted body with its parameters."""
        sealed = self.crypto.encrypt_message(body, params["nonce"], params["timestamp"])
        signature = sealed.split("<MsgSignature><![CDATA[")[1].split("]]>")[0]
        return sealed, {**params, "encrypt_type": "aes", "msg_signature": signature}

    def deliver(self, body: str, params: dict[str, str] | None = None) -> httpx.Response:
        params = params or self.params()
        if self.crypto is not None:
            body, params = self.sealed(body, params)
        return httpx.post(self.url, params=params, content=body.encode(), timeout=30)

    def read(self, response: httpx.Response) -> Any:
        """The reply as wechatpy understands it; None for a mere acknowledgement."""
        assert response.status_code == 200, response.text
        if response.text in ("", "success"):
            return None
        xml = response.text
        if self.crypto is not None:
            outer = httpx_fields(xml)
            xml = self.crypto.decrypt_message(xml, outer["MsgSignature"], outer["TimeStamp"], outer["Nonce"])
        return parse_message(xml)

    def send(self, user: str, kind: str = "text", **fields: str) -> Any:
        return self.read(self.deliver(message(user, kind, **fields)))


def mp_phone(base: str) -> Phone:
    return Phone(base, "/wechat/mp", WeChatCrypto(TOKEN, AES_KEY, APP_ID))


def work_phone(base: str) -> Phone:
    return Phone(base, "/wechat/work", WorkCrypto(TOKEN, AES_KEY, CORP_ID))


def httpx_fields(xml: str) -> dict[str, str]:
    """The texts of an envelope."""
    from xml.etree.ElementTree import fromstring

    return {child.tag: child.text or "" for child in fromstring(xml)}


class BotPhone:
    """Delivers JSON to 智能机器人, encrypted by wechatpy with an empty receiver."""

    def __init__(self, base: str) -> None:
        self.url = f"{base}/wechat/bot"
        self.crypto = WorkCrypto(TOKEN, AES_KEY, "")

    def post(self, data: Any) -> httpx.Response:
        timestamp, nonce = str(int(time.time())), number()
        sealed = httpx_fields(self.crypto.encrypt_message(json.dumps(data), nonce, timestamp))
        params = {"timestamp": timestamp, "nonce": nonce, "msg_signature": sealed["MsgSignature"]}
        return httpx.post(self.url, params=params, json={"encrypt": sealed["Encrypt"]}, timeout=30)

    def send(self, **data: Any) -> Any:
        response = self.post({"msgid": number(), "aibotid": "bot", "from": {"userid": "u"}, **data})
        assert response.status_code == 200, response.text
        if not response.content:
            return None
        sealed = response.json()
        envelope = (
            f"<xml><Encrypt>{sealed['encrypt']}</Encrypt></xml>",
            sealed["msgsignature"],
            str(sealed["timestamp"]),
            sealed["nonce"],
        )
        return json.loads(self.crypto.decrypt_message(*envelope))


class Platform:
    """The platforms' API: what was pushed, and the faults to play next, each an errcode or an HTTP status."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.tried = 0
        self.tokens = 0
        self.forced: list[bool] = []
        self.faults: deque[int | str] = deque()
        self.seen_tokens: list[str] = []
        self.bodies: list[bytes] = []

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: bytes) -> tuple[int, Any]:
        if path in ("/cgi-bin/stable_token", "/cgi-bin/gettoken"):
            self.tokens += 1
            self.forced.append(b'"force_refresh":true' in body.replace(b" ", b""))
            return 200, {"access_token": f"token-{self.tokens}", "expires_in": 7200}
        self.tried += 1
        self.seen_tokens.append(query["access_token"][0])
        fault = self.faults.popleft() if self.faults else 0
        if isinstance(fault, str):
            return int(fault), {}
        if fault == 0:
            self.bodies.append(body)
            said = json.loads(body)
            self.sent.append((said["touser"], said["text"]["content"]))
        return 200, {"errcode": fault, "errmsg": "as the test wants it"}

    def wait(self, number: int = 1, seconds: float = 20) -> list[tuple[str, str]]:
        """What was pushed, once there are so many."""
        until = time.monotonic() + seconds
        while len(self.sent) < number:
            assert time.monotonic() < until, f"{self.tried} tried, {self.sent} sent"
            time.sleep(0.02)
        return self.sent


@contextmanager
def playing(platform: Platform, port: int = 0) -> Iterator[str]:
    """The base URL of the platform's API while it can be reached."""

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            url = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, data = platform.answer(self.command, url.path, parse_qs(url.query), body)
            content = json.dumps(data).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = handle_any  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
