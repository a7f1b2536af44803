"""The parser reads the drafting conventions of Chinese policies and laws."""

import json
from itertools import groupby
from pathlib import Path

import pytest

from corpus.folding import squeeze
from corpus.model import ClauseKind
from tests.corpus.checking import assert_tiled, labels, numeral, parse_all, parse_one, pieces, unit

STATUTES = Path(__file__).parents[1] / "data" / "statutes.jsonl"

ARTICLE_LINES = [
    pytest.param("第三条 为了丙，制定本办法。", id="its first line carries text"),
    pytest.param("第三条\n为了丙，制定本办法。", id="its heading is a line of its own"),
    pytest.param("**第三条** 为了丙，制定本办法。", id="its sign is bold"),
    pytest.param("### 第三条\n\n为了丙，制定本办法。", id="its sign is a Markdown heading"),
    pytest.param("###### **第三条** 为了丙，\n\n制定本办法。", id="its sign is a bold heading of any level"),
    pytest.param("　　第三条　为了丙，制定本办法。", id="it is indented with full-width blanks"),
    pytest.param("第三条为了丙，制定本办法。", id="no blank follows its sign"),
    pytest.param("- 第三条 为了丙，制定本办法。", id="it stands in a Markdown list"),
    pytest.param("第三条 为了丙，\n\n---\n\n制定本办法。", id="a page break parts its sentence"),
]


@pytest.mark.parametrize("written", ARTICLE_LINES)
def test_an_article_is_found_however_it_is_written(written: str) -> None:
    document = parse_one(f"某某管理办法\n第一条 甲。\n第二条 乙。\n{written}\n第四条 丁。\n")
    assert labels(document) == ["第一条", "第二条", "第三条", "第四条"]
    assert squeeze(unit(document, "第三条").text) == "第三条为了丙，制定本办法。"


RUNNING_TEXT = [
    pytest.param(
        "申请单位应同时满足\n第五条(三)项要求，方可登记。", id="第五条(三)项 at the start of a line"
    ),
    pytest.param("按照\n第三条规定的程序办理。", id="第三条规定 at the start of a line"),
    pytest.param("不符合\n第四条、第五条的，不予支持。", id="第四条、第五条 at the start of a line"),
    pytest.param("乙。\n第三条规定的程序另行公布。", id="第三条规定 behind a full stop"),
    pytest.param("乙。\n第三条和第四条另有要求的除外。", id="第三条和第四条 behind a full stop"),
    pytest.param("乙。\n第三条至第五条另有要求的除外。", id="第三条至第五条 behind a full stop"),
    pytest.param("依照\n第一条 的程序办理。", id="an earlier article with a blank"),
    pytest.param("依照\n第二条 的程序办理。", id="the article itself with a blank"),
    pytest.param("应当满足第三条 的条件。", id="第三条 in the middle of a line"),
    pytest.param("依照第五条(一)(二)项\n第三条第二款办理。", id="第三条第二款 at the start of a line"),
]


@pytest.mark.parametrize("words", RUNNING_TEXT)
def test_a_reference_in_running_text_is_no_heading(words: str) -> None:
    document = parse_one(f"某某办法\n第一条 甲。\n第二条 {words}\n第三条 丙。\n")
    assert labels(document) == ["第一条", "第二条", "第三条"]
    assert squeeze(unit(document, "第二条").text) == squeeze(f"第二条{words}")
    assert unit(document, "第三条").text == "第三条 丙。"


@pytest.mark.parametrize(
    "heading", ["# 第二章 支持内容", "### 第二章 支持内容", "**第二章 支持内容**", "第二章　支持内容"]
)
def test_a_chapter_is_found_at_any_markdown_level(heading: str) -> None:
    document = parse_one(f"某某办法\n## 第一章 总则\n第一条 甲。\n{heading}\n#### 第一节 企业\n第二条 乙。\n")
    assert labels(document) == ["第一条", "第二条"]
    assert squeeze(unit(document, "第二条").chapter) == "第二章支持内容/第一节企业"
    assert [section.label for section in document.sections] == ["标题", "第一章", "第二章", "第一节"]


NUMERALS = [
    (9, "九"),
    (10, "十"),
    (11, "十一"),
    (20, "二十"),
    (99, "九十九"),
    (100, "一百"),
    (101, "一百零一"),
    (110, "一百一十"),
]


@pytest.mark.parametrize(("number", "written"), NUMERALS)
def test_articles_count_on_over_tens_and_hundreds(number: int, written: str) -> None:
    following = numeral(number + 1)
    document = parse_one(f"某某法\n第一条 甲。\n第{written}条 乙。\n第{following}条丙，丁。\n")
    assert labels(document) == ["第一条", f"第{written}条", f"第{following}条"]


