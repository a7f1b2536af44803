"""Follow-ups worded by a model: taken where they bring nothing that nobody said, and never without being asked for."""

import pytest

from assistant.worded import Rewritten
from evals.model.endpoint import Asked, Reply, Script, failed, said
from tests.model.conftest import DAY, QUESTION, TRUE, Asking, Open

FOLLOW_UP = "换成800万呢"
GOOD = "首创产品第一个合同800万，国内首创，能补多少？"


def rewriting(reply: Reply) -> Script:
    """A model that rewrites with this reply, and words answers truly."""

    def script(asked: Asked) -> Reply:
        return reply if "最后一问" in asked.last else said(TRUE)

    return script


def rewritten(asking: Asking, question: str = FOLLOW_UP, history: tuple[str, ...] = (QUESTION,)) -> Rewritten:
    steps: dict[str, object] = {}
    answer = asking.serving.pipeline.answer(
        question, history, DAY, lambda step, result, _: steps.setdefault(step, result)
    )
    assert answer.question == question
    found = steps["rewrite"]
    assert isinstance(found, Rewritten)
    return found


def test_a_follow_up_is_understood_as_it_was_rewritten(opened: Open) -> None:
    asking = opened(rewriting(said(f"“{GOOD}”")), model_rewrite=True)
    assert rewritten(asking) == Rewritten(GOOD, "", usage=rewritten(asking).usage)
    told = asking(FOLLOW_UP, (QUESTION,))
    assert told.answer.amount == asking.offline(FOLLOW_UP, (QUESTION,)).amount
    assert told.answer.question == FOLLOW_UP


BROUGHT = {
    "another figure": "首创产品第一个合同900万，国内首创，能补多少？",
    "another unit": "首创产品第一个合同800亿，国内首创，能补多少？",
    "a share": "首创产品第一个合同800万，按30%能补多少？",
    "a bound": "首创产品第一个合同不超过800万，国内首创，能补多少？",
    "a document": "按照京科发〔2022〕5号，首创产品第一个合同800万，国内首创，能补多少？",
    "a title": "按《北京市企业发展奖励办法》，首创产品第一个合同800万，国内首创，能补多少？",
    "an article": "按第十一条，首创产品第一个合同800万，国内首创，能补多少？",
    "a date": "2023年8月首创产品第一个合同800万，国内首创，能补多少？",
    "another matter": "氢能加氢站建设运营补贴标准以及申报流程联系电话是什么呢",
    "a link": "首创产品第一个合同800万，国内首创，能补多少？http://a.example.com",
    "an essay": GOOD * 20,
}


@pytest.mark.parametrize("text", BROUGHT.values(), ids=BROUGHT.keys())
def test_a_rewriting_that_brings_anything_is_dropped(opened: Open, text: str) -> None:
    asking = opened(rewriting(said(text)), model_rewrite=True)
    found = rewritten(asking)
    assert (found.text, found.reason) == (FOLLOW_UP, "gate")
    assert found.brought
    answer = asking(FOLLOW_UP, (QUESTION,)).answer
    assert answer.amount == asking.offline(FOLLOW_UP, (QUESTION,)).amount


@pytest.mark.parametrize(("reply", "reason"), [(failed(500), "endpoint"), (said(""), "empty")])
def test_a_fault_leaves_the_question_as_it_was(opened: Open, reply: Reply, reason: str) -> None:
    found = rewritten(opened(rewriting(reply), model_rewrite=True))
    assert (found.text, found.reason) == (FOLLOW_UP, reason)


def test_names_are_hidden_and_come_back(opened: Open) -> None:
    history = ("我们是海淀星光科技有限公司，首创产品第一个合同1200万，国内首创，能补多少？",)
    text = "〔企业1〕首创产品第一个合同800万，国内首创，能补多少？"
    asking = opened(rewriting(said(text)), model_rewrite=True)
    found = rewritten(asking, history=history)
    assert found.reason == ""
    assert "海淀星光科技有限公司首创产品第一个合同800万" in found.text
    assert "星光" not in asking.endpoint.asked[0].last


def test_a_first_question_and_the_default_are_not_rewritten(opened: Open) -> None:
    asking = opened(rewriting(said(GOOD)), model_rewrite=True)
    asking()
    off = opened(rewriting(said(GOOD)))
    off(FOLLOW_UP, (QUESTION,))
    asked = [*asking.endpoint.asked, *off.endpoint.asked]
    assert not any("最后一问" in one.last for one in asked)


def test_rewriting_is_paid_from_the_same_budget(opened: Open) -> None:
    asking = opened(rewriting(said(GOOD)), model_rewrite=True, model_daily_tokens=1000)
    assert rewritten(asking).reason == ""
    assert rewritten(asking).reason == "budget"
