"""What stands in an answer: verbatim citations, whole lists, corrected premises, validity with its rule."""

import re
from datetime import date

import pytest

from assistant.answer import Answer
from corpus.catalog import Corpus
from corpus.folding import squeeze
from corpus.quantities.quantity import Quantity, find_quantities
from tests.assistant.conftest import IN_FORCE_DAY, Ask, cited

EVERYTHING = [
    "首创产品第一个合同1200万，国内首创，能补多少？",
    "高精尖中心赚的钱怎么分",
    "三新产品认定要交哪些材料",
    "加氢站建设补贴分几档",
    "氢能政策还有效吗",
    "622号文还管用吗",
    "科技金融办法里的交易费用指什么",
    "数字人行动计划第9条是什么",
    "技术创新中心什么情况会被撤销",
    "5号文和氢能政策对国内首创产品的上限哪个高",
    "科技服务业征求意见稿对技术转移机构给多少",
    "前沿技术企业第三年股权投资出资多少",
]


@pytest.mark.parametrize("text", EVERYTHING)
def test_every_quote_is_verbatim_and_stands_in_the_unit_cited(ask: Ask, corpus: Corpus, text: str) -> None:
    answer = ask(text)
    assert answer.citations
    for citation in answer.citations:
        document = corpus.document(citation.doc)
        assert squeeze(citation.quote) in squeeze(corpus.sources[document.source].text)
        assert (citation.doc_no, citation.title) == (document.doc_no, document.title)
        unit = corpus.unit(citation.doc, citation.unit)
        assert corpus.unit_of(citation.doc, citation.path) == unit


@pytest.mark.parametrize("text", EVERYTHING)
def test_every_citation_of_the_text_is_named_by_title_number_and_path(ask: Ask, text: str) -> None:
    answer = ask(text)
    first = answer.citations[0]
    assert f"《{first.title}》" in answer.answer
    assert first.doc_no in answer.answer
    assert first.unit in answer.answer


PLACE = re.compile(
    r"《[^》]*》(?:（[^）]*号）)?[^\s：，。“]*|第[^（，。：]{1,4}条(?:（[一二三四五六七八九十\d]+）\d*)*"
)


def figures(text: str) -> set[Quantity]:
    mentions = find_quantities(text)
    named = {m.quantity for m in mentions} | {m.upper for m in mentions if m.upper is not None}
    return {quantity for quantity in named if quantity.value}


@pytest.mark.parametrize("text", EVERYTHING)
def test_every_number_in_our_own_words_stands_in_a_cited_unit_a_step_or_the_question(
    ask: Ask, corpus: Corpus, text: str
) -> None:
    answer = ask(text)
    own = [PLACE.sub("", line) for line in answer.answer.split("\n") if not line.startswith(">")]
    proof = [text, *answer.warnings, *(corpus.unit(c.doc, c.unit).text for c in answer.citations)]
    proof += [corpus.validity(c.doc, IN_FORCE_DAY).rule for c in answer.citations]
    if answer.calculation:
        proof += answer.calculation.steps
    supported = {figure for words in proof for figure in figures(words)}
    day = figures(f"{IN_FORCE_DAY:%Y年%-m月%-d日}")
    assert {figure for line in own for figure in figures(line)} - supported - day == set()


def facts(answer: Answer) -> str:
    return squeeze(answer.answer)


