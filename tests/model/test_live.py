"""What users read while the model still writes: sentences that passed, each for good."""

from dataclasses import replace

import pytest

from assistant.model.statements import read_settled, read_statements
from assistant.model.turn import NOTE, PART_NOTE
from evals.model.endpoint import Reply, Script, called, failed, said
from tests.model.conftest import TRUE, Open, Told, one_by_one, saying

MORE = "已成熟商业化的产品不予支持[2022-05 第十一条]。"
LAST = "国际首创产品支持金额不超过500万元[2022-05 第十一条]。"
FALSE = TRUE.replace("300", "600")
ASKED = "登记为技术转移机构要什么条件？"
WORDS = "登记技术转移机构，要有专职从事技术转移和科技成果转化的人员，有固定的经营场所[2022-13 第七条]。"


def assert_stands(told: Told) -> None:
    """What was shown begins the answer that came of it."""
    assert told.answer.answer.startswith("".join(told.shown))


def test_sentences_are_shown_one_by_one_below_the_systems_judgement(opened: Open) -> None:
    asking = opened(saying(TRUE + MORE + WORDS.replace("2022-13 第七条", "2022-05 第十一条")))
    told = asking(live=True)
    assert told.shown[0] == asking.offline().answer.split("\n\n")[0]
    assert "国内首创产品支持金额不超过300万元" in told.shown[1]
    assert_stands(told)


def test_streamed_words_make_the_answer_that_whole_words_make(opened: Open) -> None:
    asking = opened(saying(TRUE + MORE))
    live, whole = asking(live=True), asking()
    assert live.answer.answer == whole.answer.answer
    assert live.worded.usage == whole.worded.usage
    assert [bool(asked.body.get("stream")) for asked in asking.endpoint.asked] == [True, False]
    assert live.worded.by_model, live.worded.faults


def test_a_sentence_that_fails_after_shown_ones_hands_over_to_the_offline_answer(opened: Open) -> None:
    asking = opened(saying(TRUE + MORE + FALSE + TRUE))
    told = asking(live=True)
    offline = asking.offline()
    assert "不超过300万元" in "".join(told.shown)
    assert "600" not in told.answer.answer
    assert_stands(told)
    assert (told.worded.by_model, told.worded.reason) == (True, "gate")
    assert told.worded.shown == 2
    assert told.answer.answer.endswith(PART_NOTE)
    assert all(part in told.answer.answer for part in offline.answer.split("\n\n**说明**")[0].split("\n\n"))
    assert (told.answer.amount, told.answer.citations) == (offline.amount, offline.citations)
    assert len(asking.endpoint.asked) == 1


def test_a_first_sentence_that_fails_is_mended_as_without_a_stream(opened: Open) -> None:
    told = opened(one_by_one(said(FALSE + TRUE), said(TRUE + MORE)))(live=True)
    assert (told.worded.reason, told.worded.attempts) == ("", 2)
    assert "600" not in told.answer.answer
    assert_stands(told)


def test_the_offline_conclusion_follows_words_that_stood_in_its_place(opened: Open) -> None:
    asking = opened(saying(WORDS + "登记机构可以获得9999万元支持[2022-13 第七条]。" + WORDS))
    told = asking(ASKED, live=True)
    offline = asking.offline(ASKED)
    assert "".join(told.shown).startswith("**登记技术转移机构，要有专职")
    assert offline.answer.split("\n\n")[0].strip("*") in told.answer.answer
    assert "9999" not in told.answer.answer
    assert_stands(told)


@pytest.mark.parametrize("cut", [12, -1], ids=["within", "before its end"])
def test_a_stream_that_breaks_off_leaves_what_was_shown(opened: Open, cut: int) -> None:
    asking = opened(saying_reply(replace(said(TRUE + MORE + LAST), cut=cut - 2)))
    told = asking(live=True)
    assert told.worded.reason in ("truncated", "malformed", "unreachable")
    assert_stands(told)
    assert told.answer.answer.endswith(PART_NOTE if told.worded.shown else NOTE)
    assert told.answer.amount == asking.offline().amount


def test_a_stream_that_halts_ends_in_time(opened: Open) -> None:
    halting = replace(said(TRUE + MORE + LAST), gap=0.6)
    told = opened(saying_reply(halting), model_seconds=2)(live=True)
    assert told.worded.reason == "timeout"
    assert told.worded.usage.received > 0
    assert_stands(told)


def test_a_fault_before_the_first_word_gives_the_offline_answer(opened: Open) -> None:
    asking = opened(saying_reply(failed(500)))
    told = asking(live=True)
    assert told.worded.reason == "endpoint"
    assert told.answer.answer == f"{asking.offline().answer}\n- {NOTE}"
    assert_stands(told)


def test_tools_are_called_in_a_stream_too(opened: Open) -> None:
    told = opened(one_by_one(called(("search", {"words": "首创产品"})), said(TRUE + MORE)))(live=True)
    assert told.worded.by_model, told.worded.faults
    assert told.worded.tools == ("search",)
    assert_stands(told)


TEXTS = (
    f"<think>补 9999万元？[2022-05 第十一条]。</think>\n{TRUE}{MORE}",
    f"想一想。[2022-05 第一条]。\n</think>{TRUE}{MORE}",
    f"**{TRUE}**\n1. {MORE}\n2. {LAST}",
    "第一句。[2022-05 第一条][2022-06 第二条] 第二句没有依据。第三句！[2022-05 第三条；第四条]第四句。",
    "他说“好。”[2022-05 第一条]。然后（见上。）又说[2022-05 第二条]。完。",
)


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_settled_of_a_growing_text_is_what_the_whole_text_says(text: str) -> None:
    whole = [s for paragraph in read_statements(text) for s in paragraph.statements]
    thought = "</think>" in text and "<think>" not in text
    for end in range(len(text)):
        if thought and "</think>" not in text[:end]:
            continue
        settled = [s for paragraph in read_settled(text[:end]) for s in paragraph.statements]
        assert settled == whole[: len(settled)]
    assert read_settled(text)


def saying_reply(reply: Reply) -> Script:
    return lambda _: reply


def test_shown_words_are_never_taken_back_by_a_tool(opened: Open) -> None:
    """A message that says something and then calls a tool has said it."""
    both = said(TRUE + MORE)
    calling = called(("search", {"words": "首创产品"}))
    mixed = replace(both, parts=(*both.parts[:-3], *calling.parts[1:]))
    told = opened(one_by_one(mixed, said(LAST)))(live=True)
    assert_stands(told)
