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


def test_every_signal_has_its_weight(relevance: Relevance, understand: Understand) -> None:
    assert set(relevance.signals(understand(SPOKEN_OF[0]))) == set(Weights.load().signals)


def test_a_question_that_names_a_document_or_follows_a_turn_is_left_alone(
    relevance: Relevance, understand: Understand
) -> None:
    assert not relevance.applies(understand("5号文对食堂有支持吗"))
    assert not relevance.applies(understand("那第二年呢", ["共性技术平台最多给多少"]))


def test_under_another_model_nothing_is_refused(settings: Settings, understand: Understand) -> None:
    other = replace(Weights.load(), model="another-model")
    relevance = replace_weights(build_relevance(settings), other)
    assert relevance.judge(understand("孩子发烧39度怎么办")) is None


def test_the_judgement_takes_no_more_than_milliseconds(pipeline: Pipeline) -> None:
    assert pipeline.answer("孩子发烧39度怎么办", (), date(2025, 1, 15)).latency_ms < 1000
