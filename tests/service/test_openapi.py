"""The description of the API is complete, and holds for whatever fits it or does not."""

import re
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from tests.service.conftest import KEYS

OPERATIONS = [
    ("POST", "/v1/ask"),
    ("POST", "/v1/ask/stream"),
    ("GET", "/v1/answers/{answer_id}"),
    ("POST", "/v1/conversations"),
    ("GET", "/v1/conversations"),
    ("GET", "/v1/conversations/{conversation_id}"),
    ("DELETE", "/v1/conversations/{conversation_id}"),
    ("POST", "/v1/feedback"),
    ("GET", "/v1/search"),
    ("GET", "/v1/documents"),
    ("GET", "/v1/documents/{doc}/units/{unit}"),
    ("GET", "/v1/rules"),
    ("POST", "/v1/rules/{rule_id}/calculate"),
    ("POST", "/v1/match"),
    ("GET", "/v1/models"),
    ("GET", "/v1/models/{model}"),
    ("POST", "/v1/chat/completions"),
    ("POST", "/v1/chat-messages"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
]
EXAMPLES = 8
# A question may name a conversation that is not there; unknown query parameters are ignored, large bodies a 413.
NOT_OURS = [positive_data_acceptance, negative_data_rejection]
TAKES_NOTHING = {"/healthz", "/readyz"}
HEADERS = {"Authorization": f"Bearer {KEYS[0]}"}


@pytest.fixture(scope="session")
def described(keyed: str) -> Any:
    """The API of a running server, as schemathesis reads it."""
    return schemathesis.openapi.from_url(f"{keyed}/openapi.json", headers=HEADERS)


@pytest.mark.parametrize(
    ("method", "path", "mode"),
    [
        pytest.param(*place, mode, id=f"{' '.join(place)} {mode.value}")
        for place in OPERATIONS
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        if mode is GenerationMode.POSITIVE or place[1] not in TAKES_NOTHING
    ],
)
def test_every_operation_answers_as_it_is_described(
    described: Any, method: str, path: str, mode: GenerationMode
) -> None:
    operation = described[path][method]

    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
    @given(case=operation.as_strategy(generation_mode=mode))
    def holds(case: schemathesis.Case) -> None:
        case.call_and_validate(headers=HEADERS, excluded_checks=NOT_OURS, timeout=30)

    holds()


def test_every_route_says_what_it_does_and_how_it_fails(base: str) -> None:
    described = httpx.get(f"{base}/openapi.json").json()
    found = {(method.upper(), path) for path, methods in described["paths"].items() for method in methods}
    assert found == set(OPERATIONS)
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], (method, path)
            assert operation["description"], (method, path)
            assert operation["tags"], (method, path)
            assert {"400", "401", "403", "404", "405", "413", "422", "429", "500", "503"} <= set(
                operation["responses"]
            )
    schemas = described["components"]["schemas"]
    assert [name for name in schemas if name.startswith("_") or "-" in name] == []


class _Loaded(HTMLParser):
    """The addresses that a page loads by itself."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        wanted = {"script": "src", "link": "href", "img": "src"}.get(tag, "")
        self.addresses += [value for name, value in attrs if name == wanted and value]


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
def test_the_description_is_readable_without_a_network(base: str, page: str) -> None:
    response = httpx.get(base + page)
    assert response.status_code == 200
    addresses = _Loaded(response.text).addresses
    assert len(addresses) >= 2
    for address in addresses:
        assert address.startswith("/")
        loaded = httpx.get(base + address)
        assert (loaded.status_code, bool(loaded.content)) == (200, True)
    assert not re.search(r"(?:src|href|url)\s*[=:]\s*[\"'](?:https?:)?//", response.text)


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/ask/stream", "/v1/match"])
def test_the_examples_work(base: str, path: str) -> None:
    described = httpx.get(f"{base}/openapi.json").json()
    body = described["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
    name = body["$ref"].rsplit("/", 1)[-1]
    for example in described["components"]["schemas"][name]["examples"]:
        assert httpx.post(base + path, json=example, timeout=30).status_code == 200
