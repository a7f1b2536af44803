"""The judgement after search: matters that the corpus does not speak of, and matters in words that it does not use."""

from dataclasses import replace
from datetime import date

import pytest

from assistant.bootstrap import build_relevance
from assistant.pipeline import Pipeline
from assistant.retrieval.relevance import Relevance, Weights
from assistant.settings import Settings
from tests.assistant.conftest import Ask, Understand

FOREIGN = [
    "登记了12个软件著作权，每个登记费能返多少块",
    "单位食堂三个阿姨外加俩保安的工资，政府能给报一部分吧",
    "老板办公室要换套红木大班台和茶台，一共26万，这种装修布置费能补贴多少",
    "合作社种了三百亩小麦，种粮补贴一亩多少",
    "老旧小区加装电梯一部补多少",
    "夫妻一方经营个体工商户所欠债务，谁偿还？",
    "孩子发烧39度怎么办",
    "建筑企业二级资质要几个建造师",
]
SPOKEN_OF = [
    "拿商标去质押贷款也算知识产权质押吗",
    "学生团队还没注册公司，能领创新券吗",
    "医药企业，上年末社保交了96个人，营收1800万，成立四年，小微研发那笔最多能拿多少",
    "想把一栋老厂房改成研发楼，花了三千多万，软件那个政策最高补助多少",
    "我们独角兽落到分园，一次性给多少",
]


@pytest.fixture(scope="module")
def relevance(settings: Settings) -> Relevance:
    return replace_weights(build_relevance(settings), Weights.load())


def replace_weights(relevance: Relevance, weights: Weights) -> Relevance:
    relevance._weights = weights
    return relevance


@pytest.mark.parametrize("text", FOREIGN)
def test_a_matter_that_the_corpus_does_not_hold_is_refused(ask: Ask, text: str) -> None:
    answer = ask(text)
    assert answer.refused
    assert (answer.citations, answer.amount) == ((), None)


@pytest.mark.parametrize("text", SPOKEN_OF)
def test_a_matter_of_the_corpus_in_plain_words_is_answered(ask: Ask, text: str) -> None:
    assert not ask(text).refused


def test_the_reason_is_told_with_a_way_on(relevance: Relevance, understand: Understand) -> None:
    refusal = relevance.judge(understand("老旧小区加装电梯一部补多少"))
    assert refusal is not None
    assert refusal.kind == "irrelevant"
    assert "没有谈到" in refusal.reason
    assert refusal.way_on


@pytest.mark.parametrize(
    "asked", [(SPOKEN_OF[0], []), ("那设备谁来验收", ["共性技术平台最多给多少"])], ids=["alone", "resting"]
)
def test_every_signal_has_its_weight(
    relevance: Relevance, understand: Understand, asked: tuple[str, list[str]]
) -> None:
    question = understand(*asked)
    assert set(relevance.signals(question)) == set(Weights.load().heads[relevance.kind(question)].signals)


def test_what_is_fetched_is_not_judged(relevance: Relevance, understand: Understand) -> None:
    assert not relevance.kind(understand("5号文第十一条说什么"))
    assert not relevance.kind(understand("京科发〔2021〕13号还有效吗"))
    assert not relevance.kind(understand("评估要是正好3000万呢，费用不变", ["基金份额评估2900万，能补吗"]))


LEFT = {
    "chances": ("前沿技术企业最多给多少", "那我们报上去，批下来的几率有几成"),
    "taxes": ("转化高校成果的合同按几成补", "这份合同去税务局办免税要带哪些表"),
    "names of the chosen": ("标杆型孵化器第一年给多少", "去年评上的孵化器都有哪几家，念一下"),
    "the future": ("科技服务业的若干措施还是征求意见稿吧", "定稿哪天发出来，能透个准信吗"),
    "a translation": ("期刊进了SCI一区给多少", "帮我把论文摘要润色成英文"),
    "a district's own money": ("首次入统的先进制造业企业奖多少", "朝阳区财政另外再给多少"),
    "share prices": ("新三板挂牌给多少", "挂上以后股价大概能涨到多少"),
}


@pytest.mark.parametrize("turns", LEFT.values(), ids=LEFT.keys())
def test_a_last_turn_that_leaves_the_texts_is_not_answered_with_the_old_topic(
    ask: Ask, turns: tuple[str, str]
) -> None:
    answer = ask(turns[1], [turns[0]])
    assert answer.refused
    assert answer.citations == ()


STAYED = {
    "an ellipsis": ("共性技术平台最多给多少", "那第二年呢"),
    "a figure": ("质押贷款怎么贴息", "贷了1000万，利息50万呢"),
    "a word of tax that the text has": ("小微企业研发费用增量补贴", "研发费用看报税的口径还是账上的"),
    "a new matter of the texts": ("帮我看看哪只股票能买", "那说正经的，新三板挂牌给多少"),
    "what happens to cheats": ("三新产品认定要什么材料", "材料造假被查到了怎么办"),
}


@pytest.mark.parametrize("turns", STAYED.values(), ids=STAYED.keys())
def test_a_last_turn_that_the_texts_answer_is_answered(ask: Ask, turns: tuple[str, str]) -> None:
    assert not ask(turns[1], [turns[0]]).refused


def test_naming_a_document_does_not_make_it_speak_of_everything(ask: Ask) -> None:
    assert ask("氢能63号文里，丰田的氢车多少钱一台").refused
    assert not ask("氢能63号文里，加氢站建好了给多少").refused


def test_under_another_model_only_strange_words_are_refused(
    settings: Settings, understand: Understand
) -> None:
    other = replace(Weights.load(), model="another-model")
    relevance = replace_weights(build_relevance(settings), other)
    assert relevance.judge(understand("孩子发烧39度怎么办")) is not None
    assert relevance.judge(understand("企业注册登记的办理条件是什么")) is None


def test_the_judgement_takes_no_more_than_milliseconds(pipeline: Pipeline) -> None:
    assert pipeline.answer("孩子发烧39度怎么办", (), date(2025, 1, 15)).latency_ms < 1000
