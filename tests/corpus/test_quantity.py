"""Quantities are found in questions and policy texts, and numbers that count nothing are left alone."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import InvalidInput
from corpus.quantities.quantity import Comparison, Measure, Quantity, find_quantities

SOURCES = sorted((Path(__file__).parents[2] / "corpus" / "sources").glob("*.txt"))
WHOLE = st.integers(0, 10**12).map(Decimal)
AMOUNTS = st.decimals(min_value=0, max_value=10**12, places=2)


def found(text: str) -> list[str]:
    """The quantities of `text` as a reader writes them, ranges with ~."""
    return [
        str(mention.quantity) + (f"~{mention.upper}" if mention.upper else "")
        for mention in find_quantities(text)
    ]


def only(text: str) -> tuple[str, Measure, Comparison]:
    [mention] = find_quantities(text)
    return str(mention.quantity), mention.quantity.measure, mention.comparison


@pytest.mark.parametrize(
    "text",
    [
        "1200万",
        "1,200万元",
        "1，200万",
        "１２００万",
        "1200 万 元",
        "0.12亿",
        "一千二百万",
        "壹仟贰佰万元",
        "1千2百万",
        "12百万",
        "1200w",
        "1200W",
        "1200万块",
        "1200万块钱",
        "1200万RMB",
        "RMB1200万",
        "¥1200万",
        "1200万人民币",
        "人民币1200万元",
        "1200万元整",
        "12,000,000元",
    ],
)
def test_one_amount_of_money_in_every_notation(text: str) -> None:
    assert only(f"我们投了{text}，能拿多少") == ("1200万元", Measure.MONEY, Comparison.EXACT)


@pytest.mark.parametrize(
    ("text", "wan"),
    [
        ("1.3个亿", "13000"),
        ("1个亿", "10000"),
        ("六个亿呢", "60000"),
        ("1亿2千万", "12000"),
        ("1亿2000万", "12000"),
        ("一亿六千万", "16000"),
        ("一亿二", "12000"),
        ("1亿两千", "12000"),
        ("三百五十万", "350"),
        ("一百零八万元", "108"),
        ("一千零五十万", "1050"),
        ("5百万", "500"),
        ("十万", "10"),
        ("百万", "100"),
        ("半个亿", "5000"),
        ("两个半亿", "25000"),
        ("三点五万", "3.5"),
        ("1万5千元", "1.5"),
        ("1万2000元", "1.2"),
        ("两亿零一万元", "20001"),
        ("600,000元", "60"),
        ("500万块", "500"),
        ("30块", "0.003"),
        ("0万元", "0"),
        ("合同一千两百万元", "1200"),
        ("20万档", "20"),
        ("1000万代偿", "1000"),
        ("2200万里", "2200"),
    ],
)
def test_money_is_kept_exactly(text: str, wan: str) -> None:
    [mention] = find_quantities(text)
    assert mention.quantity.in_wan() == Decimal(wan)


@pytest.mark.parametrize(
    ("text", "measure", "value"),
    [
        ("3‰", Measure.RATIO, "0.003"),
        ("30%", Measure.RATIO, "0.3"),
        ("30％", Measure.RATIO, "0.3"),
        ("百分之三十", Measure.RATIO, "0.3"),
        ("百分之0.1", Measure.RATIO, "0.001"),
        ("百分之百", Measure.RATIO, "1"),
        ("千分之一", Measure.RATIO, "0.001"),
        ("万分之五", Measure.RATIO, "0.0005"),
        ("三成", Measure.RATIO, "0.3"),
        ("三成五", Measure.RATIO, "0.35"),
        ("两个点", Measure.RATIO, "0.02"),
        ("2个百分点", Measure.RATIO, "0.02"),
        ("20个基点", Measure.RATIO, "0.002"),
        ("一半", Measure.RATIO, "0.5"),
        ("1/4股权", Measure.RATIO, "0.25"),
        ("LPR3.45%", Measure.RATIO, "0.0345"),
        ("增长率-5%", Measure.RATIO, "-0.05"),
        ("1.5倍", Measure.RATIO, "1.5"),
        ("近三年", Measure.YEAR, "3"),
        ("5年（含）", Measure.YEAR, "5"),
        ("两年半", Measure.YEAR, "2.5"),
        ("半年", Measure.YEAR, "0.5"),
        ("两个会计年度", Measure.YEAR, "2"),
        ("成立22年", Measure.YEAR, "22"),
        ("三个月", Measure.MONTH, "3"),
        ("两个半月", Measure.MONTH, "2.5"),
        ("10天", Measure.DAY, "10"),
        ("5个工作日", Measure.DAY, "5"),
        ("两周", Measure.DAY, "14"),
        ("自发布之日起30日后施行", Measure.DAY, "30"),
        ("一百二十人", Measure.PERSON, "120"),
        ("10名", Measure.PERSON, "10"),
        ("87个人", Measure.PERSON, "87"),
        ("3万平方米", Measure.AREA, "30000"),
        ("3万平", Measure.AREA, "30000"),
        ("3万㎡", Measure.AREA, "30000"),
        ("3万方", Measure.AREA, "30000"),
        ("1.5万平米", Measure.AREA, "15000"),
        ("2公顷", Measure.AREA, "20000"),
        ("70家", Measure.FIRM, "70"),
        ("12项", Measure.ITEM, "12"),
        ("100件", Measure.PIECE, "100"),
        ("1000公斤", Measure.MASS, "1000"),
        ("一千公斤", Measure.MASS, "1000"),
        ("2吨", Measure.MASS, "2000"),
        ("25万公斤氢气", Measure.MASS, "250000"),
        ("3笔", Measure.COUNT, "3"),
        ("一个", Measure.COUNT, "1"),
        ("10000 家次企业", Measure.COUNT, "10000"),
        ("第三年", Measure.ORDINAL, "3"),
        ("第2名", Measure.ORDINAL, "2"),
        ("前三名", Measure.ORDINAL, "3"),
        ("换成2000呢", Measure.PLAIN, "2000"),
        ("换成两千五呢", Measure.PLAIN, "2500"),
    ],
)
def test_each_measure_is_kept_in_its_own_unit(text: str, measure: Measure, value: str) -> None:
    [mention] = find_quantities(text)
    assert (mention.quantity.measure, mention.quantity.value) == (measure, Decimal(value))


@pytest.mark.parametrize(
    ("text", "comparison"),
    [
        ("刚好500万", Comparison.EXACT),
        ("正好500万元整", Comparison.EXACT),
        ("500万元(含)", Comparison.EXACT),
        ("500万元(含)以上", Comparison.AT_LEAST),
        ("500万元（含500万元）以上", Comparison.AT_LEAST),
        ("500万元以上", Comparison.AT_LEAST),
        ("500万元及以上", Comparison.AT_LEAST),
        ("不低于500万元", Comparison.AT_LEAST),
        ("不少于 500 万元", Comparison.AT_LEAST),
        ("至少500万", Comparison.AT_LEAST),
        ("达到500万", Comparison.AT_LEAST),
        ("首次突破500万元（含）", Comparison.AT_LEAST),
        ("超过500万", Comparison.MORE_THAN),
        ("超过了500万", Comparison.MORE_THAN),
        ("大于500万", Comparison.MORE_THAN),
        ("高于500万", Comparison.MORE_THAN),
        ("刚过500万", Comparison.MORE_THAN),
        ("500万元（不含）以上", Comparison.MORE_THAN),
        ("500万元以上（不含）", Comparison.MORE_THAN),
        ("超过500万元以上", Comparison.MORE_THAN),
        ("不超过500万", Comparison.AT_MOST),
        ("不高于500万", Comparison.AT_MOST),
        ("至多500万", Comparison.AT_MOST),
        ("最多能给500万", Comparison.AT_MOST),
        ("最高500万元", Comparison.AT_MOST),
        ("500万元以下", Comparison.AT_MOST),
        ("500万元以内", Comparison.AT_MOST),
        ("500万封顶", Comparison.AT_MOST),
        ("500万元(含)以下", Comparison.AT_MOST),
        ("500万元以下(不含)", Comparison.LESS_THAN),
        ("不到500万", Comparison.LESS_THAN),
        ("不足500万", Comparison.LESS_THAN),
        ("低于500万", Comparison.LESS_THAN),
        ("少于500万", Comparison.LESS_THAN),
        ("500万都不到", Comparison.LESS_THAN),
        ("500来万", Comparison.ABOUT),
        ("500多万", Comparison.ABOUT),
        ("大约500万", Comparison.ABOUT),
        ("差不多500万", Comparison.ABOUT),
        ("500万左右", Comparison.ABOUT),
        ("近500万", Comparison.ABOUT),
        ("通过500万", Comparison.EXACT),
        ("补满500万", Comparison.EXACT),
    ],
)
def test_words_around_the_number_say_how_it_bounds(text: str, comparison: Comparison) -> None:
    assert only(f"我们营收{text}") == ("500万元", Measure.MONEY, comparison)


@pytest.mark.parametrize(
    ("text", "value", "comparison"),
    [
        ("营收刚过亿", "10000万元", Comparison.MORE_THAN),
        ("今年承诺过亿。", "10000万元", Comparison.MORE_THAN),
        ("两千来万", "2000万元", Comparison.ABOUT),
        ("十来家", "10家", Comparison.ABOUT),
        ("60来号人", "60人", Comparison.ABOUT),
        ("占股都没过半", "50%", Comparison.AT_MOST),
        ("不超过项目总投资额 30%", "30%", Comparison.AT_MOST),
        ("按照不超过相关投资额的30%", "30%", Comparison.AT_MOST),
        ("3年内", "3年", Comparison.AT_MOST),
        ("不满两个会计年度", "2年", Comparison.LESS_THAN),
        ("近3年", "3年", Comparison.EXACT),
        ("三年封顶", "3年", Comparison.EXACT),
        ("前10名", "第10个", Comparison.AT_MOST),
        ("3家内资企业", "3家", Comparison.EXACT),
    ],
)
def test_bounds_follow_what_is_measured(text: str, value: str, comparison: Comparison) -> None:
    shown, _, said = only(text)
    assert (shown, said) == (value, comparison)


@pytest.mark.parametrize(
    ("text", "bounds", "closed"),
    [
        ("100万元(含)至500万元", "100万元~500万元", (True, False)),
        ("3亿元至5亿元(含)", "30000万元~50000万元", (False, True)),
        ("10亿元(不含)至30亿元", "100000万元~300000万元", (False, True)),
        ("10万元（含）到30万元（含）", "10万元~30万元", (True, True)),
        ("1000-2000万", "1000万元~2000万元", (True, True)),
        ("3到5亿", "30000万元~50000万元", (True, True)),
        ("三到五百万", "300万元~500万元", (True, True)),
        ("5-10%", "5%~10%", (True, True)),
        ("1万(含)至3万平方米", "10000平方米~30000平方米", (True, False)),
        ("3(含)至5个", "3个~5个", (True, False)),
        ("3至5年", "3年~5年", (True, True)),
        ("1—2家", "1家~2家", (True, True)),
        ("从1万到5万不等", "1万元~5万元", (True, True)),
        ("两三百万", "200万元~300万元", (True, True)),
        ("三五年", "3年~5年", (True, True)),
    ],
)
def test_a_range_has_two_ends_open_beside_a_marked_one(
    text: str, bounds: str, closed: tuple[bool, bool]
) -> None:
    [mention] = find_quantities(text)
    assert found(text) == [bounds]
    assert (mention.lower_closed, mention.upper_closed) == closed


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("500万", (True, True)),
        ("500万以上", (True, False)),
        ("超过500万", (False, False)),
        ("500万以下", (False, True)),
        ("不到500万", (False, False)),
    ],
)
def test_a_bound_is_closed_where_the_number_itself_belongs(text: str, closed: tuple[bool, bool]) -> None:
    [mention] = find_quantities(text)
    assert (mention.lower_closed, mention.upper_closed) == closed


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("800和300万", ["800万元", "300万元"]),
        ("1000、200万元", ["1000万元", "200万元"]),
        ("100、30和20万元", ["100万元", "30万元", "20万元"]),
        ("从300万涨到800万", ["300万元", "800万元"]),
        ("从800涨到900万", ["800万元", "900万元"]),
        ("从300万到800万", ["300万元", "800万元"]),
        ("今年800万去年300万", ["800万元", "300万元"]),
        ("500万和3项", ["500万元", "3项"]),
        ("800到1亿", ["800", "10000万元"]),
        ("100万2项", ["100万元", "2项"]),
        ("一百万三年", ["100万元", "3年"]),
        ("500万分三年", ["500万元", "3年"]),
        ("1000万元以上5000万元以下", ["1000万元", "5000万元"]),
        ("第二、三年", ["第2个", "第3个"]),
        ("第一至三名", ["第1个", "第3个"]),
        ("第一名企业不超过30万元", ["第1个", "30万元"]),
        ("12小时1200公斤", ["1200公斤"]),
        ("30块一公斤", ["30元", "1公斤"]),
        ("22年投了300万", ["300万元"]),
        ("第十一条规定不超过300万元", ["300万元"]),
    ],
)
def test_several_numbers_are_told_apart_and_share_a_unit(text: str, values: list[str]) -> None:
    assert found(text) == values


@pytest.mark.parametrize(
    ("text", "comparison"),
    [
        ("不超过50万元、30万元、20万元", Comparison.AT_MOST),
        ("分别给予不超过1000万元、200万元", Comparison.AT_MOST),
        ("不高于100万元、30万元和20万元", Comparison.AT_MOST),
        ("500万、700万", Comparison.EXACT),
    ],
)
def test_a_list_shares_the_comparison_before_it(text: str, comparison: Comparison) -> None:
    assert {mention.comparison for mention in find_quantities(text)} == {comparison}


@pytest.mark.parametrize(
    "text",
    [
        "第十一条",
        "第二十三条（三）",
        "5号文",
        "11条",
        "第6点",
        "第三、四条",
        "（三）",
        "(12)",
        "京科发〔2022〕5号",
        "中科园发[2019]21号",
        "2022年9月",
        "2022—2025年",
        "2024.9",
        "9月30日",
        "上一年",
        "前年下半年",
        "三新产品",
        "新三板",
        "四板",
        "一区多园",
        "三城一区",
        "十四五",
        "双一流",
        "1字标",
        "3D",
        "5G",
        "6G",
        "4A级",
        "Q1",
        "S2基金",
        "互联网3.0",
        "GB/T 9704-2012",
        "DB11/T1139",
        "ISO9001",
        "代码 64、65",
        "行业代码是63",
        "1:5",
        "1.支持高成长性企业",
        "支持条件1.企业",
        "一次性",
        "一种",
        "统一",
        "同一家企业",
        "某一项",
        "千方百计",
        "千万不要",
        "百强",
        "几十家",
        "数百万",
        "二次开发",
        "半导体",
        "加一块",
        "陆家嘴",
        "3小时",
        "3类",
        "500万美元",
        "50k",
        "电话：010-89151977",
    ],
)
def test_numbers_that_count_nothing_are_left_out(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("500万元", "500万元"),
        ("1.2亿", "12000万元"),
        ("9999元", "9999元"),
        ("12345.60元", "1.23456万元"),
        ("３０％", "30%"),
        ("0.1%", "0.1%"),
        ("3000平米", "3000平方米"),
        ("三个月", "3个月"),
        ("20年", "20年"),
        ("第三年", "第3个"),
        ("五", "5"),
        ("-1.5万", "-1.5万元"),
        ("－5%", "-5%"),
    ],
)
def test_a_whole_string_is_parsed_and_shown(text: str, shown: str) -> None:
    assert str(Quantity.parse(text)) == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "abc",
        "约500万",
        "500万以上",
        "10-20万",
        "两三百万",
        "500万和300万",
        "2022年",
        "第十一条",
        "500万美元",
    ],
)
def test_what_is_not_one_quantity_is_refused_with_the_way_out(text: str) -> None:
    with pytest.raises(InvalidInput, match="500万元"):
        Quantity.parse(text)


def test_only_money_is_counted_in_wan() -> None:
    with pytest.raises(InvalidInput, match="不是金额"):
        Quantity(Decimal("0.3"), Measure.RATIO).in_wan()


@given(st.data(), st.sampled_from(list(Measure)))
def test_what_is_shown_is_parsed_back(data: st.DataObject, measure: Measure) -> None:
    # People and firms come in whole numbers; a fraction of them would be read as a month (1981.01).
    value = data.draw(AMOUNTS if measure in (Measure.MONEY, Measure.RATIO, Measure.AREA) else WHOLE)
    quantity = Quantity(value, measure)
    assert Quantity.parse(str(quantity)) == quantity


@given(st.decimals(min_value="0.01", max_value=10**8, places=2))
def test_changing_the_unit_keeps_the_value(wan: Decimal) -> None:
    notations = (f"{wan}万", f"{wan:,}万元", f"{wan / 10_000:f}亿", f"{wan * 10_000:f}元", f"{wan}W")
    assert {Quantity.parse(text) for text in notations} == {Quantity(wan * 10_000, Measure.MONEY)}


PIECES = st.sampled_from(
    [
        *(
            "0",
            "1",
            "3",
            "12",
            "500",
            "2022",
            "1,200",
            "0.5",
            "一",
            "二",
            "三",
            "十",
            "百",
            "千",
            "两千",
            "半",
        ),
        *(
            "万",
            "亿",
            "元",
            "万元",
            "%",
            "成",
            "个",
            "年",
            "月",
            "日",
            "家",
            "项",
            "人",
            "条",
            "号",
            "w",
            "RMB",
        ),
        *(
            "第",
            "前",
            "来",
            "多",
            "几",
            "过",
            "分之",
            "不超过",
            "超过",
            "不到",
            "以上",
            "以下",
            "（含）",
            "(不含)",
        ),
        *(
            "至",
            "到",
            "-",
            "—",
            "、",
            "和",
            "从",
            "涨到",
            "代码",
            "A",
            " ",
            "\n",
            "/",
            ":",
            ".",
            "，",
            "（",
            "）",
            "〔",
        ),
    ]
)


@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=25).map("".join)))
def test_any_text_is_searched_and_offsets_slice_it(text: str) -> None:
    end = 0
    for mention in find_quantities(text):
        assert end <= mention.start < mention.end
        assert text[mention.start : mention.end] == mention.text
        if mention.upper:
            assert mention.upper.measure is mention.quantity.measure
            assert mention.upper.value > mention.quantity.value
        end = mention.end


@given(st.lists(PIECES, max_size=25).map("".join))
def test_full_and_half_width_are_the_same(text: str) -> None:
    full = "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)
    assert found(full) == found(text)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_every_amount_of_money_in_the_sources_is_found(source: Path) -> None:
    text = re.sub(r"\s+", "", source.read_text(encoding="utf-8"))
    mentions = find_quantities(text)
    money = [sign.start() for sign in re.finditer("[0-9][万亿]?元", text)]
    missed = [
        text[place - 12 : place + 4]
        for place in money
        if not any(m.start <= place < m.end and m.quantity.measure is Measure.MONEY for m in mentions)
    ]
    assert missed == []


def test_the_sources_speak_of_money_at_all() -> None:
    text = "".join(source.read_text(encoding="utf-8") for source in SOURCES)
    money = [mention for mention in find_quantities(text) if mention.quantity.measure is Measure.MONEY]
    assert len(money) > 200


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        (
            "从业人员 100 人(含)以下,上一会计年度营业收入 1000 万元以下(不含)",
            [("100人", Comparison.AT_MOST), ("1000万元", Comparison.LESS_THAN)],
        ),
        (
            "对场地面积3万平方米(含)以上,入驻科技企业使用面积达到70%(含)以上",
            [("30000平方米", Comparison.AT_LEAST), ("70%", Comparison.AT_LEAST)],
        ),
        (
            "占股比例不超过30%,且不为第一大股东。近3年研究开发费用总额占同期销售收入总额的比例不低于10%",
            [("30%", Comparison.AT_MOST), ("3年", Comparison.EXACT), ("10%", Comparison.AT_LEAST)],
        ),
        (
            "同比增量为 500 万元(含)以上,给予不超过 30 万元的资金支持",
            [("500万元", Comparison.AT_LEAST), ("30万元", Comparison.AT_MOST)],
        ),
        (
            "不高于 30 元/公斤的加氢站,按照 10 元/公斤的标准",
            [("30元", Comparison.AT_MOST), ("10元", Comparison.EXACT)],
        ),
        ("培养技术经理人500名左右", [("500人", Comparison.ABOUT)]),
        ("企业注册成立不超过 7 年(含)。", [("7年", Comparison.AT_MOST)]),
        ("建设周期在4年及以上的中心", [("4年", Comparison.AT_LEAST)]),
    ],
)
def test_clauses_of_the_sources_read_as_they_are_meant(
    clause: str, expected: list[tuple[str, Comparison]]
) -> None:
    assert [(str(mention.quantity), mention.comparison) for mention in find_quantities(clause)] == expected