LISTS = {
    "materials": (
        "三新产品认定要提交哪些材料",
        ["申请书", "拥有知识产权、技术先进性", "符合规定及要求的有关文件", "其它辅助材料"],
    ),
    "conditions of managers": (
        "技术经理人登记应具备哪些条件",
        ["北京市行政区域内从事", "1年及以上", "中级及以上专业技术职称", "1项及以上"],
    ),
    "grounds of withdrawal": (
        "技术创新中心资格在哪些情形下会被撤销",
        [
            "连续2年未报送年度报告",
            "虚假材料",
            "重大经营风险",
            "重大违法行为",
            "安全生产责任事故",
            "科研诚信严重失信",
        ],
    ),
    "steps of the recognition": (
        "三新产品认定程序有哪几步",
        ["发布通知", "专家评审", "结果复核", "公示认定"],
    ),
    "steps of an application": (
        "7号文项目申报流程都有哪些环节",
        ["在线填写项目申报书", "分园推荐", "评审立项", "结果公示", "签订协议", "资金拨付", "项目验收"],
    ),
    "conditions of a centre": (
        "申请高精尖中心要满足哪些条件",
        ["联合申请建设", "双一流", "顶尖学术水平", "不搞“拼盘”", "建设场地", "人财物自主权", "先行先试"],
    ),
    "layers of a listing": (
        "新三板挂牌各层分别给多少",
        ["基础层", "调层后进入创新层", "直接进入创新层", "100万元"],
    ),
    "tiers of contributions": (
        "长期资本出资补贴分几档，各是多少",
        ["500万元", "800万元", "1000万元", "3亿元至5亿元", "5亿元至10亿元", "10亿元以上"],
    ),
    "how income is split": ("高精尖中心成果转化净收入按什么比例分", ["70%", "20%", "10%"]),
    "grounds of removal": ("哪些情况会被清退出技术转移机构库", ["弄虚作假", "连续2年未填报", "行政处罚"]),
}


@pytest.mark.parametrize(("text", "parts"), LISTS.values(), ids=LISTS.keys())
def test_a_list_stays_complete(ask: Ask, text: str, parts: list[str]) -> None:
    answer = ask(text)
    assert [part for part in parts if squeeze(part) not in facts(answer)] == []


PREMISES = {
    "full premium": ("首台套保费是全额补，对吗", "80%"),
    "a higher share": ("科技保险保费按90%补贴，对吧", "60%"),
    "a higher ceiling": ("新三板基础层挂牌奖励是200万吧，没错吧", "50万元"),
    "a wrong split": ("高精尖中心转化收益科研团队拿50%，是吗", "70%"),
    "a wrong term": ("三新产品证书有效期5年，对吗", "3年"),
    "a wrong subsidy per kilogram": ("氢气运营补贴每公斤20元，对不对", "10元/公斤"),
}


@pytest.mark.parametrize(("text", "right"), PREMISES.values(), ids=PREMISES.keys())
def test_a_false_premise_is_corrected_with_the_text(ask: Ask, text: str, right: str) -> None:
    answer = ask(text)
    assert not answer.refused
    assert squeeze(right) in facts(answer)
    assert "与原文一致" not in answer.answer


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("国际首创产品首次进入市场最高能拿700万，对吧", "不对："),
        ("首台套保费90万，能补72万对吗", "对："),
        ("国内首创产品第一个合同1500万，能拿450万是吧", "不对："),
    ],
)
def test_a_sum_that_is_taken_for_the_amount_is_judged(ask: Ask, text: str, verdict: str) -> None:
    assert ask(text).answer.lstrip("*").startswith(verdict)


def test_a_true_premise_is_confirmed(ask: Ask) -> None:
    answer = ask("三新产品证书有效期3年，对吗")
    assert ("cufa-175", "第六条") in cited(answer)
    assert "没有“3年”的说法" not in answer.answer


VALID = {
    "software on its last day": ("软件政策还有效吗", date(2025, 7, 26), "in_force", "现行有效"),
    "software a day later": ("软件政策还有效吗", date(2025, 7, 27), "expired", "已过有效期"),
    "hydrogen on its last day": ("氢能政策还有效吗", date(2025, 8, 11), "in_force", "现行有效"),
    "hydrogen a day later": ("氢能政策还有效吗", date(2025, 8, 12), "expired", "已过有效期"),
    "a guide before its thirty days": ("技创中心指引生效了吗", date(2024, 9, 13), "not_yet", "尚未施行"),
    "a guide after its thirty days": ("技创中心指引生效了吗", date(2024, 9, 14), "in_force", "现行有效"),
    "a period by its last day": ("数字人行动计划还有效吗", date(2025, 12, 31), "in_force", "现行有效"),
    "a period after its last day": ("数字人行动计划还有效吗", date(2026, 1, 1), "expired", "已过有效期"),
    "a period before its first day": ("升规稳规措施生效了吗", date(2022, 12, 31), "not_yet", "尚未施行"),
    "no term": ("5号文还有效吗", date(2030, 1, 1), "in_force", "没有规定有效期限"),
    "before the notice": ("5号文那时候施行了吗", date(2022, 6, 9), "not_yet", "尚未施行"),
    "a draft": ("科技服务业措施正式实施了吗", date(2026, 1, 1), "draft", "征求意见稿"),
    "a date in the question": ("氢能政策在2026年1月1日还有效吗", date(2024, 1, 1), "expired", "已过有效期"),
}


