"""What pages are put together from: sections, highlights, snippets, alignment, terms."""

import pytest

from tests.ui.fakes import ANSWER, QUOTE, TEXT, FakeBackend
from ui.aligning import align, differing
from ui.parts.amount import number
from ui.parts.prose import marked, paragraphs_html, prose_html
from ui.sections import cut
from ui.snippets import literal_mask, loose_mask, snippet


def words(text: str, mask: list[bool]) -> str:
    return "".join(sign for sign, on in zip(text, mask, strict=True) if on)


def test_an_answer_is_cut_at_its_headings() -> None:
    sections = cut(ANSWER)
    assert sections.conclusion == ("首创产品支持：最高可获支持 300万元（上限）。",)
    assert sections.questions == ("请问首创类型是哪一种：国际首创、国内首创？",)
    assert sections.conditions == ("缺信息：合同在1年内签订（第十一条）",)
    assert sections.notes == ("以评审为准。",)
    assert sections.body == ""


def test_an_answer_of_another_shape_comes_back_whole() -> None:
    assert cut("随便一段话。\n\n第二段。").body == "随便一段话。\n\n第二段。"
    assert cut("").conclusion == ()


def test_a_quote_is_found_whatever_whitespace_stands_in_it() -> None:
    assert words(TEXT, marked(TEXT, "(一)支持方式 " + QUOTE)) == f"(一)支持方式\n{QUOTE}"
    assert not any(marked(TEXT, "没有这句话"))
    assert not any(marked(TEXT, "  "))


@pytest.mark.parametrize("attack", ["<script>x</script>", '"><img src=x>', "<svg/onload=x>"])
def test_markup_is_escaped_everywhere(attack: str) -> None:
    for made in (
        prose_html(attack),
        paragraphs_html(attack, [False] * len(attack)),
        paragraphs_html("甲", [True], {"甲": attack}, {}),
        paragraphs_html("甲", [True], {}, {"甲": attack}),
    ):
        assert attack not in made
        assert "<img" not in made


def test_links_and_images_in_an_answer_stay_text() -> None:
    made = prose_html("[点](javascript:x) ![图](http://x/y) <http://x>")
    assert "<a" not in made
    assert "<img" not in made


def test_terms_are_explained_and_words_linked() -> None:
    made = paragraphs_html("创投基金见第十条", [False] * 8, {"创投基金": "一种基金"}, {"第十条": "#u-第十条"})
    assert '<abbr title="一种基金" tabindex="0">创投基金</abbr>' in made
    assert '<a href="#u-第十条" target="_self">第十条</a>' in made


def test_a_search_marks_the_words_or_the_longest_pieces_of_a_question() -> None:
    assert words(TEXT, literal_mask(TEXT, ["首创", "30%"])) == "首创30%"
    assert words(TEXT, loose_mask(TEXT, "首创产品给多少支持")) == "支持首创产品支持支持"
    assert not any(loose_mask(TEXT, "啊"))


def test_a_snippet_stands_around_the_first_word() -> None:
    text = "甲" * 200 + "首创" + "乙" * 300
    shown, mask = snippet(text, literal_mask(text, ["首创"]))
    assert words(shown, mask) == "首创"
    assert shown.startswith("…甲")
    assert shown.endswith("乙…")
    assert len(shown) == len(mask)


def test_units_that_say_alike_stand_in_one_row() -> None:
    left, right = FakeBackend().text("d1"), FakeBackend().text("d2")[:2]
    pairs = align(left, right)
    assert len(pairs) == 3
    assert sum(pair.right is None for pair in pairs) == 1
    assert words("上限300万元", differing("上限300万元", "上限500万元")) == "3"


@pytest.mark.parametrize(
    ("value", "said"), [(300, "300"), (1234567.5, "1,234,567.5"), (0, "0"), (0.35, "0.35")]
)
def test_figures_are_written_as_people_do(value: float, said: str) -> None:
    assert number(value) == said