def test_a_supplementary_article_keeps_its_own_label() -> None:
    document = parse_one(
        "某某法\n第一条 甲。\n第二条 乙。\n第二条之一 乙补。\n第二条之二 再补。\n第三条 丙。"
    )
    assert labels(document) == ["第一条", "第二条", "第二条之一", "第二条之二", "第三条"]


ITEMS = [
    pytest.param("（一）甲；\n（二）乙。", ["（一）", "（二）"], id="full-width brackets"),
    pytest.param("(一)甲；\n(二)乙。", ["（一）", "（二）"], id="half-width brackets"),
    pytest.param("（一）甲；\n(二)乙；\n（三)丙。", ["（一）", "（二）", "（三）"], id="mixed brackets"),
    pytest.param(
        "**(一) 支持内容**\n甲。\n#### (二) 支持条件\n乙。", ["（一）", "（二）"], id="bold headings"
    ),
    pytest.param("1.甲；\n2．乙；\n3、丙。", ["1", "2", "3"], id="points with any stop"),
    pytest.param("之一:1.甲;2.乙;3.丙。", ["1", "2", "3"], id="points inside one line"),
    pytest.param(
        "（一）甲：\n1.乙：\n（1）丙；\n（2）丁。\n2.戊。\n（二）己。",
        ["（一）", "（一）1", "（一）1（1）", "（一）1（2）", "（一）2", "（二）"],
        id="three levels",
    ),
    pytest.param(
        "（一）甲：\n1.乙；\n2.丙。\n（二）丁：\n1.戊；\n2.己。",
        ["（一）", "（一）1", "（一）2", "（二）", "（二）1", "（二）2"],
        id="restarting points",
    ),
    pytest.param("之一:1.甲;3.丙。", [], id="figures inside a line that do not count up"),
    pytest.param("之一:2.甲;3.丙。", [], id="figures inside a line that do not begin with 1"),
    pytest.param("①甲；\n②乙。", ["①", "②"], id="circled numbers"),
    pytest.param(
        "（一）研发投入达到\n\n---\n\n2022.5亿元；\n（二）乙。",
        ["（一）", "（二）"],
        id="a page break before a decimal",
    ),
]


@pytest.mark.parametrize(("written", "paths"), ITEMS)
def test_items_below_an_article_have_paths(written: str, paths: list[str]) -> None:
    text = f"某某办法\n第一条 符合下列条件\n{written}\n第二条 完。\n"
    document = parse_one(text)
    found = [c.path for c in unit(document, "第一条").walk() if c.kind is ClauseKind.ITEM]
    assert found == [f"第一条{path}" for path in paths]
    assert_tiled(text, pieces(document), [])


LONG_ITEM = "（一）近三年研究开发费用总额占同期销售收入总额的比例、科技人员占职工总数的比例"

BROKEN_ITEMS = [
    pytest.param(LONG_ITEM, "均符合规定；", id="in a long line"),
    pytest.param(
        "（一）企业信用良好，",
        "未受处罚；",
        id="behind a comma",
    ),
]


@pytest.mark.parametrize(("before", "after"), BROKEN_ITEMS)
def test_a_page_break_inside_an_item_is_healed(before: str, after: str) -> None:
    document = parse_one(f"某某办法\n第一条 条件：\n{before}\n\n---\n\n{after}\n（二）乙。\n第二条 完。")
    first = unit(document, "第一条").children[0]
    assert (first.path, first.text) == ("第一条（一）", before + after)


def test_a_blank_stays_only_between_latin_words() -> None:
    document = parse_one("某某办法\n第一条 使用 Open Source\n许可 证的 软件。\n第二条 乙。")
    assert unit(document, "第一条").text == "第一条 使用Open Source许可证的软件。"


def test_words_after_the_last_item_belong_to_the_article() -> None:
    document = parse_one("某某办法\n第一条 条件：\n（一）甲。\n（二）乙。\n以上条件应同时具备。\n第二条 完。")
    last = unit(document, "第一条").children[-1]
    assert (last.kind, last.path, last.text) == (ClauseKind.PARAGRAPH, "第一条", "以上条件应同时具备。")


def test_words_between_two_items_belong_to_the_first() -> None:
    document = parse_one("某某办法\n第一条 条件：\n（一）甲。\n甲指子。\n（二）乙。\n第二条 完。")
    first, second = unit(document, "第一条").children
    assert (first.path, first.text) == ("第一条（一）", "（一）甲。\n甲指子。")
    assert (second.path, second.text) == ("第一条（二）", "（二）乙。")


