"""What 算一算 computes: items and forms from rule data, curves, sums, workbooks."""

from decimal import Decimal

import pytest

from corpus.errors import InvalidInput, UnknownRule
from corpus.rules import read_rules
from tests.ui.workplace import sheet
from ui.backend.calculating import Calculating
from ui.backend.computed import Curve
from ui.backend.items import number_of, written
from ui.wiring import calculating as wired

CONTRACT = "2022-05.first-contract"
SMALL = "2022-05.small-innovator"


@pytest.fixture(scope="module")
def calculating() -> Calculating:
    return wired()


def curve(calculating: Calculating, rule: str, name: str, **given: str) -> Curve:
    found = calculating.curve(rule, given, name)
    assert found is not None
    return found


def test_every_rule_is_an_item_with_a_form(calculating: Calculating) -> None:
    items = calculating.items()
    assert len(items) == len(read_rules().rules)
    for item in items:
        assert item.label
        assert item.field
        assert len({field.name for field in item.fields}) == len(item.fields)
        assert all(field.choices for field in item.fields if field.kind == "choice")


def test_every_item_can_be_computed_and_drawn_with_nothing_filled_in(calculating: Calculating) -> None:
    for item in calculating.items():
        found = calculating.calculate(item.rule, {})
        assert found.verdict in ("符合", "待确认")
        for name, _ in calculating.plotted(item.rule)[:1]:
            drawn = calculating.curve(item.rule, {}, name)
            assert drawn is None or all(low <= high for _, low, high in drawn.points)


def test_what_decides_the_amount_stands_first_and_what_everybody_is_asked_last(
    calculating: Calculating,
) -> None:
    fields = calculating.item(CONTRACT).fields
    roles = [field.role for field in fields]
    assert roles == sorted(roles, key=["main", "own", "common"].index)
    assert fields[0].name == "contract"
    assert (fields[0].unit, fields[0].low, fields[0].many) == ("万元", 0.0, "item")


@pytest.mark.parametrize(
    ("number", "unit", "text"),
    [(1200.5, "万元", "1200.5万元"), (30, "%", "30%"), (2, "第几个", "第2个"), (3, "年", "3年")],
)
def test_a_number_is_written_as_calculating_reads_it_and_read_back(
    number: float, unit: str, text: str
) -> None:
    assert written(number, unit) == text
    assert number_of(text, unit) == number


def test_a_number_in_another_unit_of_its_kind_is_read(calculating: Calculating) -> None:
    assert number_of("1.2亿元", "万元") == 12000
    assert number_of("3年", "万元") is None


def test_the_amount_is_the_one_of_the_text(calculating: Calculating) -> None:
    found = calculating.calculate(CONTRACT, {"contract": "1200万元", "novelty": "国内首创"})
    assert found.money
    assert (found.money.value, found.money.unit, found.money.upper) == (Decimal(300), "万元", True)
    assert any("30%" in step for step in found.steps)
    assert found.sources


def test_several_contracts_are_computed_one_by_one(calculating: Calculating) -> None:
    given = {"contract": ("500万元", "300万元"), "novelty": "国内首创", "same_product": "否"}
    found = calculating.calculate(CONTRACT, given)
    assert found.money
    assert found.money.value == Decimal(240)
    assert calculating.curve(CONTRACT, given, "contract") is None


def test_the_curve_has_the_ceiling_the_users_point_and_the_way_there(calculating: Calculating) -> None:
    drawn = curve(calculating, CONTRACT, "contract", contract="600万元", novelty="国内首创")
    assert drawn.here == (600, 180)
    assert [(mark.at, "300万元" in mark.label) for mark in drawn.caps] == [(300, True)]
    assert max(high for _, _, high in drawn.points) == 300
    assert "再多 400万元" in drawn.to_cap
    assert "1000万元" in drawn.to_cap
    assert drawn.next_step == ""


def test_beyond_the_ceiling_nothing_is_wanting(calculating: Calculating) -> None:
    drawn = curve(calculating, CONTRACT, "contract", contract="5000万元", novelty="国内首创")
    assert "已到上限 300万元" in drawn.to_cap


def test_the_next_tier_is_named_with_what_is_wanting(calculating: Calculating) -> None:
    drawn = curve(calculating, SMALL, "increment", increment="60万元")
    assert [mark.label for mark in drawn.tiers] == ["100万元", "500万元"]
    assert "距下一档还差" in drawn.next_step
    assert "40万元" in drawn.next_step


def test_what_is_left_open_widens_the_curve(calculating: Calculating) -> None:
    drawn = curve(calculating, CONTRACT, "contract", contract="1200万元")
    assert drawn.open_inputs == ("首创类型",)
    assert any(low < high for _, low, high in drawn.points)


def test_of_items_that_exclude_each_other_one_is_counted_with_the_words_that_say_so(
    calculating: Calculating,
) -> None:
    winner = "2022-05.contest-winner"
    given = next(
        example.given
        for example in read_rules().rule(winner).examples
        if example.expect.amount not in (None, "0元") and example.expect.eligibility != "not_eligible"
    )
    sums = calculating.combine([(SMALL, {"rd": "800万元", "rd_last": "300万元"}), (winner, given)])
    assert len(sums.counted) == 1
    assert "只能选一项" in sums.left[0].reason
    assert sums.left[0].quote == "以下两个政策支持方向只能选择一种"


def test_an_item_whose_document_is_out_of_force_is_not_counted(calculating: Calculating) -> None:
    expired = next(
        item for item in calculating.items() if item.status == "expired" and item.answers == "补助"
    )
    given = {"contract": "600万元", "novelty": "国内首创"}
    sums = calculating.combine([(CONTRACT, given), (expired.rule, {})])
    assert sums.total == "180万元"
    assert sums.left[-1].label == expired.label
    assert "不在有效期" in sums.left[-1].reason


def test_one_item_twice_is_refused_in_a_sum(calculating: Calculating) -> None:
    with pytest.raises(InvalidInput, match="选了两次"):
        calculating.combine([(CONTRACT, {}), (CONTRACT, {})])


def test_a_rule_that_is_gone_is_said_so(calculating: Calculating) -> None:
    with pytest.raises(UnknownRule):
        calculating.item("gone")


def test_the_workbook_holds_the_figures_and_runs_nothing(calculating: Calculating) -> None:
    content = calculating.workbook(
        [
            ("=HYPERLINK(1)", CONTRACT, {"contract": "1200万元", "novelty": "国内首创"}),
            ("小微", SMALL, {"rd": "800万元", "rd_last": "300万元"}),
        ]
    )
    rows = sheet(content, "计算结果")
    assert [row["金额（万元）"] for row in rows] == [300, 30]
    assert rows[0]["名称"] == "'=HYPERLINK(1)"
    assert "× 30%" in rows[0]["计算过程"]
    assert sheet(content, "合算")[0]["内容"] == 330
    assert {row["状态"] for row in sheet(content, "条件核对")} <= {"符合", "不符合", "缺信息", "需评审认定"}
