"""The five sources: the units of the contract, nothing lost, nothing invented."""

import pytest

from corpus.catalog import Corpus, load_corpus
from tests.corpus.checking import assert_faithful, assert_tiled, numeral, pieces

FILES = list(load_corpus().sources)
KEYS = [document.key for document in load_corpus().documents]


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return load_corpus()


def articles(last: int) -> list[str]:
    return [f"第{numeral(number)}条" for number in range(1, last + 1)]


def items(topic: str, last: int) -> list[str]:
    return [f"{topic}（{numeral(number)}）" for number in range(1, last + 1)]


def points(last: int) -> list[str]:
    return [str(number) for number in range(1, last + 1)]


LABELS = {
    "2022-04": ["通知", "引言", "一", *points(19), "三（一）", "三（二）"],
    "2022-05": ["通知", *articles(24)],
    "2022-06": ["通知", *articles(25), *(f"名词解释{number}" for number in points(8))],
    "2022-07": ["通知", *articles(22)],
    "2022-08": ["通知", *articles(38)],
    "2022-09": ["通知", *articles(25)],
    "jiaoyan-13": ["通知", *articles(38)],
    "fufa-176": ["通知", "引言", "一", "二", *items("三", 7), *items("四", 3)],
    "2022-13": ["通知", *articles(16)],
    "2022-14": ["通知", "引言", "一", "二", *points(8), "四"],
    "jxf-162": ["通知", "引言", *points(12), "附则"],
    "jxf-59": ["通知", "引言", *items("一", 3), *points(15)],
    "jxf-63": ["通知", "引言", *points(20), "八"],
    "jxf-75": ["通知", "引言", "一", "二", "三", "四", "五"],
    "cufa-175": ["通知", *articles(15)],
    "chuangfa-143": ["通知", *articles(20)],
    "draft-kejifuwu": ["引言", *items("", 14), "附则"],
}

# document, unit, its first words, its last words
BOUNDS = [
    ("2022-04", "19", "19.", "开展国际人才交流合作。"),
    ("2022-04", "三（二）", "(二)支持方式及管理机制创新", "(中科园发〔2019〕25号)同时废止。"),
    ("2022-06", "第五条", "第五条", "对同一基金出资方补贴不超过3年。"),
    ("2022-06", "名词解释8", "8.科创孵化板:", "资本市场合规服务以及展示的板块。"),
    ("2022-09", "第二十五条", "第二十五条 市科委", "以本办法为准。"),
    ("jiaoyan-13", "第三十八条", "第三十八条 本办法自发布之日起施行。", "(京教研〔2020〕1号)同时废止。"),
    ("2022-14", "8", "8.推动各区用好技术经理人。", "(市科委、中关村管委会,各区人民政府)"),
    ("jxf-162", "附则", "本若干政策措施所指企业", "有效期3年。"),
    ("jxf-59", "通知", "北京市经济和信息化局关于印发", "联系电话：55578429)"),
    ("jxf-63", "八", "八、附则", "有效期三年。"),
    ("jxf-75", "引言", "为落实《北京市“十四五”", "培育骨干高精尖企业。"),
    ("chuangfa-143", "第五条", "第五条 依托单位应具备以下基本条件:", "以及成果转化应用团队。"),
    ("draft-kejifuwu", "（十四）", "（十四）加强市区联动服务保障。", "（责任单位：各区政府，经开区管委会）"),
    ("draft-kejifuwu", "附则", "本若干政策措施所指企业", "由北京市科委、中关村管委会负责解释。"),
]

CHAPTERS = [
    ("2022-05", "第十一条", "第二章"),
    ("2022-06", "第五条", "第一节"),
    ("2022-06", "名词解释1", "名词解释"),
    ("2022-04", "1", "二、支持方向和重点 / (一)加快培育创新型世界一流企业"),
    ("fufa-176", "四（二）", "四、主要措施"),
    ("jxf-59", "14", "三、保障措施"),
]

