"""A language model behind the service: traces, metrics, budgets of keys, and streams of what passed alone."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.bootstrap import Serving, with_model
from assistant.service.trace import STEPS, WORD
from assistant.settings import Settings
from evals.model.endpoint import Asked, Endpoint, Reply, failed, said
from tests.service.conftest import KEYS, QUESTION, running
from tests.service.test_api import events

TRUE = "国内首创产品支持金额不超过300万元[2022-05 第十一条]。"
SHOWN = "国内首创产品支持金额不超过300万元（京科发〔2022〕5号第十一条）。"
MORE = "已成熟商业化的产品不予支持[2022-05 第十一条]。"
FALSE = TRUE.replace("300", "600")


@pytest.fixture
def worded(settings: Settings, serving: Serving, tmp_path: Path) -> Any:
    """Starts a service whose model always gives this reply; changes of the settings follow."""

    @contextmanager
    def start(reply: Reply, keys: tuple[str, ...] = (), **changes: Any) -> Iterator[tuple[str, Endpoint]]:
        def script(_: Asked) -> Reply:
            return reply

        with Endpoint(script).open() as endpoint:
            named = {"model_base_url": endpoint.url, "model_name": "scripted"}
            wording = with_model(serving, Settings(**(settings.model_dump() | named | changes)))
            url = f"sqlite:///{tmp_path}/service.sqlite3"
            with running(settings, serving=wording, database_url=url, api_keys=keys) as base:
                yield base, endpoint

    return start


def ask(base: str, key: str = "") -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    response = httpx.post(
        f"{base}/v1/ask", json={"question": QUESTION, "as_of": "2025-01-15"}, headers=headers, timeout=60
    )
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def outcome(base: str, answer: dict[str, Any], key: str = "") -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    record = httpx.get(f"{base}/v1/answers/{answer['id']}", headers=headers, timeout=30).json()
    assert [step["step"] for step in record["trace"]] == [*STEPS, WORD]
    step: dict[str, Any] = record["trace"][-1]
    return step


def test_the_answer_has_proved_words_and_the_trace_says_whose_they_are(worded: Any) -> None:
    with worded(said(TRUE), model_price_in=1.0) as (base, endpoint):
        answer = ask(base)
        assert SHOWN in answer["answer"]
        assert answer["amount"] == {"value": 300, "unit": "万元", "kind": "upper_bound"}
        step = outcome(base, answer)
        assert (step["outcome"], step["calls"], step["tokens"], step["cost"]) == ("model", 1, 1100, "0.001")
        # To warm up costs nothing.
        assert len(endpoint.asked) == 1
        told = httpx.get(f"{base}/metrics", timeout=30).text
        assert 'zhengce_model_answers_total{outcome="model"} 1.0' in told
        assert 'zhengce_model_tokens_total{direction="sent"} 1000.0' in told
        assert "zhengce_model_cost_yuan_total 0.001" in told


def test_a_stream_shows_no_sentence_that_did_not_pass(worded: Any) -> None:
    with worded(said(f"{TRUE}{FALSE}")) as (base, _):
        with httpx.stream(
            "POST", f"{base}/v1/ask/stream", json={"question": QUESTION}, timeout=60
        ) as response:
            got = list(events(response))
        assert [data["step"] for name, data in got if name == "status"] == [*STEPS, WORD]
        assert "600" not in str(got)
        step = outcome(base, got[-1][1])
        assert step["outcome"] == "gate"
        assert any("600万元" in fault for fault in step["faults"])


def test_sentences_are_streamed_while_the_model_writes(worded: Any) -> None:
    """Each as it passed, before the step of the model ends; joined they are the answer."""
    with worded(said(f"{TRUE}{MORE}")) as (base, _):
        with httpx.stream(
            "POST", f"{base}/v1/ask/stream", json={"question": QUESTION}, timeout=60
        ) as response:
            got = list(events(response))
        early = got[: got.index(("status", {"step": WORD}))]
        told = [data["text"] for name, data in early if name == "text"]
        assert len(told) > 1
        assert "不超过300万元" in "".join(told)
        done = got[-1][1]
        assert "".join(data["text"] for name, data in got if name == "text") == done["answer"]
        assert outcome(base, done)["shown"] > 0


def test_what_fails_later_ends_in_the_offline_answer_in_every_stream(worded: Any) -> None:
    with worded(said(f"{TRUE}{MORE}{FALSE}{MORE}")) as (base, _):
        body = {"model": "zhengce", "messages": [{"role": "user", "content": QUESTION}], "stream": True}
        response = httpx.post(f"{base}/v1/chat/completions", json=body, timeout=60)
        lines = [line[6:] for line in response.text.split("\n") if line.startswith("data: ")]
        chunks = [json.loads(line) for line in lines[:-1]]
        text = "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)
        answer = chunks[-1]["zhengce"]
        assert (lines[-1], len({chunk["id"] for chunk in chunks})) == ("[DONE]", 1)
        assert text == answer["answer"]
        assert "600" not in text
        assert SHOWN.partition("（")[0] in text
        assert answer["amount"]["value"] == 300
        assert outcome(base, answer)["outcome"] == "gate"


def test_the_openai_shape_gives_the_same_words(worded: Any) -> None:
    with worded(said(TRUE)) as (base, _):
        body = {"model": "zhengce", "messages": [{"role": "user", "content": QUESTION}]}
        response = httpx.post(f"{base}/v1/chat/completions", json=body, timeout=60)
        assert SHOWN in response.json()["choices"][0]["message"]["content"]


def test_each_key_has_its_budget_of_the_day_which_outlives_the_service(worded: Any) -> None:
    for first in ("model", "budget"):
        with worded(said(TRUE), KEYS, model_daily_tokens=1000) as (base, _):
            outcomes = [outcome(base, ask(base, KEYS[0]), KEYS[0])["outcome"] for _ in range(2)]
            assert outcomes == [first, "budget"]
    with worded(said(TRUE), KEYS, model_daily_tokens=1000) as (base, _):
        assert outcome(base, ask(base, KEYS[1]), KEYS[1])["outcome"] == "model"


def test_a_model_that_fails_leaves_the_service_well(worded: Any) -> None:
    with worded(failed(500)) as (base, _):
        answer = ask(base)
        assert answer["amount"]["value"] == 300
        assert outcome(base, answer)["outcome"] == "endpoint"
        assert (
            'zhengce_model_answers_total{outcome="endpoint"} 1.0'
            in httpx.get(f"{base}/metrics", timeout=30).text
        )
