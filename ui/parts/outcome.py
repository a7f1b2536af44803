"""A calculation: the figure, what is missing, the steps, the conditions, the words it rests on."""

from collections.abc import Iterable, Sequence
from html import escape

import streamlit as st

from ui.backend.computed import Calculated, Check, Item, Money, Source
from ui.parts.badge import STATUS_WORDS, status_mark
from ui.parts.chips import readable
from ui.parts.prose import lines_html
from ui.parts.source import Place, open_source

__all__ = [
    "VERDICT_MARKS",
    "check_list",
    "item_head",
    "money_html",
    "show_grounds",
    "show_result",
    "source_chips",
    "verdict_mark",
]

VERDICT_MARKS = {
    "符合": ":green-badge[:material/check: 符合]",
    "不符合": ":red-badge[:material/close: 不符合]",
    "待确认": ":orange-badge[:material/help: 待确认]",
}
_STATES = {"符合": "yes", "不符合": "no"}
_ORDER = ("不符合", "缺信息", "符合", "需评审认定")


def item_head(item: Item) -> None:
    """What the item is, where it stands, and a warning nobody overlooks where its document is not in force."""
    st.subheader(item.label, anchor=False)
    st.markdown(f"{status_mark(item.status)} :gray-badge[{item.answers}] :gray-badge[{item.period}]")
    st.html(
        f'<p class="zc-small">《{escape(item.title)}》{escape(item.doc_no)} {escape(readable(item.path))}<br>'
        f"支持对象：{escape(item.applicant)}</p>"
    )
    if item.status != "in_force":
        until = f"（有效期到 {item.expires:%Y-%m-%d}）" if item.expires and item.status == "expired" else ""
        st.error(
            f"这份文件{STATUS_WORDS[item.status]}{until}，算出的金额仅供参考，不能作为申报依据。",
            icon=":material/warning:",
        )


def show_result(item: Item, found: Calculated, key: str) -> None:
    """The figure, what is missing, the steps."""
    with st.container(border=True, key=f"outcome_{key}"):
        _result(item, found)
    _open_questions(found)
    if found.steps:
        with st.expander(f"计算过程（{len(found.steps)} 步）", expanded=True, icon=":material/calculate:"):
            st.html(lines_html(found.steps, "ol"))
            if found.inputs:
                given = "；".join(f"{name}：{value}" for name, value in found.inputs)
                st.html(f'<p class="zc-small">所填：{escape(given)}</p>')
    if found.readings:
        st.html(_pairs("原文另有读法，金额不同：", [(one.label, one.words) for one in found.readings]))


def show_grounds(item: Item, found: Calculated, key: str) -> None:
    """The conditions, assumptions and the words that all of it rests on."""
    if found.checks:
        with st.expander(_counted(found.checks), expanded=True, icon=":material/checklist:"):
            check_list(found.checks)
    notes = [
        *(f"假设：{text}" for text in found.assumptions),
        *(f"由评审认定：“{text}”" for text in found.judgement),
    ]
    if notes:
        st.html(f'<div class="zc-small">{lines_html(tuple(notes))}</div>')
    source_chips(item, found.sources, key)


def money_html(money: Money | None) -> str:
    """The figure in large type."""
    if money is None:
        return '<span class="zc-figure">资格判断</span>'
    words = money.words
    if money.value is not None:
        words = (
            f"{money.value:,f}".rstrip("0").rstrip(".") if "." in f"{money.value:f}" else f"{money.value:,f}"
        )
        return f'<span class="zc-figure">{escape(words)}<small>{escape(money.unit)}</small></span>'
    return f'<span class="zc-figure zc-range">{escape(words)}</span>'


def verdict_mark(found: Calculated) -> str:
    """The verdict as a badge; what is merely not denied does not pass for proved."""
    if found.verdict == "符合" and any(map(_granted, found.checks)):
        return ":gray-badge[:material/help: 未说明的条件视为符合]"
    return VERDICT_MARKS[found.verdict]


