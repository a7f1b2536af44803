"""算一算, drawn without a browser."""

from streamlit.testing.v1 import AppTest

from corpus.rules import read_rules
from tests.ui.workplace import shown

CONTRACT = "2022-05.first-contract"
EXPIRED = "jxf-162.major-loan"


def filled(page: AppTest, rule: str = CONTRACT) -> AppTest:
    page.query_params["rule"] = rule
    return page.run()


def save(page: AppTest, amount: float, title: str) -> None:
    page.number_input(key=f"in_{CONTRACT}_contract_0").set_value(amount).run()
    page.text_input(key=f"title_{CONTRACT}").set_value(title).run()
    page.button(key="save_calculation").click().run()


def test_the_page_begins_with_a_choice(calculate: AppTest) -> None:
    calculate.run()
    assert "边填边算" in shown(calculate)
    assert len(calculate.selectbox(key="rule").options) == len(read_rules().rules)


def test_words_and_filters_narrow_the_choice(calculate: AppTest) -> None:
    calculate.run()
    calculate.text_input(key="item_words").set_value("首创 合同").run()
    few = calculate.selectbox(key="rule").options
    assert 0 < len(few) < 10
    calculate.text_input(key="item_words").set_value("").run()
    calculate.multiselect(key="item_status").set_value(["征求意见稿"]).run()
    assert all("征求意见稿" in option for option in calculate.selectbox(key="rule").options)
    calculate.text_input(key="item_words").set_value("没有这种东西").run()
    assert "换个词" in shown(calculate)


def test_the_address_names_the_item_and_the_figures_are_computed_as_they_are_filled_in(
    calculate: AppTest,
) -> None:
    filled(calculate)
    calculate.number_input(key=f"in_{CONTRACT}_contract_0").set_value(1200.0).run()
    assert "补充这些就能算准" in shown(calculate)
    calculate.selectbox(key=f"in_{CONTRACT}_novelty_0").set_value("国内首创").run()
    words = shown(calculate)
    assert "300<small>万元</small>" in words
    assert "1200万元 × 30%" in words
    assert "缺信息" in words
    assert calculate.get("vega_lite_chart") or calculate.get("arrow_vega_lite_chart")


def test_nothing_filled_in_is_not_called_settled(calculate: AppTest) -> None:
    words = shown(filled(calculate, "jxf-63.station"))
    assert "待确认]" in words
    assert "确定]" not in words


def test_a_condition_that_fails_makes_the_amount_nothing(calculate: AppTest) -> None:
    filled(calculate)
    calculate.number_input(key=f"in_{CONTRACT}_contract_0").set_value(1200.0).run()
    calculate.segmented_control(key=f"in_{CONTRACT}_in_discipline_0").set_value("是").run()
    words = shown(calculate)
    assert "0<small>万元</small>" in words
    assert "不符合条件：不在失信惩戒期内" in words


def test_a_second_contract_gets_a_row_of_its_own(calculate: AppTest) -> None:
    filled(calculate)
    calculate.button(key=f"more_{CONTRACT}_笔").click().run()
    for row, amount in enumerate((500.0, 300.0)):
        calculate.number_input(key=f"in_{CONTRACT}_contract_{row}").set_value(amount).run()
    assert "列了几笔时不画曲线" in shown(calculate)


def test_a_document_out_of_force_warns(calculate: AppTest) -> None:
    filled(calculate, EXPIRED)
    status = shown(calculate)
    assert ("不能作为申报依据" in status) == (":green-badge" not in status.split("\n")[0])


def test_saved_calculations_are_compared_added_up_and_opened_again(calculate: AppTest) -> None:
    filled(calculate)
    save(calculate, 600.0, "甲合同")
    save(calculate, 800.0, "乙<b>合同</b>")
    calculate.segmented_control(key="calculate_view").set_value("已保存：比较与合算").run()
    words = shown(calculate)
    assert "乙&lt;b&gt;合同&lt;/b&gt;" in words
    assert "<b>合同" not in words
    assert "选了两次" in words
    tick = next(box for box in calculate.checkbox if box.label == "甲合同")
    tick.uncheck().run()
    assert '<span class="zc-figure">240万元</span>' in shown(calculate)
    opened = next(button for button in calculate.button if str(button.key).startswith("open_"))
    opened.click().run()
    assert calculate.number_input(key=f"in_{CONTRACT}_contract_0").value == 800


def test_an_unknown_rule_in_the_address_does_no_harm(calculate: AppTest) -> None:
    filled(calculate, "<script>alert(1)</script>")
    assert "边填边算" in shown(calculate)
