"""管理 by single sign-on: a small OpenID provider of the test's own, in a real browser."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from playwright.sync_api import expect

from assistant.settings import Settings
from tests.service.conftest import free_port
from tests.ui.conftest import OpenPage, page_process

ADMIN = "admin@example.com"
KEY = RSAKey.generate_key(2048, {"kid": "1", "alg": "RS256", "use": "sig"})


class Provider(BaseHTTPRequestHandler):
    """Signs everybody on at once, as `email`."""

    email = ADMIN
    nonce = ""

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def do_GET(self) -> None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        match urlsplit(self.path).path:
            case "/.well-known/openid-configuration":
                self.reply(
                    {
                        "issuer": self.base,
                        "authorization_endpoint": f"{self.base}/authorize",
                        "token_endpoint": f"{self.base}/token",
                        "jwks_uri": f"{self.base}/jwks",
                        "response_types_supported": ["code"],
                        "id_token_signing_alg_values_supported": ["RS256"],
                    }
                )
            case "/jwks":
                self.reply({"keys": [KEY.as_dict(private=False)]})
            case "/authorize":
                type(self).nonce = query.get("nonce", "")
                self.send_response(302)
                back = urlencode({"code": "code", "state": query["state"]})
                self.send_header("Location", f"{query['redirect_uri']}?{back}")
                self.end_headers()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        now = int(time.time())
        claims = {
            "iss": self.base,
            "sub": "1",
            "aud": "page",
            "iat": now,
            "exp": now + 600,
            "nonce": self.nonce,
            "email": self.email,
            "email_verified": True,
        }
        token = jwt.encode({"alg": "RS256", "kid": "1"}, claims, KEY)
        self.reply({"access_token": "a", "token_type": "Bearer", "expires_in": 600, "id_token": token})

    def reply(self, data: dict[str, Any]) -> None:
        body = json.dumps(data).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def signing(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page with a provider and one administrator."""
    provider = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=provider.serve_forever, daemon=True).start()
    folder, port = tmp_path_factory.mktemp("signing"), free_port()
    secrets = folder / ".streamlit" / "secrets.toml"
    secrets.parent.mkdir()
    secrets.write_text(
        f"""[auth]
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "a-secret-that-is-long-enough-for-hs256"
client_id = "page"
client_secret = "secret"
server_metadata_url = "http://127.0.0.1:{provider.server_address[1]}/.well-known/openid-configuration"
""",
        "utf-8",
    )
    with page_process(folder, settings.home, port=port, ZHENGCE_PAGE_ADMIN_EMAILS=ADMIN) as base:
        yield base
    provider.shutdown()


@pytest.mark.parametrize("email", [ADMIN, "someone@example.com"])
def test_only_administrators_enter(open_page: OpenPage, signing: str, email: str) -> None:
    Provider.email = email
    page = open_page("/admin", base=signing)
    page.get_by_role("button", name="单点登录").click()
    # Signing on leads back to the first page.
    expect(page.get_by_test_id("stChatInputTextArea")).to_be_visible(timeout=20_000)
    page.get_by_role("link", name="管理").click()
    if email == ADMIN:
        expect(page.get_by_text("上传文件")).to_be_visible(timeout=20_000)
    else:
        expect(page.get_by_text("不在管理员名单里")).to_be_visible(timeout=20_000)
        assert page.locator("input[type=file]").count() == 0
