"""Documents and units that a question names, in every notation that people use."""

import pytest

from assistant.question import UnitReference
from assistant.understand.references import DocumentNames, find_nth, find_units
from corpus.catalog import Corpus
from tests.assistant.conftest import Ask, Understand, cited


@pytest.fixture(scope="module")
def names(corpus: Corpus) -> DocumentNames:
    return DocumentNames(corpus)


LOOSE = {
    "中关村建设世界领先园区若干措施": "2022-04",
    "提升国际化那个办法": "2022-09",
    "科技型社会组织服务企业的行动方案": "fufa-176",
    "促进先进制造业升规的措施": "jxf-75",
}
UNNAMED = ("科技成果转化有什么政策", "公司内部有一份管理办法", "支持企业的若干措施")

DOCUMENTS = {
    "京科发〔2022〕5号": "2022-05",
    "京科发[2022]5号": "2022-05",
    "京科发（2022）5号": "2022-05",
    "京科发【2022】5号": "2022-05",
    "京科发2022年5号文": "2022-05",
    "5号文": "2022-05",
    "5号文件": "2022-05",
    "京科发〔2022〕6号": "2022-06",
    "科技金融那个办法": "2022-06",
    "7号文": "2022-07",
    "园区高质量发展的办法": "2022-07",
    "8号文": "2022-08",
    "双创办法": "2022-08",
    "国际化的支持资金办法": "2022-09",
    "４号文": "2022-04",
    "京科发〔2022〕13号": "2022-13",
    "京教研〔2022〕13号": "jiaoyan-13",
    "高精尖中心办法": "jiaoyan-13",
    "技术经理人登记办法": "2022-13",
    "14号文": "2022-14",
    "京科服发〔2022〕176号": "fufa-176",
    "聚力行动": "fufa-176",
    "京经信发〔2022〕162号": "jxf-162",
    "软件政策": "jxf-162",
    "数字人行动计划": "jxf-59",
    "氢能二十条": "jxf-63",
    "支持氢能的20条": "jxf-63",
    "升规稳规那个75号": "jxf-75",
    "氢能产业那份政策": "jxf-63",
    "升规稳规措施": "jxf-75",
    "京科促发〔2024〕175号": "cufa-175",
    "2024年175号文": "cufa-175",
    "三新产品办法": "cufa-175",
    "技创中心指引": "chuangfa-143",
    "143号文": "chuangfa-143",
    "科技服务业征求意见稿": "draft-kejifuwu",
    "《北京市新技术新产品新服务认定支持办法》": "cufa-175",
    "中关村国家自主创新示范区提升国际化发展水平支持资金管理办法（试行）": "2022-09",
}


@pytest.mark.parametrize(("written", "key"), DOCUMENTS.items(), ids=DOCUMENTS.keys())
def test_a_document_is_recognised_by_number_title_and_alias(
    names: DocumentNames, written: str, key: str
) -> None:
    assert names.find(f"请问{written}由谁负责解释？").docs == (key,)


def test_every_number_and_title_of_the_catalogue_names_its_own_document(
    names: DocumentNames, corpus: Corpus
) -> None:
    for document in corpus.documents:
        for name in filter(None, (document.doc_no, f"《{document.title}》")):
            assert names.find(f"{name}讲的是什么").docs == (document.key,), name


def test_two_documents_of_one_question_come_in_its_order_of_mention_or_both(names: DocumentNames) -> None:
    assert set(names.find("5号文和氢能政策对首创产品的支持哪个高").docs) == {"2022-05", "jxf-63"}


NO_DOCUMENT = [
    "地铁13号线边上的园区有支持吗",
    "2022年5月成立的公司能申请吗",
    "展厅在5号楼三层",
    "企业2022年营收175万",
    "第5条生产线改造给钱吗",
    "我们排第14号",
    "园区的7号楼",
    "升规企业在13号院",
]


@pytest.mark.parametrize("text", NO_DOCUMENT)
def test_other_numbers_name_no_document(names: DocumentNames, text: str) -> None:
    found = names.find(text)
    assert (found.docs, found.repeals, found.unknown) == ((), (), ())


REPEALED = {
    "by number": ("中科园发〔2019〕19号还能用吗", "2022-07", "中科园发〔2019〕19号"),
    "by short number": ("622号文还管用吗", "cufa-175", "京科发〔2014〕622号"),
    "by alias": ("一区多园办法还有效吗", "2022-07", "中科园发〔2019〕19号"),
    "the detailed rules": ("一区多园的实施细则还有效吗", "2022-07", "中科园发〔2019〕22号"),
    "by title": ("《北京高等学校高精尖创新中心建设管理办法》还有效吗", "jiaoyan-13", "京教研〔2020〕1号"),
}


@pytest.mark.parametrize(("text", "by", "number"), REPEALED.values(), ids=REPEALED.keys())
def test_a_repealed_document_is_known_by_what_repealed_it(
    names: DocumentNames, text: str, by: str, number: str
) -> None:
    assert [(named.by, named.repeal.number) for named in names.find(text).repeals] == [(by, number)]


def test_a_number_that_nobody_holds_is_unknown(names: DocumentNames) -> None:
    found = names.find("京科发〔2019〕88号第三条说什么")
    assert (found.docs, found.repeals) == ((), ())
    assert len(found.unknown) == 1
    assert "88号" in found.unknown[0]


