"""对话, drawn without a browser on a backend of the test's own."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.fakes import WARNING, FakeBackend
from ui import wiring


def labels(page: AppTest) -> list[str]:
    return [button.label for button in page.button]


def html(page: AppTest) -> str:
    return "\n".join(str(element.proto.body) for element in page.get("html"))


def said(page: AppTest) -> list[str]:
    return [element.value for element in page.text]


def asked(page: AppTest, question: str = "能补多少？") -> AppTest:
    page.run()
    return page.chat_input[0].set_value(question).run()


def test_the_first_page_offers_examples_and_a_click_answers(chat: AppTest, backend: FakeBackend) -> None:
    chat.run()
    assert not chat.exception
    chat.button(key="example_0").click().run()
    assert [history for _, history in backend.asked] == [()]
    assert "最高可获支持 300万元" in html(chat)


def test_an_answer_shows_figure_derivation_chips_and_what_is_missing(chat: AppTest) -> None:
    asked(chat)
    assert not chat.exception
    assert "300<small>万元</small>" in html(chat)
    assert [badge.value for badge in chat.markdown if "上限" in badge.value]
    assert "计算过程（1 步）" in [expander.label for expander in chat.expander]
    assert "1 · 京测发〔2022〕1号 第十一条（一）" in labels(chat)
    assert "请问首创类型是哪一种" in html(chat)


def test_a_chip_opens_the_source_at_the_quoted_words(chat: AppTest) -> None:
    asked(chat).button(key="chip_1_1").click().run()
    assert "<mark>按照合同金额30%给予支持,不超过300万元。</mark>" in html(chat)
    assert {"上一条 第十条", "下一条 第十二条", "第十条"} <= set(labels(chat))
    chat.button(key="source_下一条").click().run()
    assert "第十二条 支持首创产品" in html(chat)
    chat.button(key="source_close").click().run()
    assert "第十二条 支持首创产品" not in html(chat)


def test_follow_ups_come_from_the_answer_and_go_on_from_it(chat: AppTest, backend: FakeBackend) -> None:
    asked(chat)
    offers = [button for button in chat.button if (button.key or "").startswith("offer_")]
    assert [offer.label for offer in offers] == [
        "首创类型是国际首创呢？",
        "首创类型是国内首创呢？",
        "京测发〔2022〕1号的有效期到什么时候？",
        "保险费补贴最高多少？",
    ]
    offers[0].click().run()
    assert backend.asked[-1] == ("首创类型是国际首创呢？", ("能补多少？",))


def test_another_matter_is_asked_without_what_came_before(chat: AppTest, backend: FakeBackend) -> None:
    asked(chat)
    chat.button(key="offer_1_3").click().run()
    assert backend.asked[-1] == ("保险费补贴最高多少？", ())
    chat.chat_input[0].set_value("那条件呢").run()
    assert backend.asked[-1] == ("那条件呢", ("保险费补贴最高多少？",))


def test_a_warning_stands_before_the_conclusion(chat: AppTest, backend: FakeBackend) -> None:
    backend.changed = {"warnings": (WARNING,)}
    asked(chat)
    assert [error.value for error in chat.error] == [WARNING]


def test_markup_in_a_question_is_shown_as_typed(chat: AppTest) -> None:
    attack = "<img src=x onerror=alert(1)> **粗** :red[x] [链接](javascript:alert(1))"
    asked(chat, attack)
    assert attack in said(chat)
    assert "<img" not in html(chat)


def test_markup_that_an_answer_repeats_is_escaped(chat: AppTest, backend: FakeBackend) -> None:
    backend.changed = {"answer": "**没有收录<script>alert(1)</script>。**\n\n<b>甲</b> ![乙](http://x/y.png)"}
    asked(chat)
    assert "&lt;script&gt;" in html(chat)
    assert "<script" not in html(chat)
    assert "<img" not in html(chat)
    assert "<b>" not in html(chat)


@pytest.mark.parametrize("fault", ["连不上政策问答服务（http://x）。请确认服务已启动，稍后再试。"])
def test_a_failure_is_a_card_and_can_be_tried_again(chat: AppTest, backend: FakeBackend, fault: str) -> None:
    backend.fault = fault
    asked(chat)
    assert not chat.exception
    assert fault in said(chat)
    backend.fault = ""
    chat.button(key="again_1").click().run()
    assert fault not in said(chat)
    assert "300<small>万元</small>" in html(chat)


def test_an_answer_that_was_broken_off_can_be_asked_for_again(chat: AppTest, backend: FakeBackend) -> None:
    asked(chat)
    conversation = wiring.conversations().listed(chat.session_state["visitor"])[0]
    wiring.conversations().ask(conversation.id, "没答完的")
    chat.run()
    assert "已停止，没有回答完。" in [caption.value for caption in chat.caption]
    chat.button(key="again_2").click().run()
    assert backend.asked[-1] == ("没答完的", ("能补多少？",))


def test_regenerating_asks_the_same_question_again(chat: AppTest, backend: FakeBackend) -> None:
    asked(chat)
    chat.button(key="again_1").click().run()
    assert [question for question, _ in backend.asked] == ["能补多少？", "能补多少？"]
    assert len([text for text in said(chat) if text == "能补多少？"]) == 2  # title and question


def test_a_thumb_down_is_kept_with_its_reason(chat: AppTest, backend: FakeBackend) -> None:
    asked(chat)
    chat.session_state["thumbs_1"] = 0
    chat.run()
    chat.session_state["reasons_1"] = ["金额不对"]
    chat.text_input(key="words_1").set_value("应是500")
    submit = next(button for button in chat.button if button.label == "提交")
    submit.click().run()
    assert backend.rated == [("0" * 32, False, "金额不对；应是500")]


def test_conversations_are_listed_searched_renamed_and_deleted(chat: AppTest) -> None:
    asked(chat, "第一个问题")
    chat.button(key="new").click().run()
    chat.chat_input[0].set_value("第二个问题").run()
    assert {"第一个问题", "第二个问题"} <= set(labels(chat))
    chat.text_input(key="history_words").set_value("第一").run()
    assert "第二个问题" not in labels(chat)
    key = chat.session_state["conversation"]
    chat.text_input(key="history_words").set_value("").run()
    chat.text_input(key=f"title_{key}").set_value("新名字").run()
    chat.button(key="rename").click().run()
    assert "新名字" in labels(chat)
    chat.checkbox(key=f"sure_{key}").check().run()
    chat.button(key="delete").click().run()
    assert "新名字" not in labels(chat)
    assert "example_0" in [button.key for button in chat.button]


def test_a_shared_conversation_is_read_by_others_and_taken_over(chat: AppTest, backend: FakeBackend) -> None:
    asked(chat)
    chat.button(key="share_make").click().run()
    link = chat.code[0].value
    other = AppTest.from_file(chat._script_path, default_timeout=30)
    other.query_params["share"] = link.split("share=")[1]
    other.run()
    assert not other.exception
    assert "能补多少？" in said(other)
    assert not other.chat_input
    other.button(key="take_share").click().run()
    assert other.chat_input
    assert "能补多少？" in labels(other)
    chat.button(key="share_stop").click().run()
    gone = AppTest.from_file(chat._script_path, default_timeout=30)
    gone.query_params["share"] = link.split("share=")[1]
    gone.run()
    assert any("失效" in info.value for info in gone.info)


def test_a_hundred_turns_show_the_last_ones_and_the_rest_on_demand(chat: AppTest) -> None:
    asked(chat, "第0问")
    key = chat.session_state["conversation"]
    for number in range(1, 100):
        turn = wiring.conversations().ask(key, f"第{number}问")
        wiring.conversations().answered(turn, None, "没有成功")
    chat.run()
    assert "第99问" in said(chat)
    assert "第50问" not in said(chat)
    chat.button(key="show_earlier").click().run()
    assert "第50问" in said(chat)


def test_two_tabs_on_one_conversation_see_each_others_turns(chat: AppTest, backend: FakeBackend) -> None:
    asked(chat)
    second = AppTest.from_file(chat._script_path, default_timeout=30)
    second.session_state["visitor"] = chat.session_state["visitor"]
    second.query_params["c"] = chat.session_state["conversation"]
    second.run()
    second.chat_input[0].set_value("另一页问的").run()
    chat.run()
    assert "另一页问的" in said(chat)
    assert backend.asked[-1] == ("另一页问的", ("能补多少？",))


def test_a_strangers_conversation_is_not_opened(chat: AppTest) -> None:
    asked(chat)
    stranger = AppTest.from_file(chat._script_path, default_timeout=30)
    stranger.query_params["c"] = chat.session_state["conversation"]
    stranger.run()
    assert "能补多少？" not in said(stranger)
