"""能报什么, drawn without a browser."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.workplace import shown
from ui.wiring import matching


def test_the_page_begins_with_a_form_and_says_what_to_do(match: AppTest) -> None:
    match.run()
    assert "填写企业情况" in shown(match)


def test_facts_are_matched_as_they_are_filled_in(match: AppTest) -> None:
    match.run()
    year = matching().years()[0]
    match.number_input(key=f"enterprise_研发费用_{year}年").set_value(800.0).run()
    match.text_input(key="enterprise_注册地").set_value("北京市海淀区").run()
    match.text_area(key="enterprise_free").set_value(
        "首次进入市场合同金额：1200万元\n首创类型：国内首创"
    ).run()
    words = shown(match)
    assert "现行有效文件里可申报的合计" in words
    assert "首创产品首次进入市场支持" in words
    assert "不超过300万元" in words


def test_filters_and_the_table(match: AppTest) -> None:
    match.run()
    match.text_area(key="enterprise_free").set_value(
        "首次进入市场合同金额：1200万元\n首创类型：国内首创"
    ).run()
    match.text_input(key="match_words").set_value("保险").run()
    assert "首创产品首次进入市场支持" not in shown(match)
    match.text_input(key="match_words").set_value("首创").run()
    match.segmented_control(key="match_view").set_value("汇总表").run()
    words = shown(match)
    assert "zc-cards" in words
    assert "<b>首创产品首次进入市场支持</b>" in words


def test_a_fact_that_nobody_asks_for_is_said_so_and_markup_stays_text(match: AppTest) -> None:
    match.run()
    match.text_area(key="enterprise_free").set_value("<img src=x onerror=alert(1)>：12件").run()
    words = shown(match)
    assert "没有规则用到" in words
    assert "<img" not in words


def test_facts_of_the_rules_can_be_asked_for(match: AppTest) -> None:
    match.run()
    label = next(label for label, field in matching().others.items() if field.kind == "flag")
    match.multiselect(key="enterprise_added").set_value([label]).run()
    match.segmented_control(key=f"enterprise_{label}").set_value("是").run()
    assert "合计" in shown(match)


def test_the_profile_is_there_again_in_another_tab_of_the_same_browser(
    match: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.pages.match.visitor", lambda: "a" * 32)
    match.run()
    match.text_input(key="enterprise_name").set_value("甲公司").run()
    match.text_input(key="enterprise_注册地").set_value("北京市").run()

    def script() -> None:
        from ui.pages import match

        match.page()

    again = AppTest.from_function(script, default_timeout=30).run()
    assert again.text_input(key="enterprise_name").value == "甲公司"
    assert again.text_input(key="enterprise_注册地").value == "北京市"
    again.button(key="new_profile").click().run()
    assert not again.text_input(key="enterprise_注册地").value
    monkeypatch.setattr("ui.pages.match.visitor", lambda: "b" * 32)
    other = AppTest.from_function(script, default_timeout=30).run()
    assert not other.text_input(key="enterprise_name").value