UNITS = {
    "第十一条": [(11, "条", ())],
    "第11条": [(11, "条", ())],
    "11条": [(11, "条", ())],
    "第二十五条": [(25, "条", ())],
    "第五条第三项": [(5, "条", ("3",))],
    "第五条（三）": [(5, "条", ("3",))],
    "第五条(三)1": [(5, "条", ("3",))],
    "第6点": [(6, "点", ())],
    "第十三项": [(13, "项", ())],
    "名词解释3": [(3, "名词解释", ())],
    "名词解释第八条": [(8, "名词解释", ())],
    "第五条和第九条": [(5, "条", ()), (9, "条", ())],
    "二十六条": [(26, "条", ())],
    "最后一条": [(-1, "条", ())],
    "倒数第二条": [(-2, "条", ())],
    "第五部分": [(5, "部分", ())],
    "第二大项": [(2, "部分", ())],
}


@pytest.mark.parametrize(("written", "expected"), UNITS.items(), ids=UNITS.keys())
def test_a_unit_is_recognised_by_its_number(
    written: str, expected: list[tuple[int, str, tuple[str, ...]]]
) -> None:
    def values(reference: UnitReference) -> tuple[int, str, tuple[str, ...]]:
        return reference.number, reference.word, reference.clauses

    assert [values(reference) for reference in find_units(f"5号文{written}怎么说")] == expected


@pytest.mark.parametrize(
    "text",
    [
        "第三方评估机构",
        "第一年支持多少",
        "前3个合同任选1个",
        "近3年收入",
        "第一大股东",
        "中国创新挑战赛第四名",
        "第二大项目",
        "二十条生产线",
        "那二十条政策",
        "最后一条生产线",
    ],
)
def test_other_ordinals_name_no_unit(text: str) -> None:
    assert find_units(text) == ()


NTH = {
    "第三个条件具体指什么": (3, "条件"),
    "第2步怎么做": (2, "步"),
    "第四项材料": (4, "材料"),
    "条件有几个": None,
}


@pytest.mark.parametrize(("text", "expected"), NTH.items(), ids=NTH.keys())
def test_an_item_of_a_list_is_recognised_by_its_place(text: str, expected: tuple[int, str] | None) -> None:
    found = find_nth(text)
    assert (found and (found.number, found.word)) == expected


FETCHED = {
    "an article of a numbered document": ("京科发〔2022〕5号第十一条是什么内容", "2022-05", "第十一条"),
    "an article in digits": ("7号文第9条讲什么", "2022-07", "第九条"),
    "an article without 第": ("三新产品办法14条怎么写的", "cufa-175", "第十四条"),
    "a point of a document without articles": ("氢能政策第13条是什么", "jxf-63", "13"),
    "a point by its word": ("4号文第6点讲什么", "2022-04", "6"),
    "a term": ("科技金融办法的名词解释5是什么", "2022-06", "名词解释5"),
    "a measure in brackets": ("科技服务业征求意见稿第八条写了什么", "draft-kejifuwu", "（八）"),
    "a measure of the action plan": ("数字人行动计划第15条是什么", "jxf-59", "15"),
    "an article without 第 in words": ("双创办法里二十六条写了什么", "2022-08", "第二十六条"),
    "a part": ("升规稳规措施第五部分讲什么", "jxf-75", "五"),
    "the last article": ("登记办法最后一条讲什么", "2022-13", "第十六条"),
    "the last but one": ("三新产品办法倒数第二条讲什么", "cufa-175", "第十四条"),
    "the last point of points": ("数字人行动计划最后一条讲什么", "jxf-59", "15"),
    "an item of a part": ("聚力行动第三部分第二项讲什么", "fufa-176", "三（二）"),
    "a label as citations show it": ("聚力行动三（二）讲什么", "fufa-176", "三（二）"),
}


@pytest.mark.parametrize(("text", "doc", "unit"), FETCHED.values(), ids=FETCHED.keys())
def test_a_named_unit_is_fetched(ask: Ask, text: str, doc: str, unit: str) -> None:
    answer = ask(text)
    assert not answer.refused
    assert cited(answer) == [(doc, unit)]


def test_every_article_of_every_document_is_fetched_by_its_number(ask: Ask, corpus: Corpus) -> None:
    for document in corpus.documents:
        articles = [unit.label for unit in document.units if unit.label.startswith("第")]
        for label in articles[:: max(1, len(articles) // 3)]:
            assert cited(ask(f"{document.doc_no}{label}的内容是什么")) == [(document.key, label)]


CLAUSES = {
    "an item": ("5号文第十条第三项怎么说", "第十条（三）", "3年累计支持不超过5000万元"),
    "an item in brackets": ("7号文第六条（二）怎么说", "第六条（二）", "近2年内完成竣工验收"),
}


@pytest.mark.parametrize(("text", "path", "words"), CLAUSES.values(), ids=CLAUSES.keys())
def test_a_named_clause_is_quoted_alone(ask: Ask, text: str, path: str, words: str) -> None:
    answer = ask(text)
    assert {citation.path for citation in answer.citations} == {path}
    assert words in answer.answer


@pytest.mark.parametrize(("said", "key"), LOOSE.items(), ids=LOOSE.keys())
def test_a_title_said_loosely_names_its_document_and_is_taken_out(
    names: DocumentNames, said: str, key: str
) -> None:
    found = names.find(f"请问{said}里怎么说")
    assert found.docs == (key,)
    assert said not in found.rest


@pytest.mark.parametrize("text", UNNAMED)
def test_words_that_no_title_is_made_of_name_no_document(names: DocumentNames, text: str) -> None:
    assert names.find(text).docs == ()


def test_a_part_is_the_unit_under_its_heading_that_fits_the_question(ask: Ask) -> None:
    answer = ask("聚力行动方案第四部分怎么说宣传")
    assert cited(answer) == [("fufa-176", "四（三）")]


def test_the_end_of_a_text_that_is_not_named_fetches_nothing(understand: Understand) -> None:
    assert understand("最后一条讲什么").units == ()