def _result(item: Item, found: Calculated) -> None:
    money = found.money
    with st.container(horizontal=True, vertical_alignment="center", key=f"figure_{item.rule}"):
        st.html(money_html(money), width="content")
        if money is not None and found.verdict != "不符合":
            if money.upper:
                st.badge("上限", color="orange", icon=":material/vertical_align_top:")
            elif money.value is not None and found.verdict == "符合":
                st.badge("确定", color="green", icon=":material/check:")
        st.markdown(verdict_mark(found), width="content")
    failing = [check for check in found.checks if check.hard and check.state == "不符合"]
    if failing:
        said = "；".join(
            (check.detail and f"{check.label}（{check.detail}）") or check.label for check in failing
        )
        st.html(f'<p class="zc-small zc-no">不符合条件：{escape(said)}</p>')
    elif money is not None and money.upper:
        st.html('<p class="zc-small">条文写的是上限，实际金额以评审结果为准。</p>')
    if found.verdict == "待确认":
        unsaid = [c.label for c in found.checks if c.hard and not c.presumed and c.state == "缺信息"]
        st.html(f'<p class="zc-small">还要确认：{escape("；".join(unsaid))}</p>')


def _open_questions(found: Calculated) -> None:
    if found.missing:
        st.info("**补充这些就能算准：**", icon=":material/help:")
        st.html(lines_html(tuple(question for _, question in found.missing)))
    if found.branches:
        st.html(_pairs("分情况：", [(branch.label, branch.words) for branch in found.branches]))


def _pairs(title: str, rows: Iterable[tuple[str, str]]) -> str:
    lines = "".join(f"<li>{escape(label)}：<b>{escape(words)}</b></li>" for label, words in rows)
    return f'<p class="zc-small">{title}</p><ul class="zc-list">{lines}</ul>'


def _counted(checks: Sequence[Check]) -> str:
    states = [check.state for check in checks]
    counts = "、".join(f"{state} {states.count(state)}" for state in _ORDER if state in states)
    return f"条件核对（{counts}）"


def check_list(checks: Sequence[Check]) -> None:
    """Each condition with its state in words and colour, its place and its words."""
    made = "".join(map(_check, sorted(checks, key=_place)))
    st.html(f'<ul class="zc-checks">{made}</ul>')


def _place(check: Check) -> tuple[int, bool]:
    """What fails first, then what is to be found out; what is taken for granted last."""
    return (len(_ORDER) if _granted(check) else _ORDER.index(check.state), not check.hard)


def _granted(check: Check) -> bool:
    return check.presumed and check.state == "缺信息"


def _check(check: Check) -> str:
    kind = "granted" if _granted(check) else _STATES.get(check.state, "open")
    words = (
        check.label
        + ("" if check.hard else "（优先或参考条件）")
        + ("，未说明，视为符合" if _granted(check) else "")
    )
    words += f"：{check.detail}" if check.detail else ""
    quote = " ".join(check.quote.split())
    return (
        f'<li><span class="zc-state zc-{kind}">{escape(check.state)}</span><div>{escape(words)}'
        f'<br><span class="zc-small">{escape(readable(check.path))}　“{escape(quote)}”</span></div></li>'
    )


def source_chips(item: Item, sources: Sequence[Source], key: str) -> None:
    """The words that the calculation rests on; a click opens them in their unit."""
    if not sources:
        return
    st.markdown("**依据**")
    with st.container(horizontal=True, gap="small", key=f"chips_{key}"):
        for number, source in enumerate(sources, 1):
            st.button(
                f"{number} · {item.number} {readable(source.path)}",
                key=f"chip_{key}_{number}",
                icon=":material/article:",
                help=source.quote.replace("\n", " "),
                on_click=open_source,
                args=[Place(source.doc, source.unit, source.quote)],
            )
