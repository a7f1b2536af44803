"""One answer: warnings first, then conclusion, figure, questions, sources, conditions, notes."""

from html import escape

import streamlit as st

from ui.backend.values import Reply
from ui.parts.amount import amount_card
from ui.parts.chips import citation_chips
from ui.parts.prose import lines_html, prose_html
from ui.sections import cut

__all__ = ["show_answer"]

_STATES = {"不符合": "no", "符合": "yes", "缺信息": "open", "需评审认定": "open"}


def show_answer(reply: Reply, key: str) -> None:
    """The answer in its parts."""
    sections = cut(reply.answer)
    for warning in reply.warnings:
        st.error(warning, icon=":material/warning:")
    if sections.conclusion:
        lines = "".join(f"<p>{escape(line)}</p>" for line in sections.conclusion)
        st.html(f'<div class="zc-conclusion">{lines}</div>')
    if sections.body:
        st.html(prose_html(sections.body))
    amount_card(reply, key)
    if sections.questions:
        with st.container(border=True, key=f"questions_{key}", gap="small"):
            st.markdown(":blue-badge[:material/help: 补充这些就能算准]")
            st.html(lines_html(sections.questions))
    citation_chips(reply.citations, key)
    if sections.conditions:
        with st.expander(f"条件核对（{len(sections.conditions)} 项）", icon=":material/checklist:"):
            st.html(_conditions(sections.conditions))
    if sections.notes:
        st.html(f'<div class="zc-small">{lines_html(sections.notes)}</div>')


def _conditions(lines: tuple[str, ...]) -> str:
    """Each condition with its state in words and colour."""
    made = ""
    for line in lines:
        state, _, rest = line.partition("：")
        kind = _STATES.get(state, "open")
        made += f'<li><span class="zc-state zc-{kind}">{escape(state)}</span>{escape(rest)}</li>'
    return f'<ul class="zc-list zc-conditions">{made}</ul>'
