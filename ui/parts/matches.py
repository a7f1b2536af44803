"""Items that an enterprise was matched with: filters, a list with grounds, a table."""

from collections import Counter
from collections.abc import Callable, Sequence
from html import escape

import streamlit as st

from ui.backend.matched import Match, Matched
from ui.parts.badge import STATUS_WORDS, status_mark
from ui.parts.chips import readable
from ui.parts.outcome import VERDICT_MARKS, check_list, source_chips
from ui.parts.prose import lines_html

__all__ = ["filtered", "match_list", "match_table", "missing_facts", "totals"]

_PAGE = 15
_ASKED = 4
_VERDICTS = ("符合", "待确认", "不符合")


def totals(found: Matched) -> None:
    """What may be applied for together, and what binds it."""
    counts = Counter[str](
        match.verdict for match in found.items if match.related and match.item.status == "in_force"
    )
    with st.container(border=True, key="match_totals"):
        st.html(
            f'<p class="zc-small">现行有效文件里可申报的合计（每年可得的按一年计，上限以评审为准）</p>'
            f'<span class="zc-figure">{escape(found.total)}</span>'
        )
        if found.possible != found.total:
            st.html(
                f'<p class="zc-small">待确认的也都符合时，合计</p><span class="zc-figure zc-range">{escape(found.possible)}</span>'
            )
        st.markdown("　".join(f"{VERDICT_MARKS[name]} {counts[name]} 项" for name in _VERDICTS))
        for limit in found.limits:
            st.html(
                f'<p class="zc-small">合并上限：{escape(limit.label)}，{escape(limit.reason)}（“{escape(limit.quote)}”）</p>'
            )
    if found.notes:
        with st.expander(f"没有用上的情况（{len(found.notes)}）", icon=":material/info:"):
            st.html(lines_html(found.notes))
    if found.provisos:
        with st.expander(f"合在一起申报时须留意（{len(found.provisos)}）", icon=":material/info:"):
            st.html(lines_html(found.provisos))


def filtered(found: Matched) -> list[Match]:
    """The items that the filters leave, in the order of the result."""
    with st.container(horizontal=True, key="match_filters"):
        verdicts = st.pills(
            "判定",
            _VERDICTS,
            selection_mode="multi",
            default=_VERDICTS[:2],
            key="match_verdict",
            persist_state="session",
        )
        statuses = list(dict.fromkeys(STATUS_WORDS[match.item.status] for match in found.items))
        status = st.pills(
            "文件效力",
            statuses,
            selection_mode="multi",
            default=statuses[:1],
            key="match_status",
            persist_state="session",
        )
    with st.container(horizontal=True, vertical_alignment="bottom", key="match_more"):
        numbers = list(dict.fromkeys(match.item.number for match in found.items))
        docs = st.multiselect("文件", numbers, key="match_doc", placeholder="不限", persist_state="session")
        words = st.text_input("查找", key="match_words", placeholder="事项里的词", persist_state="session")
    everything = st.toggle("连没有涉及的事项也列出", key="match_all", persist_state="session")
    return [
        match
        for match in found.items
        if (match.related or everything)
        and match.verdict in (verdicts or _VERDICTS)
        and STATUS_WORDS[match.item.status] in (status or statuses)
        and match.item.number in (docs or numbers)
        and all(word in f"{match.item.label}{match.item.applicant}" for word in words.split())
    ]


def match_list(matches: Sequence[Match], calculate: Callable[[Match], None]) -> None:
    """A card for each item; `calculate` is called back to take it to 算一算."""
    shown = st.session_state.setdefault("match_shown", _PAGE)
    for match in matches[:shown]:
        with st.container(border=True, key=f"match_{match.item.rule}"):
            _card(match, calculate)
    if len(matches) > shown:
        st.button(
            f"再显示 {min(_PAGE, len(matches) - shown)} 项（共 {len(matches)} 项）",
            key="match_next",
            icon=":material/expand_more:",
            on_click=lambda: st.session_state.update(match_shown=shown + _PAGE),
        )


def _card(match: Match, calculate: Callable[[Match], None]) -> None:
    item = match.item
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{item.label}**", width="stretch")
        st.markdown(f"**{match.amount or '资格'}**", width="content")
        st.markdown(VERDICT_MARKS[match.verdict], width="content")
    status = "" if item.status == "in_force" else status_mark(item.status)
    st.markdown(
        f":small[{item.number} {readable(item.path)}　{item.period}{'　计入合计' if match.counted else ''}] {status}"
    )
    st.html(f'<p class="zc-small">{escape(_explained(match))}</p>')
    with st.expander("依据与算式"):
        if match.found.steps:
            st.html(lines_html(match.found.steps, "ol"))
        if match.found.inputs:
            used = "；".join(f"{label}：{value}" for label, value in match.found.inputs)
            st.html(f'<p class="zc-small">用到的情况：{escape(used)}</p>')
        check_list(match.found.checks)
        source_chips(item, match.found.sources, f"match_{item.rule}")
        if st.button("带着这些数去算一算", key=f"calc_{item.rule}", icon=":material/calculate:"):
            calculate(match)


def _explained(match: Match) -> str:
    """What fails, what is to be found out, why it is not counted."""
    parts = ["；".join(match.reasons)] if match.reasons else []
    if match.deciding:
        more = f"等 {len(match.deciding)} 项" if len(match.deciding) > _ASKED else ""
        parts.append(f"还要确认：{'；'.join(match.deciding[:_ASKED])}{more}")
    if match.remark and match.verdict != "不符合":
        parts.append(match.remark)
    return "。".join(parts)


def match_table(matches: Sequence[Match]) -> None:
    """All of them as one table, which becomes cards on a phone."""
    names = ("事项", "判定", "金额", "还要确认、不符合或备注", "依据", "效力")
    body = "".join(f"<tr>{_cells(names, match)}</tr>" for match in matches)
    head = "".join(f"<th scope='col'>{name}</th>" for name in names)
    if not matches:
        return
    st.html(f'<table class="zc-table zc-cards"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>')


def _cells(names: Sequence[str], match: Match) -> str:
    item = match.item
    kind = {"符合": "yes", "不符合": "no"}.get(match.verdict, "open")
    cells = (
        f"<b>{escape(item.label)}</b>",
        f'<span class="zc-{kind}">{match.verdict}</span>',
        escape(match.amount or "资格"),
        escape(_explained(match)) or "—",
        escape(f"{item.number} {readable(item.path)}"),
        STATUS_WORDS[item.status],
    )
    return "".join(f'<td data-name="{name}">{cell}</td>' for name, cell in zip(names, cells, strict=True))


def missing_facts(matches: Sequence[Match], known: set[str], most: int) -> list[str]:
    """The facts that would decide the most items, those first."""
    asked = Counter(
        label for match in matches if match.verdict == "待确认" and match.related for label in match.deciding
    )
    return [label for label, _ in asked.most_common() if label in known][:most]
