"""Dify's shape with the requests of dify-on-wechat."""

import json
from typing import Any

import httpx
import pytest

from tests.assistant.test_cli import ANSWER_KEYS
from tests.service.conftest import FOLLOW_UP, QUESTION


def send(
    client: httpx.Client, query: str, conversation: str, mode: str, user: str = "小王"
) -> httpx.Response:
    """What dify-on-wechat's client sends."""
    body = {
        "inputs": {},
        "query": query,
        "response_mode": mode,
        "conversation_id": conversation,
        "user": user,
        "files": None,
    }
    return client.post("/v1/chat-messages", json=body, headers={"Authorization": "Bearer app-any"})


def events(response: httpx.Response) -> list[dict[str, Any]]:
    """As dify-on-wechat parses them: one JSON a line that begins with `data: `."""
    lines = response.text.split("\n")
    return [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]


def test_a_chatbot_gets_an_answer_and_goes_on(client: httpx.Client) -> None:
    first = send(client, QUESTION, "", "blocking").json()
    assert "300万元" in first["answer"]
    assert (first["event"], first["mode"]) == ("message", "chat")
    assert first["metadata"]["usage"]["total_tokens"] > 0
    assert first["metadata"]["retriever_resources"][0]["document_name"] == "京科发〔2022〕5号"
    assert set(first["zhengce"]) == ANSWER_KEYS
    second = send(client, FOLLOW_UP, first["conversation_id"], "blocking").json()
    assert second["conversation_id"] == first["conversation_id"]
    assert second["zhengce"]["amount"]["value"] == 240
    kept = client.get(f"/v1/conversations/{first['conversation_id']}").json()
    assert (kept["title"], kept["turns"]) == (QUESTION, 2)


def test_an_agent_gets_a_stream(client: httpx.Client) -> None:
    response = send(client, QUESTION, "", "streaming")
    assert response.headers["content-type"].startswith("text/event-stream")
    got = events(response)
    assert {event["event"] for event in got[:-1]} == {"agent_message"}
    assert got[-1]["event"] == "message_end"
    assert got[-1]["metadata"]["usage"]["completion_tokens"] > 0
    text = "".join(event["answer"] for event in got[:-1])
    assert "300万元" in text
    follow = events(send(client, FOLLOW_UP, got[0]["conversation_id"], "streaming"))
    assert "240万元" in "".join(event.get("answer", "") for event in follow)


def test_a_conversation_belongs_to_its_user(client: httpx.Client) -> None:
    key = send(client, QUESTION, "", "blocking").json()["conversation_id"]
    other = send(client, FOLLOW_UP, key, "blocking", "小李")
    assert other.status_code == 404
    assert set(other.json()) == {"code", "message", "status"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"query": "", "user": "u"}, 422),
        ({"query": "a"}, 422),
        ({"query": "a", "user": "u", "response_mode": "batch"}, 422),
        ({"query": "补" * 3000, "user": "u", "response_mode": "blocking"}, 422),
        ({"query": "a", "user": "u", "conversation_id": "nope"}, 404),
    ],
)
def test_errors_are_difys(client: httpx.Client, body: dict[str, str], status: int) -> None:
    response = client.post("/v1/chat-messages", json=body)
    assert response.status_code == response.json()["status"] == status
    assert set(response.json()) == {"code", "message", "status"}


def test_a_refused_beginning_leaves_no_conversation(client: httpx.Client) -> None:
    before = client.get("/v1/conversations", params={"limit": 100}).json()["conversations"]
    client.post("/v1/chat-messages", json={"query": "补" * 3000, "user": "u", "response_mode": "blocking"})
    after = client.get("/v1/conversations", params={"limit": 100}).json()["conversations"]
    assert [row["id"] for row in before] == [row["id"] for row in after]