@pytest.mark.parametrize("sign", ["第一条 ", "**第一条**\n"])
def test_a_clause_begins_behind_the_sign_of_its_article(sign: str) -> None:
    text = f"某某办法\n{sign}符合下列条件之一:1.甲;2.乙。\n第二条 完。"
    first = unit(parse_one(text), "第一条").children[0]
    assert first.text == "符合下列条件之一:"
    assert text[first.spans[0].start :].startswith("符合")


def test_sentences_of_a_paragraph_are_told_apart() -> None:
    document = parse_one(
        "某某办法\n第一条 给予补助。最高10万元！如何申报？见通知。（责任单位：市科委）\n第二条 完。"
    )
    sentences = [c.text.strip() for c in unit(document, "第一条").walk() if c.kind is ClauseKind.SENTENCE]
    assert sentences[-3:] == ["最高10万元！", "如何申报？", "见通知。（责任单位：市科委）"]


NOTICE = """某市科学技术委员会关于印发
《某某办法》的通知
{number}
各有关单位：
现将《某某办法》印发给你们，请遵照执行。
某市科学技术委员会
2022年6月10日
{after}某某管理办法
（试行）
第一条 甲。
第二条 乙。
"""


@pytest.mark.parametrize("number", ["京科发〔2022〕5号", "京科发[2022]5号", "京科发〔2022〕 5 号"])
@pytest.mark.parametrize("after", ["", "（联系人：某某；联系电话：55500000）\n"])
def test_a_notice_ends_with_its_date_and_contact_and_the_title_follows(number: str, after: str) -> None:
    document = parse_one(NOTICE.format(number=number, after=after))
    assert labels(document) == ["通知", "第一条", "第二条"]
    notice = unit(document, "通知").text
    assert notice.startswith("某市科学技术委员会关于印发")
    assert notice.endswith(after.strip() or "2022年6月10日")
    assert document.sections[0].heading == "某某管理办法（试行）"


def test_one_source_may_hold_several_documents() -> None:
    text = (
        "公报\n目录。\n"
        + NOTICE.format(number="京科发〔2022〕5号", after="")
        + NOTICE.format(number="京科发〔2022〕6号", after="")
    )
    documents, furniture = parse_all(text)
    assert [labels(document) for document in documents] == [["通知", "第一条", "第二条"]] * 2
    assert "".join(text[span.start] for span in furniture) == "公报目录。"
    assert unit(documents[1], "通知").text.startswith("某市科学技术委员会关于印发")


