"""Whatever the parser reads, it loses and invents nothing; what is well formed comes back as it was written."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus.model import ClauseKind
from tests.corpus.checking import assert_faithful, assert_tiled, numeral, parse_all, parse_one, pieces

PHRASES = [
    "第一章 总则", "## 第二章 支持", "第一节 甲", "**第一条**", "### 第二条 乙。", "第三条 丙", "第四条规定的，", "第二十条 远。",
    "一、目标", "二、任务", "三、保障。", "（一）子。", "（二）丑", "（三）寅：", "(四)卯。", "1.辰。", "2.巳", "3.午：", "（1）未。",
    "（2）申", "①酉。", "②戌", "附件：", "名词解释", "文字没有完", "文字完了。", "两种:1.甲;2.乙;3.丙。", "京科发〔2022〕5号",
    "2022年6月10日", "各有关单位：", "---", "- 列表", "English words and", "more words", "  ", "　　缩进。", "<sup>①</sup>脚注。",
    "**粗体**", "（试行）", "(2022年印发)", "十、", "十一、远",
]  # fmt: skip
SOURCE_TEXTS = st.lists(st.sampled_from(PHRASES) | st.text(max_size=12), max_size=12).map("\n".join)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(SOURCE_TEXTS)
@example("**第一条**\n1.辰。\n2022年6月10日\n（1）未。")
@example("京科发〔2022〕5号\n京科发〔2022〕5号\n- 列表")
@example("第一条\n分两种情形:1.甲;2.乙。")
def test_whatever_is_read_is_tiled_word_for_word(text: str) -> None:
    documents, furniture = parse_all(text)
    assert_tiled(text, [piece for document in documents for piece in pieces(document)], furniture)
    for document in documents:
        for piece in pieces(document):
            assert_faithful(piece, text)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.text() | SOURCE_TEXTS)
def test_any_text_can_be_parsed(text: str) -> None:
    documents, _ = parse_all(text)
    assert all(unit.label and unit.text for document in documents for unit in document.units)


WORDS = st.text(alphabet="企业应当具备研发能力并符合支持要求", min_size=2, max_size=14)
SENTENCES = st.lists(WORDS, min_size=1, max_size=3).map(lambda parts: "，".join(parts) + "。")


def chapters(last: int) -> st.SearchStrategy[list[int]]:
    """Numbers of articles before which a chapter begins; none, or the first and some others."""
    return st.one_of(
        st.just([]), st.lists(st.integers(2, last), unique=True).map(lambda more: [1, *sorted(more)])
    )


@st.composite
def regulations(draw: st.DrawFn) -> tuple[str, list[tuple[str, list[str], str]]]:
    """A well-formed 办法 in random layout, with label, item paths and chapter of each article."""
    count = draw(st.integers(1, 24))
    starts = draw(chapters(count)) if count > 1 else []
    lines = ["某某管理办法"]
    expected: list[tuple[str, list[str], str]] = []
    chapter = ""
    for number in range(1, count + 1):
        if number in starts:
            chapter = f"第{numeral(starts.index(number) + 1)}章 {draw(WORDS)}"
            lines.append(draw(st.sampled_from(["", "# ", "#### "])) + chapter)
        label = f"第{numeral(number)}条"
        sign = draw(
            st.sampled_from(
                [f"{label} ", f"**{label}** ", f"### {label}\n", f"{label}　", f"**{label}**\n\n"]
            )
        )
        items = draw(st.lists(SENTENCES, max_size=4).filter(lambda parts: len(parts) != 1))
        lines.append(sign + draw(WORDS) + ("：" if items else "。"))
        left, right = draw(st.sampled_from([("（", "）"), ("(", ")")]))
        lines += [f"{left}{numeral(i)}{right}{text}" for i, text in enumerate(items, 1)]
        expected.append((label, [f"{label}（{numeral(i)}）" for i in range(1, len(items) + 1)], chapter))
    return "\n".join(lines), expected


@settings(derandomize=True, max_examples=100, deadline=None)
@given(regulations())
def test_a_well_formed_regulation_round_trips(case: tuple[str, list[tuple[str, list[str], str]]]) -> None:
    text, expected = case
    document = parse_one(text)
    assert [
        (u.label, [c.path for c in u.walk() if c.kind is ClauseKind.ITEM], u.chapter) for u in document.units
    ] == expected
    assert_tiled(text, pieces(document), [])


@st.composite
def measures(draw: st.DrawFn) -> tuple[str, list[tuple[str, str]]]:
    """若干措施 whose points run on through its topics, with label and words of each."""
    sizes = draw(st.lists(st.integers(1, 5), min_size=1, max_size=6).filter(lambda parts: sum(parts) > 1))
    lines = ["某某若干措施"]
    expected: list[tuple[str, str]] = []
    number = 0
    for topic, size in enumerate(sizes, 1):
        lines.append(f"{draw(st.sampled_from(['', '## ']))}{numeral(topic)}、{draw(WORDS)}")
        for _ in range(size):
            number += 1
            words = f"{number}{draw(st.sampled_from(['.', '．', '、']))}{draw(WORDS)}。{draw(SENTENCES)}"
            lines.append(words)
            expected.append((str(number), words))
    return "\n".join(lines), expected


@settings(derandomize=True, max_examples=100, deadline=None)
@given(measures())
def test_measures_whose_points_run_on_round_trip(case: tuple[str, list[tuple[str, str]]]) -> None:
    text, expected = case
    document = parse_one(text)
    assert [(u.label, u.text) for u in document.units] == expected
    assert_tiled(text, pieces(document), [])