@pytest.mark.parametrize(("text", "as_of", "status", "words"), VALID.values(), ids=VALID.keys())
def test_validity_is_judged_by_the_day_and_its_rule_is_stated(
    ask: Ask, text: str, as_of: date, status: str, words: str
) -> None:
    answer = ask(text, as_of=as_of)
    assert answer.citations
    assert {citation.status for citation in answer.citations} == {status}
    assert words in answer.answer


def test_an_arguable_start_of_a_period_is_named(ask: Ask) -> None:
    answer = ask("软件政策有效期到哪天").answer
    assert "2025年7月26日" in answer
    assert "印发日期" in answer


REPEALS = {
    "the old recognition": ("622号文还管用吗", "2014", "cufa-175", "第十五条"),
    "the old rules of centres": ("京教研〔2020〕1号还有效吗", "2020", "jiaoyan-13", "第三十八条"),
    "the old finance rules": ("京科发〔2021〕13号还能用吗", "2021", "2022-06", "第二十五条"),
    "the old rules of parks": ("一区多园的支持资金办法作废了没", "2019", "2022-07", "第二十二条"),
}


@pytest.mark.parametrize(("text", "year", "doc", "unit"), REPEALS.values(), ids=REPEALS.keys())
def test_a_repealed_document_is_said_to_be_repealed_by_the_one_that_says_so(
    ask: Ask, text: str, year: str, doc: str, unit: str
) -> None:
    answer = ask(text)
    assert not answer.refused
    assert "废止" in answer.answer
    assert year in answer.answer
    assert (doc, unit) in cited(answer)


def test_a_document_was_not_yet_repealed_before_the_new_one(ask: Ask) -> None:
    assert "当时还没有被" in ask("622号文还管用吗", as_of=date(2024, 1, 1)).answer


WARNED = {
    "a draft": ("科技服务业征求意见稿里技术转移机构最高给多少", date(2025, 1, 15), "征求意见稿"),
    "an expired document": ("加氢站建设补贴多少", date(2026, 1, 1), "已过有效期"),
    "one not yet in force": ("技术创新中心依托单位要什么条件", date(2024, 9, 1), "尚未施行"),
}


@pytest.mark.parametrize(("text", "as_of", "words"), WARNED.values(), ids=WARNED.keys())
def test_what_is_not_in_force_is_answered_with_a_warning(
    ask: Ask, text: str, as_of: date, words: str
) -> None:
    answer = ask(text, as_of=as_of)
    assert not answer.refused
    assert any(words in warning for warning in answer.warnings)
    assert all(warning in answer.answer for warning in answer.warnings)


def test_what_is_in_force_is_answered_without_a_warning(ask: Ask) -> None:
    assert ask("加氢站建设补贴多少").warnings == ()


def test_a_ceiling_is_called_one(ask: Ask) -> None:
    answer = ask("企业在园区落地最多给多少")
    assert answer.amount is not None
    assert answer.amount.value == 200
    assert answer.amount.kind == "upper_bound"
    assert "上限" in answer.answer


def test_an_answer_starts_with_its_conclusion(ask: Ask) -> None:
    assert "300万元" in ask("首创产品第一个合同1200万，国内首创，能补多少？").answer.split("\n")[0]


def test_an_unknown_matter_of_a_known_document_gives_no_amount(ask: Ask) -> None:
    answer = ask("强链工程的氢能企业具体给多少钱，氢能政策第2条")
    assert answer.amount is None
