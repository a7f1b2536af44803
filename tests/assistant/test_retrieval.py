"""Which units a question finds: colloquial wording, bounds by named documents, search without an answer."""

from collections.abc import Callable
from typing import Any

import pytest

from assistant.bootstrap import build_search
from assistant.settings import Settings
from corpus.catalog import Corpus
from tests.assistant.conftest import Ask, cited

Search = Callable[[str, int], list[dict[str, Any]]]

FIRST_UNIT = {
    "我们把老厂房改成科技园，花的钱能报一部分吗": ("2022-07", "第六条"),
    "银行贷款拿专利做抵押，利息给不给补": ("2022-06", "第十一条"),
    "担保公司替企业还了钱，政府帮着分担不": ("2022-06", "第八条"),
    "收购别家公司能拿多少支持": ("2022-06", "第十四条"),
    "公司挂新三板奖励多少": ("2022-06", "第十二条"),
    "教授的成果做概念验证能申请多少钱": ("2022-08", "第六条"),
    "从大学买技术，合同额能补一部分吗": ("2022-08", "第九条"),
    "做测试想用创新券，什么企业能领": ("2022-08", "第十三条"),
    "产品贴1字标给多少钱": ("2022-08", "第十七条"),
    "我们有人当上了ISO技术委员会副主席，有支持吗": ("2022-08", "第十八条"),
    "在国外建科技园要多大面积才给支持": ("2022-09", "第六条"),
    "学术期刊进了SCI一区给多少": ("2022-09", "第十四条"),
    "派技术骨干出国培训至少要多少天": ("2022-09", "第十五条"),
    "高校高精尖中心赚的钱怎么分": ("jiaoyan-13", "第二十八条"),
    "技术转移机构登记后两年没填报会怎样": ("2022-13", "第十二条"),
    "到2025年要培养多少名技术经理人": ("2022-14", "二"),
    "数据中心改造成算力中心奖励多少": ("jxf-162", "6"),
    "数字人产业2025年规模目标是多少": ("jxf-59", "一（三）"),
    "加氢站建成以后每公斤补多少": ("jxf-63", "13"),
    "首次上规的制造企业奖励多少": ("jxf-75", "二"),
    "什么叫稳规企业": ("jxf-75", "引言"),
    "三新产品证书几年有效": ("cufa-175", "第六条"),
    "交了假材料申请三新产品会怎样": ("cufa-175", "第十四条"),
    "技术创新中心什么情况下会被撤销": ("chuangfa-143", "第十八条"),
    "技术创新中心几年考核一次": ("chuangfa-143", "第十六条"),
    "头部科技服务企业营收增加10亿给多少": ("draft-kejifuwu", "（一）"),
    "科技型社会组织聚力行动2025年目标是什么": ("fufa-176", "二"),
    "什么是S基金": ("2022-06", "名词解释2"),
    "科创孵化板是什么": ("2022-06", "名词解释8"),
    "基金份额转让里的“中介服务机构费用”都包含哪些钱": ("2022-06", "名词解释6"),
    "申请科技保险保费补贴，申报书在哪个系统填": ("2022-06", "第十五条"),
    "技术转移机构登记在哪个系统填": ("2022-13", "第八条"),
}


# Known gap: the event (活动) still outweighs the applicant (协会); strict, so mending it is noticed.
FIRST_UNIT_GAPS = {"协会办活动服务企业，能得到资金支持吗": ("2022-08", "第二十五条")}


@pytest.mark.xfail(strict=True, reason="the applicant named does not yet outweigh the activity")
@pytest.mark.parametrize(("text", "unit"), FIRST_UNIT_GAPS.items(), ids=FIRST_UNIT_GAPS.keys())
def test_the_unit_for_the_applicant_is_cited_first(ask: Ask, text: str, unit: tuple[str, str]) -> None:
    assert cited(ask(text))[0] == unit


@pytest.mark.parametrize(("text", "unit"), FIRST_UNIT.items(), ids=FIRST_UNIT.keys())
def test_the_unit_that_answers_is_cited_first(ask: Ask, text: str, unit: tuple[str, str]) -> None:
    answer = ask(text)
    assert not answer.refused
    assert cited(answer)[0] == unit


BOUNDED = {
    "首创产品 in hydrogen": ("氢能政策里首创产品能补多少", {"jxf-63"}),
    "first contract in the general document": ("5号文里首创产品能补多少", {"2022-05"}),
    "deceit in one of five alike": ("7号文对骗取资金怎么处理", {"2022-07"}),
    "the same in another": ("9号文对骗取资金怎么处理", {"2022-09"}),
    "who explains": ("技术经理人登记办法由谁解释", {"2022-13"}),
    "double funding": ("8号文能不能重复支持", {"2022-08"}),
    "common technology platforms in the draft": (
        "科技服务业征求意见稿对共性技术平台给多少",
        {"draft-kejifuwu"},
    ),
}


@pytest.mark.parametrize(("text", "docs"), BOUNDED.values(), ids=BOUNDED.keys())
def test_a_named_document_bounds_the_citations(ask: Ask, text: str, docs: set[str]) -> None:
    answer = ask(text)
    assert answer.citations
    assert {citation.doc for citation in answer.citations} == docs


def test_a_document_for_another_field_does_not_lead_a_general_question(ask: Ask) -> None:
    assert cited(ask("首创产品首次进入市场有什么支持"))[0][0] == "2022-05"


SEVERAL = {
    "which is higher": ("5号文和氢能政策对国内首创产品的上限哪个高", {"2022-05", "jxf-63"}),
    "two documents side by side": (
        "技术转移机构支持，8号文和科技服务业征求意见稿分别最高多少",
        {"2022-08", "draft-kejifuwu"},
    ),
    "leasing compared": ("科技金融办法和氢能政策的融资租赁补贴有什么不同", {"2022-06", "jxf-63"}),
}


@pytest.mark.parametrize(("text", "docs"), SEVERAL.values(), ids=SEVERAL.keys())
def test_a_comparison_cites_every_document_compared(ask: Ask, text: str, docs: set[str]) -> None:
    assert {citation.doc for citation in ask(text).citations} == docs


@pytest.fixture(scope="module")
def search(settings: Settings) -> Search:
    return build_search(settings)


def test_search_gives_as_many_units_as_asked_best_first(search: Search, corpus: Corpus) -> None:
    hits = search("加氢站 建设补贴", 5)
    assert len(hits) == 5
    assert (hits[0]["doc"], hits[0]["unit"]) == ("jxf-63", "13")
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    for hit in hits:
        assert corpus.unit(hit["doc"], hit["unit"]).text == hit["text"]


def test_search_names_each_unit_once(search: Search) -> None:
    hits = search("资金支持", 40)
    places = [(hit["doc"], hit["unit"]) for hit in hits]
    assert len(set(places)) == len(places)


def test_an_amount_that_a_framework_leaves_open_is_sought_where_it_is_carried_out(ask: Ask) -> None:
    answer = ask("4号文只说支持首台套保险补贴机制，没写数，保费能补多少")
    assert {("2022-04", "4"), ("2022-05", "第十二条")} <= set(cited(answer))
