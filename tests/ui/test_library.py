"""政策库, drawn without a browser on a backend of the test's own."""

from streamlit.testing.v1 import AppTest

from tests.ui.test_chat import html, labels


def test_documents_stand_with_status_dates_and_articles(library: AppTest) -> None:
    library.run()
    assert not library.exception
    assert {"测试办法", "过期措施"} <= set(labels(library))
    shown = " ".join(element.value for element in [*library.markdown, *library.caption])
    for words in ("有效", "已过有效期", "2022-06-10", "2025-06-10", "没有规定", "3 条", "测试委"):
        assert words in shown


def test_documents_are_filtered_by_words_and_status(library: AppTest) -> None:
    library.run()
    library.text_input(key="library_words").set_value("过期").run()
    assert "测试办法" not in labels(library)
    library.text_input(key="library_words").set_value("").run()
    library.multiselect(key="library_status").set_value(["in_force"]).run()
    assert "过期措施" not in labels(library)
    library.text_input(key="library_words").set_value("没有这样的").run()
    assert library.info


def test_a_title_opens_the_reading_view(library: AppTest) -> None:
    library.run()
    library.button(key="read_d2").click().run()
    assert not library.exception
    assert library.title[0].value == "过期措施"
    assert "不能再作为申报依据" in library.error[0].value
    assert 'id="u-第十一条"' in html(library)
    assert '<a href="#u-第十条"' in html(library)
    library.button(key="leave").click().run()
    assert library.title[0].value == "政策库"


def test_a_document_that_is_not_there_is_said_so(library: AppTest) -> None:
    library.query_params["doc"] = "<script>"
    library.run()
    assert not library.exception
    assert "没有这份文件" in library.warning[0].value


def test_the_timeline_is_drawn(library: AppTest) -> None:
    library.session_state["library_view"] = "有效期"
    library.run()
    assert not library.exception
    assert library.get("vega_lite_chart") or library.get("arrow_vega_lite_chart")


def test_search_highlights_and_leads_to_the_unit(library: AppTest) -> None:
    library.session_state["library_view"] = "检索"
    library.run()
    library.text_input(key="find_words").set_value("首创产品").run()
    assert "<mark>首创产品</mark>" in html(library)
    library.button(key="hit_open_0").click().run()
    assert 'class="zc-unit zc-here" id="u-第十一条"' in html(library)


def test_words_that_stand_nowhere_are_said_so(library: AppTest) -> None:
    library.session_state["library_view"] = "检索"
    library.session_state["find_way"] = "按字面"
    library.run()
    library.text_input(key="find_words").set_value("航天飞机").run()
    assert "没有找到" in library.info[0].value


def test_two_documents_stand_side_by_side(library: AppTest) -> None:
    library.session_state["library_view"] = "比较"
    library.run()
    library.selectbox(key="compare_left").set_value("d1").run()
    library.selectbox(key="compare_right").set_value("d2").run()
    assert not library.exception
    assert "zc-sides" in html(library)
    assert "已过有效期" in html(library)
    library.selectbox(key="compare_right").set_value("d1").run()
    assert "同一份文件" in library.info[0].value