PATHS = [
    ("2022-05", "第十一条（三）", "支持方式及金额"),
    ("2022-05", "第五条（三）1（1）", ""),
    ("2022-07", "第七条（二）1（4）", "具有显著孵化效能"),
    ("2022-09", "第九条（二）2（4）", ""),
    ("chuangfa-143", "第五条（三）3", ""),
]


def test_the_catalogue_holds_the_documents_of_the_contract() -> None:
    assert sorted(KEYS) == sorted(LABELS)


@pytest.mark.parametrize("key", LABELS)
def test_a_document_has_exactly_the_units_of_the_contract(corpus: Corpus, key: str) -> None:
    assert [unit.label for unit in corpus.document(key).units] == LABELS[key]


@pytest.mark.parametrize("file", FILES)
def test_units_sections_furniture_and_markup_tile_a_source(corpus: Corpus, file: str) -> None:
    source = corpus.sources[file]
    documents = [document for document in corpus.documents if document.source == file]
    assert_tiled(
        source.text, [piece for document in documents for piece in pieces(document)], source.furniture
    )


@pytest.mark.parametrize("key", KEYS)
def test_every_part_of_a_document_holds_the_words_of_the_source(corpus: Corpus, key: str) -> None:
    document = corpus.document(key)
    text = corpus.sources[document.source].text
    for piece in pieces(document):
        assert_faithful(piece, text)


@pytest.mark.parametrize("key", KEYS)
def test_units_stand_in_reading_order(corpus: Corpus, key: str) -> None:
    starts = [unit.spans[0].start for unit in corpus.document(key).units]
    assert starts == sorted(set(starts))


@pytest.mark.parametrize("key", KEYS)
def test_a_numbered_path_is_unique_in_its_document(corpus: Corpus, key: str) -> None:
    paths = [c.path for unit in corpus.document(key).units for c in unit.walk() if c.kind.value == "item"]
    assert len(paths) == len(set(paths))


@pytest.mark.parametrize(("doc", "label", "first", "last"), BOUNDS)
def test_a_unit_begins_and_ends_where_the_text_says(
    corpus: Corpus, doc: str, label: str, first: str, last: str
) -> None:
    text = corpus.unit(doc, label).text
    assert text.startswith(first)
    assert text.endswith(last)


@pytest.mark.parametrize(("doc", "label", "chapter"), CHAPTERS)
def test_a_unit_knows_the_headings_above_it(corpus: Corpus, doc: str, label: str, chapter: str) -> None:
    assert chapter in corpus.unit(doc, label).chapter


@pytest.mark.parametrize(("doc", "path", "heading"), PATHS)
def test_a_path_names_one_clause(corpus: Corpus, doc: str, path: str, heading: str) -> None:
    assert corpus.clause(doc, path).heading == heading


def test_contents_pages_and_colophons_are_furniture(corpus: Corpus) -> None:
    for file in ("001_bcc2444ac81326cc.txt", "002_5bf338b5875b77cf.txt"):
        source = corpus.sources[file]
        words = "".join(source.text[span.start : span.end] for span in source.furniture)
        assert "【部门文件】" in words
        assert "Circular of" in words
        assert "政府公报查询方式" in words


@pytest.mark.parametrize("key", KEYS)
def test_a_unit_holds_neither_page_ornaments_nor_markup(corpus: Corpus, key: str) -> None:
    for unit in corpus.document(key).units:
        assert "北京市人民政府公报\n" not in unit.text + "\n"
        assert not any(sign in unit.text for sign in ("**", "<sup>", "###", "---"))


def test_no_clause_begins_or_ends_with_a_blank(corpus: Corpus) -> None:
    clauses = [clause for document in corpus.documents for unit in document.units for clause in unit.walk()]
    assert [clause.path for clause in clauses if clause.text != clause.text.strip()] == []
