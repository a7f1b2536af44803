"""The figure of an answer as a card, with the derivation that unfolds."""

from html import escape

import streamlit as st

from ui.backend.values import Amount, Calculation, Reply
from ui.parts.prose import lines_html

__all__ = ["amount_card", "derivation", "number"]


def number(value: float) -> str:
    """A figure as people write it: thousands parted, no empty decimals."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.4f}".rstrip("0").rstrip(".")


def amount_card(reply: Reply, key: str) -> None:
    """The amount with its kind and how it came about; nothing where the answer has neither."""
    if reply.amount is None and reply.calculation is None:
        return
    with st.container(border=reply.amount is not None, key=f"amount_{key}"):
        if reply.amount is not None:
            _figure(reply.amount)
        if reply.calculation is not None:
            derivation(reply.calculation)


def derivation(calculation: Calculation) -> None:
    """The steps of a calculation, folded; the inputs they were taken from and the rule below them."""
    if not calculation.steps:
        return
    with st.expander(f"计算过程（{len(calculation.steps)} 步）", icon=":material/calculate:"):
        st.html(lines_html(calculation.steps, "ol"))
        if calculation.inputs:
            given = "；".join(f"{name}：{value}" for name, value in calculation.inputs.items())
            st.html(f'<p class="zc-small">采用的数：{escape(given)}</p>')
        st.html(f'<p class="zc-small">计算规则：{escape(calculation.rule)}</p>')


def _figure(amount: Amount) -> None:
    upper = amount.kind == "upper_bound"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(
            f'<span class="zc-figure">{number(amount.value)}<small>{escape(amount.unit)}</small></span>',
            width="content",
        )
        if upper:
            st.badge("上限", color="orange", icon=":material/vertical_align_top:")
        else:
            st.badge("确定", color="green", icon=":material/check:")
    if upper:
        st.html('<p class="zc-small">条文写的是上限，实际金额以评审结果为准。</p>')
