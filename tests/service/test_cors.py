"""Web pages of other sites may call the service only where they are named."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from assistant.bootstrap import Serving
from assistant.service.settings import ServiceSettings
from assistant.settings import Settings, load
from corpus.errors import InvalidInput
from tests.service.conftest import KEYS, running

SITE, OTHER = "https://www.example.cn", "https://evil.example"
ASKS = {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,content-type",
}


@pytest.fixture
def open_base(settings: Settings, serving: Serving, tmp_path: Path) -> Iterator[str]:
    url = f"sqlite:///{tmp_path}/service.sqlite3"
    with running(settings, serving=serving, database_url=url, cors_origins=(SITE,), api_keys=KEYS) as base:
        yield base


def test_nobody_is_allowed_by_default(client: httpx.Client) -> None:
    asked = client.options("/v1/ask", headers={"Origin": SITE, **ASKS})
    assert asked.status_code == 405
    for response in (asked, client.get("/v1/rules", headers={"Origin": SITE})):
        assert not [name for name in response.headers if name.startswith("access-control")]


def test_a_named_site_is_allowed_and_may_read_problems(open_base: str) -> None:
    with httpx.Client(base_url=open_base, headers={"Origin": SITE}) as client:
        asked = client.options("/v1/ask", headers=ASKS)
        assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (200, SITE)
        assert "authorization" in asked.headers["access-control-allow-headers"].lower()
        refused = client.get("/v1/rules")
        assert refused.json()["code"] == "unauthorized"
        assert refused.headers["access-control-allow-origin"] == SITE
        assert "X-Request-Id" in refused.headers["access-control-expose-headers"]
        assert "access-control-allow-credentials" not in refused.headers


def test_another_site_is_not(open_base: str) -> None:
    with httpx.Client(base_url=open_base, headers={"Origin": OTHER}) as client:
        assert client.options("/v1/ask", headers=ASKS).status_code == 400
        assert "access-control-allow-origin" not in client.get("/v1/rules").headers


@pytest.mark.parametrize("origin", ["www.example.cn", "https://www.example.cn/", "https://a b"])
def test_what_is_no_origin_is_named(origin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHENGCE_SERVICE_CORS_ORIGINS", f"{SITE}, {origin}")
    with pytest.raises(InvalidInput, match="cors_origins"):
        load(ServiceSettings)