DOCUMENTS = [
    pytest.param(
        "某某管理办法\n第一章 总则\n第一条 甲。\n第二章 附则\n第二条 自发布之日起施行。",
        ["第一条", "第二条"],
        id="办法",
    ),
    pytest.param(
        "某某若干措施\n为丙，制定措施。\n一、支持研发\n1.给予补助。最高10万元。\n2.给予奖励。\n二、支持推广\n3.给予贴息。",
        ["引言", "1", "2", "3"],
        id="若干措施 whose points run on",
    ),
    pytest.param(
        "某某若干措施\n一、支持研发\n（一）补助。\n（二）奖励。\n二、支持推广\n（三）贴息。\n本措施自发布之日起实施。",
        ["（一）", "（二）", "（三）", "附则"],
        id="若干措施 whose items run on, with closing words",
    ),
    pytest.param(
        "某某若干措施\n制定措施。\n一、思路\n坚持。\n二、任务\n（一）甲\n1.支持子。\n2.支持丑。\n（二）乙\n3.支持寅。\n三、保障\n（一）资金\n丙。\n（二）评估\n丁。",
        ["引言", "一", "1", "2", "3", "三（一）", "三（二）"],
        id="若干措施 whose last topic restarts its items",
    ),
    pytest.param(
        "某某行动方案\n一、背景\n甲。\n二、任务\n（一）子\n乙。\n（二）丑\n丙。\n三、保障\n（一）寅\n丁。\n（二）卯\n戊。",
        ["一", "二（一）", "二（二）", "三（一）", "三（二）"],
        id="行动方案 whose items restart",
    ),
    pytest.param(
        "某某行动计划（2022—2025年）\n制定计划。\n一、要求\n（一）思想\n甲。\n（二）目标\n乙。\n二、任务\n（一）攻关\n1.突破丙。\n2.建设丁。\n（二）推广\n3.开展戊。",
        ["引言", "一（一）", "一（二）", "1", "2", "3"],
        id="行动计划 whose points run on through its items",
    ),
    pytest.param(
        "某某方案\n一、背景\n甲。\n二、任务\n乙。\n三、保障\n丙。",
        ["一", "二", "三"],
        id="方案 with topics only",
    ),
    pytest.param(
        "某某法\n序言\n某国是历史悠久的国家之一。\n第一章 总纲\n第一条 甲。\n第二章 权利\n第二条 乙。",
        ["引言", "第一条", "第二条"],
        id="宪法 with 序言",
    ),
    pytest.param(
        "某某条例\n（2023年1月1日公布）\n第一编 总则\n第一章 一般规定\n第一条 甲。\n第二编 分则\n第一章 特别规定\n第二条 乙：\n（一）丙；\n（二）丁。",
        ["第一条", "第二条"],
        id="条例 with 编",
    ),
    pytest.param(
        "某某办法\n第一条 用股权投资<sup>①</sup>。\n第二条 乙。\n名词解释\n1.股权投资：指投资。\n2.债权：指借贷。",
        ["第一条", "第二条", "名词解释1", "名词解释2"],
        id="办法 with 名词解释",
    ),
    pytest.param(
        "某某若干措施\n1.给予补助。\n2.给予奖励。\n本措施自发布之日起实施。",
        ["1", "2", "附则"],
        id="flat points with closing words",
    ),
    pytest.param(
        "某某条例\n目　录\n第一章　总则\n第二章　管理\n第一章　总则\n第一条　甲。\n第二章　管理\n第二条　乙。",
        ["第一条", "第二条"],
        id="条例 with a table of contents",
    ),
    pytest.param(
        "某某法典\n第二编 物权\n第一分编 通则\n第一章 一般规定\n第一条 甲。\n第二分编 所有权\n第二章 权利\n第二条 乙。",
        ["第一条", "第二条"],
        id="法典 with 分编",
    ),
]


@pytest.mark.parametrize(("text", "expected"), DOCUMENTS)
def test_any_document_that_follows_the_conventions_parses(text: str, expected: list[str]) -> None:
    document = parse_one(text)
    assert labels(document) == expected
    assert_tiled(text, pieces(document), [])


def test_a_part_of_a_book_is_a_heading() -> None:
    document = parse_one("某某法典\n第二编 物权\n第一分编 通则\n第一条 甲。\n第二分编 所有权\n第二条 乙。")
    assert unit(document, "第一条").text == "第一条 甲。"
    assert "第二分编 所有权" in unit(document, "第二条").chapter


def test_a_paragraph_between_an_item_and_its_points_stays_there() -> None:
    document = parse_one(
        "某某办法\n第一条 方式：\n（一）补助。\n（二）贴息。\n贴息包括：\n1.甲；\n2.乙。\n第二条 完。"
    )
    assert (
        unit(document, "第一条").text
        == "第一条 方式：\n（一）补助。\n（二）贴息。\n贴息包括：\n1.甲；\n2.乙。"
    )


def test_no_two_units_share_a_label() -> None:
    document = parse_one(
        "某某方案\n一、甲\n（一）子。\n（二）丑。\n以上由市科委负责。\n二、乙\n（一）寅。\n（二）卯。\n以上由各区负责。"
    )
    assert len(set(labels(document))) == len(document.units)


def statutes() -> list[tuple[str, list[dict[str, str]]]]:
    rows = [json.loads(line) for line in STATUTES.read_text(encoding="utf-8").splitlines()]
    return [(law, list(articles)) for law, articles in groupby(rows, key=lambda row: row["law"])]


@pytest.mark.parametrize("own_line", [False, True], ids=["run in", "on a line of its own"])
@pytest.mark.parametrize(
    ("law", "articles"), statutes(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_the_articles_of_a_law_come_back_as_they_are(
    law: str, articles: list[dict[str, str]], own_line: bool
) -> None:
    lines = [law]
    chapter = None
    for article in articles:
        if article["chapter"] not in (None, chapter):
            chapter = article["chapter"]
            lines.append(f"## {chapter}")
        lines.append(f"**{article['article']}**{chr(10) if own_line else '　'}{article['text']}")
    document = parse_one("\n".join(lines))
    assert [(u.label, squeeze(u.text)) for u in document.units] == [
        (article["article"], squeeze(article["article"] + article["text"])) for article in articles
    ]
    assert [squeeze(u.chapter) for u in document.units] == [
        squeeze(article["chapter"] or "") for article in articles
    ]
