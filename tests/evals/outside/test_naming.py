"""A question that names a law and an article is led there, however it writes them."""

import pytest

from evals.outside.collection import Collection
from evals.outside.naming import NamedArticles
from tests.evals.outside.building import article, collection, numeral

LAWS = {
    "中华人民共和国消费者权益保护法": [f"第{numeral(n)}条" for n in range(1, 64)],
    "中华人民共和国环境保护法": ["第六条"],
    "中华人民共和国环境保护税法": ["第六条"],
    "中华人民共和国劳动法": ["第三十九条"],
    "中华人民共和国劳动合同法": ["第三十九条"],
    "中华人民共和国著作权法": ["第三条"],
    "著作权法实施条例": ["第三条"],
    "最高人民法院关于审理民间借贷案件适用法律若干问题的规定": ["第二十五条"],
    "第三编合同": ["第五百七十七条"],
    "第七编侵权责任": ["第一千一百六十五条"],
    "附则": ["第一千二百六十条"],
    "中华人民共和国公证法": ["第一条"],
    "第二编分则": ["第一百二十条之一", "第一百二十条"],
    "第一编总则": ["第一条"],
}


def found(question: str, laws: Collection) -> list[str]:
    named = NamedArticles(laws.corpus.documents, laws.codes).find(question)
    return [laws.ids[unit.doc, unit.label] for unit in named]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "中华人民共和国消费者权益保护法第二十四条的内容是什么？",
            ["中华人民共和国消费者权益保护法/第二十四条"],
        ),
        ("消费者权益保护法24条", ["中华人民共和国消费者权益保护法/第二十四条"]),
        ("《消费者权益保护法》第２４条讲什么", ["中华人民共和国消费者权益保护法/第二十四条"]),
        ("消保法第五十五条", ["中华人民共和国消费者权益保护法/第五十五条"]),
        ("环保法第六条", ["中华人民共和国环境保护法/第六条"]),
        ("环境保护税法第六条", ["中华人民共和国环境保护税法/第六条"]),
        ("劳动法第39条", ["中华人民共和国劳动法/第三十九条"]),
        ("按劳动合同法第39条", ["中华人民共和国劳动合同法/第三十九条"]),
        ("著作权法实施条例第三条", ["著作权法实施条例/第三条"]),
        ("民间借贷司法解释第25条", ["最高人民法院关于审理民间借贷案件适用法律若干问题的规定/第二十五条"]),
        ("民法典第577条", ["第三编合同/第五百七十七条"]),
        ("《中华人民共和国民法典》第1165条", ["第七编侵权责任/第一千一百六十五条"]),
        ("民法典1260条", ["附则/第一千二百六十条"]),
        ("刑法第一百二十条之一", ["第二编分则/第一百二十条之一"]),
        ("刑法120条之1", ["第二编分则/第一百二十条之一"]),
        ("刑法第120条", ["第二编分则/第一百二十条"]),
        ("第六条，环保法怎么说？", ["中华人民共和国环境保护法/第六条"]),
        (
            "消保法第1条和第3条、公证法第一条",
            [
                "中华人民共和国消费者权益保护法/第一条",
                "中华人民共和国消费者权益保护法/第三条",
                "中华人民共和国公证法/第一条",
            ],
        ),
        ("消保法第九十九条", []),
        ("海商法第一条", []),
        ("第一条是什么", []),
        ("消费者权益受到侵害怎么办", []),
        ("", []),
    ],
)
def test_named_articles(question: str, expected: list[str]) -> None:
    assert found(question, collection(LAWS)) == expected


def test_laws_of_one_title_are_kept_apart_and_the_longer_comes_first() -> None:
    short = [article("甲法", "第一条", "旧文")]
    long = [article("中华人民共和国甲法", label) for label in ("第一条", "第二条")]
    assert found("甲法第一条", Collection.of([*short, *long])) == ["中华人民共和国甲法/第一条", "甲法/第一条"]


def test_articles_without_a_number_can_stand_in_a_collection() -> None:
    assert found("甲法第一条", collection({"甲法": ["", "引言"]})) == []
