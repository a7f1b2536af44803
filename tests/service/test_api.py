"""The API as programs use it, over real HTTP."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from assistant.service.trace import STEPS
from corpus.catalog import load_corpus
from tests.assistant.test_cli import ANSWER_KEYS, CITATION_KEYS
from tests.service.conftest import FOLLOW_UP, QUESTION


def ask(client: httpx.Client, question: str, **more: Any) -> dict[str, Any]:
    response = client.post("/v1/ask", json={"question": question, **more})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def events(response: httpx.Response) -> Iterator[tuple[str, Any]]:
    """Names and data of the events of a stream."""
    name = ""
    for line in response.iter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


def test_an_answer_is_the_object_of_the_contract(client: httpx.Client) -> None:
    answer = ask(client, QUESTION)
    assert set(answer) == ANSWER_KEYS
    assert all(set(citation) == CITATION_KEYS for citation in answer["citations"])
    assert answer["amount"] == {"value": 300, "unit": "万元", "kind": "upper_bound"}
    assert (answer["citations"][0]["doc"], answer["citations"][0]["unit"]) == ("2022-05", "第十一条")
    assert answer["question"] == QUESTION


def test_a_refusal_is_an_answer(client: httpx.Client) -> None:
    answer = ask(client, "上海的补贴政策是什么")
    assert answer["refused"] is True
    assert (answer["citations"], answer["amount"], answer["calculation"]) == ([], None, None)


def test_earlier_questions_and_the_day_count(client: httpx.Client) -> None:
    assert ask(client, FOLLOW_UP, history=[QUESTION])["amount"]["value"] == 240
    answer = ask(client, "加氢站建设补贴多少", as_of="2025-01-15")
    assert {citation["status"] for citation in answer["citations"]} == {"in_force"}


def test_a_stream_tells_the_steps_then_citations_text_and_the_whole_answer(client: httpx.Client) -> None:
    with client.stream("POST", "/v1/ask/stream", json={"question": QUESTION}) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        got = list(events(response))
    names = [name for name, _ in got]
    assert names == ["status"] * len(STEPS) + ["citations"] + ["text"] * names.count("text") + ["done"]
    assert [data["step"] for name, data in got if name == "status"] == list(STEPS)
    done = got[-1][1]
    assert set(done) == ANSWER_KEYS
    assert "".join(data["text"] for name, data in got if name == "text") == done["answer"]
    assert got[len(STEPS)][1] == done["citations"]


def test_what_is_wrong_with_a_streamed_question_is_still_a_status(client: httpx.Client) -> None:
    response = client.post("/v1/ask/stream", json={"question": QUESTION, "conversation_id": "0" * 32})
    assert (response.status_code, response.json()["code"]) == (404, "unknown_conversation")


def test_search_ranks_units(client: httpx.Client) -> None:
    results = client.get("/v1/search", params={"q": "加氢站建设补贴", "k": 3}).json()["results"]
    assert (results[0]["doc"], results[0]["unit"], len(results)) == ("jxf-63", "13", 3)


def test_documents_have_status_and_units(client: httpx.Client) -> None:
    documents = client.get("/v1/documents", params={"as_of": "2025-08-12"}).json()["documents"]
    assert [document["key"] for document in documents] == [d.key for d in load_corpus().documents]
    hydrogen = next(document for document in documents if document["key"] == "jxf-63")
    assert hydrogen["status"] == "expired"
    assert "13" in [unit["label"] for unit in hydrogen["units"]]


@pytest.mark.parametrize("doc", ["2022-05", "京科发〔2022〕5号"])
def test_a_unit_has_text_links_status_and_rules(client: httpx.Client, doc: str) -> None:
    unit = client.get(f"/v1/documents/{doc}/units/第十一条", params={"as_of": "2025-01-15"}).json()
    assert unit["text"] == load_corpus().unit("2022-05", "第十一条").text
    assert (unit["doc"], unit["status"]) == ("2022-05", "in_force")
    assert "2022-05.first-contract" in [rule["id"] for rule in unit["rules"]]
    assert {"links", "linked_from"} <= set(unit)


def test_links_lead_from_one_unit_to_another(client: httpx.Client) -> None:
    link = client.get("/v1/documents/2022-04/units/1").json()["links"][0]
    assert link["from_doc"] == "2022-04"
    assert link["to_doc"]


def test_rules_are_listed_and_calculated(client: httpx.Client) -> None:
    rules = client.get("/v1/rules").json()
    assert "2022-05.first-contract" in [rule["id"] for rule in rules["rules"]]
    assert rules["not_computable"]
    inputs = {"contract": "1200万元", "novelty": "国内首创"}
    outcome = client.post("/v1/rules/2022-05.first-contract/calculate", json={"inputs": inputs}).json()
    assert outcome["amount"] == {"value": "300", "unit": "万元", "kind": "upper_bound"}
    missing = client.post("/v1/rules/2022-05.insurance/calculate", json={}).json()
    assert missing["missing"] == ["premium"]


def test_a_calculation_says_where_its_document_is_not_in_force(client: httpx.Client) -> None:
    address = "/v1/rules/jxf-63.station/calculate"
    fresh = client.post(address, json={"as_of": "2025-08-11"}).json()
    assert (fresh["status"], fresh["warnings"]) == ("in_force", [])
    late = client.post(address, json={"as_of": "2025-08-12"}).json()
    assert late["status"] == "expired"
    assert "已过有效期" in late["warnings"][0]


def test_an_enterprise_is_matched(client: httpx.Client) -> None:
    profile = {
        "name": "某公司",
        "facts": {
            "注册地": "北京市海淀区",
            "从业人员": "60人",
            "研发费用": {"2023": "800万元", "2022": "300万元"},
        },
        "rules": {"2022-05.insurance": {"premium": "50万元"}},
        "as_of": "2024-06-01",
    }
    result = client.post("/v1/match", json=profile).json()
    assert (result["name"], result["as_of"]) == ("某公司", "2024-06-01")
    insured = next(item for item in result["items"] if item["rule"] == "2022-05.insurance")
    assert insured["amount"]["value"] == "40"
    assert {fact["label"] for fact in result["facts"]} == set(profile["facts"])


def test_a_conversation_is_begun_continued_listed_read_and_deleted(client: httpx.Client) -> None:
    begun = client.post("/v1/conversations", json={"title": "首创产品"})
    key = begun.json()["id"]
    assert begun.status_code == 201
    first = ask(client, QUESTION, conversation_id=key)
    second = ask(client, FOLLOW_UP, conversation_id=key)
    assert second["amount"]["value"] == 240
    assert client.get("/v1/conversations").json()["conversations"][0]["id"] == key
    read = client.get(f"/v1/conversations/{key}").json()
    assert (read["title"], read["turns"]) == ("首创产品", 2)
    assert read["answers"] == [first, second]
    assert client.delete(f"/v1/conversations/{key}").status_code == 204
    for path in (f"/v1/conversations/{key}", f"/v1/answers/{first['id']}"):
        assert client.get(path).status_code == 404
    assert client.delete(f"/v1/conversations/{key}").json()["code"] == "unknown_conversation"


def test_pages_of_conversations_hold_each_once(client: httpx.Client) -> None:
    made = {client.post("/v1/conversations", json={}).json()["id"] for _ in range(5)}
    seen: list[str] = []
    after: str | None = None
    while True:
        page = client.get(
            "/v1/conversations", params={"limit": 2, **({"after": after} if after else {})}
        ).json()
        seen += [conversation["id"] for conversation in page["conversations"]]
        after = page["next"]
        if after is None:
            break
    assert made <= set(seen)
    assert len(seen) == len(set(seen))


def test_two_tabs_of_one_conversation_both_count(base: str) -> None:
    with httpx.Client(base_url=base, timeout=30) as one, httpx.Client(base_url=base, timeout=30) as two:
        key = one.post("/v1/conversations", json={}).json()["id"]
        ask(one, QUESTION, conversation_id=key)
        ask(two, FOLLOW_UP, conversation_id=key)
        read = one.get(f"/v1/conversations/{key}").json()
        assert [answer["question"] for answer in read["answers"]] == [QUESTION, FOLLOW_UP]
        assert read["answers"][1]["amount"]["value"] == 240


def test_an_answer_can_be_replayed(client: httpx.Client) -> None:
    answer = ask(client, FOLLOW_UP, history=[QUESTION], as_of="2024-06-01")
    record = client.get(f"/v1/answers/{answer['id']}").json()
    assert (record["question"], record["history"], record["as_of"]) == (FOLLOW_UP, [QUESTION], "2024-06-01")
    assert record["answer"] == answer
    assert [step["step"] for step in record["trace"]] == list(STEPS)
    assert record["trace"][1]["units"][0]["doc"] == "2022-05"
    assert record["trace"][2]["rule"] == "2022-05.first-contract"
    assert record["versions"]["index"] == answer["index_version"]
    assert {"model", "release"} <= set(record["versions"])


def test_feedback_is_kept_for_answers_that_are_there(client: httpx.Client) -> None:
    answer = ask(client, QUESTION)["id"]
    given = client.post("/v1/feedback", json={"answer_id": answer, "rating": "down", "comment": "漏了条件"})
    assert (given.status_code, given.json()["comment"]) == (201, "漏了条件")
    missing = client.post("/v1/feedback", json={"answer_id": "0" * 32, "rating": "up"})
    assert (missing.status_code, missing.json()["code"]) == (404, "unknown_answer")


def test_health_readiness_and_metrics(client: httpx.Client) -> None:
    ask(client, QUESTION)
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz").json()
    assert (ready["status"], ready["documents"]) == ("ok", 17)
    metrics = client.get("/metrics")
    assert metrics.headers["content-type"].startswith("text/plain")
    assert 'zhengce_step_seconds_count{step="retrieve"}' in metrics.text
    assert 'zhengce_requests_total{method="POST",route="/v1/ask",status="200"}' in metrics.text


def test_every_response_has_an_id_and_safe_headers(client: httpx.Client) -> None:
    response = client.get("/healthz", headers={"X-Request-Id": "abc-1"})
    assert response.headers["x-request-id"] == "abc-1"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert len(client.get("/healthz", headers={"X-Request-Id": "a b\tc"}).headers["x-request-id"]) == 32
