"""What users read of a model's words: those that are proved, in their place, with what the system judged untouched."""

import subprocess
import sys
from datetime import date

import pytest

from evals.model.endpoint import called, said
from tests.model.conftest import DAY, QUESTION, TRUE, Open, one_by_one, saying

MORE = "已成熟商业化的产品不予支持[2022-05 第十一条]。"


def test_proved_words_stand_below_the_amount_and_above_its_derivation(opened: Open) -> None:
    asking = opened(saying(f"**{TRUE}**\n- {MORE}"))
    told = asking()
    offline = asking.offline()
    head, *rest = told.answer.answer.split("\n\n")
    assert head == offline.answer.split("\n\n")[0]
    assert rest[:2] == [
        "国内首创产品支持金额不超过300万元（京科发〔2022〕5号第十一条）。",
        "已成熟商业化的产品不予支持（京科发〔2022〕5号第十一条）。",
    ]
    assert rest[2:] == offline.answer.split("\n\n")[1:]
    assert (told.answer.amount, told.answer.calculation) == (offline.amount, offline.calculation)
    assert told.answer.citations == offline.citations


def test_a_question_without_a_calculation_is_answered_in_the_models_words(opened: Open) -> None:
    question = "登记为技术转移机构要什么条件？"
    words = "登记技术转移机构，要有专职从事技术转移和科技成果转化的人员，有固定的经营场所"
    asking = opened(saying(f"{words}[2022-13 第七条]。"))
    told = asking(question)
    assert told.worded.by_model, told.worded.faults
    assert told.answer.answer.startswith(f"**{words}（京科发〔2022〕13号第七条）。**")
    assert told.answer.citations == asking.offline(question).citations


def test_the_warning_of_an_expired_document_stays(opened: Open) -> None:
    true = "加氢站建设补贴按照压缩机12小时额定工作能力，分别给予500万元和200万元的定额建设补贴[jxf-63 13]。"
    question = "建加氢站，压缩机12小时额定工作能力1000公斤，补多少？"
    told = opened(saying(true))(question, as_of=date(2026, 11, 21))
    assert told.worded.by_model, told.worded.faults
    assert any("已过有效期" in warning for warning in told.answer.warnings)
    assert f"【注意】{told.answer.warnings[0]}" in told.answer.answer


REFUSED = ("上海的首创产品能补多少？", "今天天气怎么样？", "京科发〔2022〕5号第九十九条说了什么？")


@pytest.mark.parametrize("question", REFUSED)
def test_a_refusal_stays_a_refusal_and_costs_nothing(opened: Open, question: str) -> None:
    asking = opened(saying(TRUE))
    told = asking(question)
    assert told.answer.refused
    assert told.answer.answer == asking.offline(question).answer
    assert asking.endpoint.asked == []


def test_whether_a_document_is_in_force_is_not_put_to_the_model(opened: Open) -> None:
    asking = opened(saying(TRUE))
    assert asking("京科发〔2022〕5号现在还有效吗？").worded.reason == "validity"
    assert asking.endpoint.asked == []


def test_a_trial_may_be_told_as_a_supposition_alone(opened: Open) -> None:
    trial = called(("calculate_2022-05__first-contract", {"contract": "900万元", "novelty": "国内首创"}))
    supposed = "如果首次进入市场合同金额900万元，按30%比例计算是270万元[2022-05 第十一条]。"
    told = opened(one_by_one(trial, said(supposed)))()
    assert told.worded.by_model, told.worded.faults
    claimed = "首次进入市场合同金额900万元，按30%比例支持270万元[2022-05 第十一条]。"
    assert opened(one_by_one(trial, said(claimed)))().worded.reason == "gate"


def test_the_amount_is_never_that_of_a_trial(opened: Open) -> None:
    trial = called(("calculate_2022-05__first-contract", {"contract": "1200万元", "novelty": "国际首创"}))
    asking = opened(one_by_one(trial, said("您最高可获支持360万元[2022-05 第十一条]。")))
    told = asking()
    assert told.worded.reason == "gate"
    assert told.answer.amount == asking.offline().amount


def test_the_model_is_offered_what_the_brief_allows_and_no_more(opened: Open) -> None:
    asking = opened(saying(TRUE))
    asking()
    names = asking.endpoint.asked[0].tools
    assert {"search", "get_unit", "match"} <= set(names)
    assert all(
        name.startswith("calculate_2022-05__") for name in set(names) - {"search", "get_unit", "match"}
    )


def test_a_unit_is_cited_once_the_model_rests_on_it(opened: Open) -> None:
    """A unit beside those of the offline answer that is likely to answer too joins its citations, quoted verbatim."""
    asking = opened(saying(TRUE))
    question = "中关村首创产品首次进入市场和首台套各怎么支持？"
    offline = asking.offline(question)
    told = asking(question)
    assert {c.unit for c in offline.citations} <= {c.unit for c in told.answer.citations}


def test_nothing_of_langchain_agents_is_loaded_where_no_model_is_set() -> None:
    probe = (
        "import sys; from assistant.settings import Settings; from assistant.bootstrap import build;"
        f"from datetime import date; build(Settings()).answer({QUESTION!r}, (), date(2025, 1, 15));"
        "print([m for m in ('assistant.model', 'langchain.agents', 'langchain_openai', 'openai') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_one_day_of_validity_holds_for_model_and_answer(opened: Open) -> None:
    asking = opened(saying(TRUE))
    asking(as_of=DAY)
    assert "效力：现行有效" in asking.endpoint.asked[0].last


def test_the_gate_judges_the_offline_conclusion_too_and_withholds_nothing(opened: Open) -> None:
    question = "公司注册在延庆，不在中关村示范区里，国际化支持资金能申请吗"
    asking = opened(saying("抱歉。"))
    told = asking(question)
    assert told.worded.own_faults
    assert told.answer.answer == asking.offline(question).answer
