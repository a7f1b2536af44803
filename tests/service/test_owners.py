"""Two keys against every route: nothing of the one is ever seen, changed or deleted by the other."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.service.conftest import KEYS
from tests.service.test_openapi import OPERATIONS

SECRET = "甲方机密七三五"


@dataclass(frozen=True)
class Things:
    """What the first key's owner has."""

    conversation: str
    dify: str
    answer: str
    loose: str


@pytest.fixture(scope="module")
def first(keyed: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=keyed, timeout=30, headers={"Authorization": f"Bearer {KEYS[0]}"}) as client:
        yield client


@pytest.fixture(scope="module")
def second(keyed: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=keyed, timeout=30, headers={"Authorization": f"Bearer {KEYS[1]}"}) as client:
        yield client


@pytest.fixture(scope="module")
def things(first: httpx.Client) -> Things:
    conversation = first.post("/v1/conversations", json={"title": SECRET}).json()["id"]
    asked = {"question": f"{SECRET}首创产品能补多少", "conversation_id": conversation}
    answer = first.post("/v1/ask", json=asked).json()["id"]
    loose = first.post("/v1/ask", json={"question": asked["question"]}).json()["id"]
    body = {"query": asked["question"], "user": "u", "response_mode": "blocking"}
    dify = first.post("/v1/chat-messages", json=body).json()["conversation_id"]
    judged = {"answer_id": answer, "rating": "down", "comment": SECRET}
    assert first.post("/v1/feedback", json=judged).status_code == 201
    return Things(conversation, dify, answer, loose)


def attempts(things: Things) -> list[tuple[tuple[str, str], dict[str, str], Any, set[int]]]:
    """For every operation: what the second key tries with the first one's ids, and how that must end."""
    ask = {"question": "那第二年呢", "conversation_id": things.conversation}
    message = {"query": "那第二年呢", "user": "u", "response_mode": "blocking"}
    question = {"messages": [{"role": "user", "content": "那第二年呢"}]}
    return [
        (("POST", "/v1/ask"), {}, ask, {404}),
        (("POST", "/v1/ask"), {}, ask | {"conversation_id": things.dify}, {404}),
        (("POST", "/v1/ask/stream"), {}, ask, {404}),
        (("GET", "/v1/answers/{answer_id}"), {"answer_id": things.answer}, None, {404}),
        (("GET", "/v1/answers/{answer_id}"), {"answer_id": things.loose}, None, {404}),
        (("POST", "/v1/conversations"), {}, {}, {201}),
        (("GET", "/v1/conversations"), {"after": things.conversation}, None, {200}),
        (("GET", "/v1/conversations"), {}, None, {200}),
        (
            ("GET", "/v1/conversations/{conversation_id}"),
            {"conversation_id": things.conversation},
            None,
            {404},
        ),
        (("GET", "/v1/conversations/{conversation_id}"), {"conversation_id": things.dify}, None, {404}),
        (
            ("DELETE", "/v1/conversations/{conversation_id}"),
            {"conversation_id": things.conversation},
            None,
            {404},
        ),
        (("POST", "/v1/feedback"), {}, {"answer_id": things.answer, "rating": "up"}, {404}),
        (("POST", "/v1/chat-messages"), {}, message | {"conversation_id": things.dify}, {404}),
        (("POST", "/v1/chat-messages"), {}, message | {"conversation_id": things.conversation}, {404}),
        (("POST", "/v1/chat/completions"), {}, question | {"conversation_id": things.conversation}, {200}),
        (("GET", "/v1/search"), {"q": SECRET}, None, {200}),
        (("GET", "/v1/documents"), {}, None, {200}),
        (
            ("GET", "/v1/documents/{doc}/units/{unit}"),
            {"doc": things.answer, "unit": things.answer},
            None,
            {404},
        ),
        (("GET", "/v1/rules"), {}, None, {200}),
        (("POST", "/v1/rules/{rule_id}/calculate"), {"rule_id": things.answer}, {}, {404}),
        (("POST", "/v1/match"), {}, {}, {200}),
        (("GET", "/v1/models"), {}, None, {200}),
        (("GET", "/v1/models/{model}"), {"model": things.answer}, None, {404}),
        (("GET", "/healthz"), {}, None, {200}),
        (("GET", "/readyz"), {}, None, {200}),
        (("GET", "/metrics"), {}, None, {200}),
    ]


def test_no_route_shows_or_changes_what_another_key_owns(
    first: httpx.Client, second: httpx.Client, things: Things
) -> None:
    tried = attempts(things)
    described = first.get("/openapi.json").json()["paths"]
    found = {(method.upper(), path) for path, methods in described.items() for method in methods}
    assert {operation for operation, *_ in tried} == found == set(OPERATIONS)
    before = first.get(f"/v1/conversations/{things.conversation}").json()
    for (method, path), given, body, statuses in tried:
        query = {name: value for name, value in given.items() if f"{{{name}}}" not in path}
        sent = {} if body is None else {"json": body}
        response = second.request(method, path.format(**given), params=query, **sent)
        assert response.status_code in statuses, (method, path, response.text)
        if path != "/v1/search":
            assert SECRET not in response.text, path
        if response.status_code == 200:
            for key in (things.conversation, things.dify, things.answer, things.loose):
                assert key not in response.text, path
    assert first.get(f"/v1/conversations/{things.conversation}").json() == before
    assert first.get(f"/v1/answers/{things.loose}").status_code == 200


def test_a_page_of_conversations_does_not_begin_at_another_owners(
    second: httpx.Client, things: Things
) -> None:
    second.post("/v1/conversations", json={})
    page = second.get("/v1/conversations", params={"after": things.conversation}).json()
    assert page == {"conversations": [], "next": None}


def test_users_of_one_key_are_kept_apart_in_difys_shape(first: httpx.Client, things: Things) -> None:
    body = {"query": "那第二年呢", "user": "v", "response_mode": "blocking", "conversation_id": things.dify}
    assert first.post("/v1/chat-messages", json=body).status_code == 404
