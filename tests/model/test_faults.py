"""Whatever the endpoint does, the user gets the offline answer within the time limit, and a quiet note."""

import time
from typing import Any

import pytest

from assistant.model.worder import NOTE
from evals.model.endpoint import Reply, Script, called, failed, said
from tests.model.conftest import QUESTION, TRUE, Asking, Open, one_by_one

SECONDS = 2.0
# What the pipeline itself and a busy machine may take beside the model's time.
GRACE = 4.0


def again_and_again(reply: Reply) -> Script:
    return lambda _: reply


ENDLESS = called(("search", {"words": "首创产品"}))
FAULTS: dict[str, tuple[Reply, str]] = {
    "slow to begin": (said(TRUE, wait=SECONDS * 4), "timeout"),
    "slow to send": (said(TRUE, pause=0.1), "timeout"),
    "401": (failed(401), "unauthorised"),
    "403": (failed(403), "unauthorised"),
    "429 with Retry-After": (failed(429, retry_after="30"), "rate_limited"),
    "429 with nonsense": (failed(429, retry_after="soon"), "rate_limited"),
    "500": (failed(500), "endpoint"),
    "503": (failed(503), "endpoint"),
    "404": (failed(404), "refused"),
    "context overflow": (failed(400, "This model's maximum context length is 4096 tokens"), "context"),
    "no JSON": (Reply(b"<html>gateway</html>"), "malformed"),
    "JSON of another shape": (Reply(b'{"choices": "none"}'), "malformed"),
    "no choices": (
        Reply(b'{"id":"x","object":"chat.completion","created":0,"model":"m","choices":[]}'),
        "malformed",
    ),
    "JSON cut short": (Reply(said(TRUE).content[:60]), "malformed"),
    "a body cut off": (said(TRUE, cut=40), "unreachable"),
    "nothing": (said(""), "empty"),
    "null": (said(None), "empty"),
    "cut at the limit of tokens": (said(TRUE, finish="length"), "truncated"),
    "endless calls": (ENDLESS, "steps"),
    "calls of a tool that is not there": (called(("delete_index", {})), "steps"),
    "calls with wrong arguments": (called(("search", {"query": 5})), "steps"),
    "calls with broken JSON": (called(("search", '{"words": ')), "empty"),
}


@pytest.mark.parametrize(("reply", "reason"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_gives_the_offline_answer_and_a_note(opened: Open, reply: Reply, reason: str) -> None:
    asking = opened(again_and_again(reply), model_seconds=SECONDS)
    begun = time.monotonic()
    told = asking()
    assert time.monotonic() - begun < SECONDS + GRACE
    assert (told.worded.by_model, told.worded.reason) == (False, reason)
    assert_offline(asking, told.answer.to_dict())


def assert_offline(asking: Asking, answer: dict[str, Any]) -> None:
    """The offline answer, with the note below."""
    offline = asking.offline().to_dict()
    own = ("id", "latency_ms", "answer")
    assert {k: v for k, v in answer.items() if k not in own} == {
        k: v for k, v in offline.items() if k not in own
    }
    assert answer["answer"] == f"{offline['answer']}\n- {NOTE}"


def test_an_endpoint_that_is_down(opened: Open) -> None:
    asking = opened(again_and_again(said(TRUE)), model_base_url="http://127.0.0.1:9/v1")
    told = asking()
    assert told.worded.reason == "unreachable"
    assert_offline(asking, told.answer.to_dict())


UNPROVED = {
    "another language": "Domestic first products are supported with up to 3 million yuan [2022-05 第十一条].",
    "an apology": "抱歉，我无法回答这个问题。",
    "a table": "| 项目 | 金额 |\n|---|---|\n| 首创 | 300万元 |",
}


@pytest.mark.parametrize("text", UNPROVED.values(), ids=UNPROVED.keys())
def test_words_that_are_no_answer_give_way_without_a_note(opened: Open, text: str) -> None:
    asking = opened(again_and_again(said(text)))
    told = asking()
    assert told.worded.reason == "gate"
    assert told.answer.answer == asking.offline().answer


def test_what_was_unproved_is_mended_once_with_the_reason(opened: Open) -> None:
    asking = opened(one_by_one(said(TRUE.replace("300", "600")), said(TRUE)))
    told = asking()
    assert told.worded.by_model
    assert told.worded.attempts == 2
    assert "600万元" in asking.endpoint.asked[1].last
    assert "国内首创产品支持金额不超过300万元（京科发〔2022〕5号第十一条）。" in told.answer.answer
    assert "600" not in told.answer.answer


def test_wrong_arguments_are_told_to_the_model_which_goes_on(opened: Open) -> None:
    asking = opened(one_by_one(called(("search", {"query": "x"})), said(TRUE)))
    told = asking()
    assert told.worded.by_model
    assert told.worded.tools == ("search",)


@pytest.mark.parametrize(
    "refusal", [failed(400, "tools are not supported"), failed(500, "tools param requires --jinja flag")]
)
def test_a_server_without_tools_is_asked_without_them(opened: Open, refusal: Reply) -> None:
    asking = opened(lambda asked: refusal if asked.tools else said(TRUE))
    assert asking().worded.by_model
    assert asking().worded.by_model
    assert [bool(asked.tools) for asked in asking.endpoint.asked] == [True, False, False]


def test_thoughts_of_a_reasoning_model_are_left_out(opened: Open) -> None:
    told = opened(again_and_again(said(f"<think>大概能补 9999万元？</think>\n{TRUE}")))()
    assert told.worded.by_model
    assert "9999" not in told.answer.answer


def test_an_endpoint_that_keeps_failing_is_left_alone(opened: Open) -> None:
    asking = opened(again_and_again(failed(500)))
    reasons = [asking().worded.reason for _ in range(5)]
    assert reasons == ["endpoint"] * 3 + ["paused"] * 2
    assert len(asking.endpoint.asked) == 3


def test_an_endpoint_that_asks_for_rest_gets_it(opened: Open) -> None:
    asking = opened(again_and_again(failed(429, retry_after="60")))
    assert [asking().worded.reason for _ in range(2)] == ["rate_limited", "paused"]
    assert len(asking.endpoint.asked) == 1


def test_the_budget_of_the_day_ends_the_calls(opened: Open) -> None:
    asking = opened(again_and_again(said(TRUE)), model_daily_tokens=2000)
    told = [asking().worded for _ in range(3)]
    assert [one.reason for one in told] == ["", "", "budget"]
    assert [one.usage.tokens for one in told] == [1100, 1100, 0]


def test_the_price_is_counted(opened: Open) -> None:
    asking = opened(again_and_again(said(TRUE)), model_price_in=2.0, model_price_out=8.0)
    assert str(asking().worded.usage.cost) == "0.0028"


def test_tokens_are_estimated_where_the_endpoint_tells_none(opened: Open) -> None:
    usage = opened(again_and_again(said(TRUE, usage=False)))().worded.usage
    assert usage.received == len(TRUE)
    assert usage.sent > len(QUESTION)


def test_units_that_find_no_room_are_neither_sent_nor_citable(opened: Open) -> None:
    asking = opened(again_and_again(said(TRUE)), model_context_chars=1000)
    small = asking().worded
    assert small.by_model == ("国内首创产品支持金额不超过300万元" in asking.endpoint.asked[0].last)
