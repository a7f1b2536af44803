"""When each document is in force, as bars over the years with today marked."""

from collections.abc import Sequence
from datetime import date, timedelta

import altair as alt
import streamlit as st

from ui.backend.values import Document
from ui.parts.badge import STATUS_WORDS

__all__ = ["timeline"]

_OPEN_YEARS = 3
_OPEN = "没有规定"
_ROW = 34
_TEXT = "#1c2733"
_COLOURS = {"有效": "#2e7d55", "尚未施行": "#b26a00", "已过有效期": "#b23b3b", "已废止": "#7a1f1f"}


def timeline(documents: Sequence[Document]) -> None:
    """A bar for each document that has a first day; open ends are drawn paler and said so."""
    rows = _rows(documents)
    st.altair_chart((_bars(rows) + _today()).properties(height=_ROW * len(rows) + 60), width="stretch")
    unended = sum(row["终点"] == _OPEN for row in rows)
    st.caption(f"虚线是今天。颜色较浅的 {unended} 份没有规定有效期限，画到 {_OPEN_YEARS} 年后为止。")
    drafts = [one.title for one in documents if one.effective is None]
    if drafts:
        st.caption(f"没有画出（没有施行日期）：{'、'.join(drafts)}。")


def _bars(rows: list[dict[str, str]]) -> alt.Chart:
    states = [name for name in _COLOURS if any(row["效力"] == name for row in rows)]
    names = alt.Axis(labelLimit=260, labelFontSize=13, labelColor=_TEXT)
    years = alt.Axis(format="%Y", tickCount="year", labelFontSize=13, labelColor=_TEXT)
    colours = alt.Scale(domain=states, range=[_COLOURS[name] for name in states])
    legend = alt.Legend(orient="top", title=None, labelFontSize=13, labelColor=_TEXT)
    return (
        alt.Chart(alt.Data(values=rows))
        .mark_bar(height=16, cornerRadius=3)
        .encode(
            y=alt.Y("文件:N", sort=None, title=None, axis=names),
            x=alt.X("起:T", title=None, axis=years),
            x2="止:T",
            color=alt.Color("效力:N", scale=colours, legend=legend),
            opacity=alt.condition(f"datum.终点 == '{_OPEN}'", alt.value(0.55), alt.value(0.95)),
            tooltip=[alt.Tooltip(f"{name}:N") for name in ("题名", "起点", "终点", "效力")],
        )
    )


def _today() -> alt.Chart:
    rule = alt.Chart(alt.Data(values=[{"今天": date.today().isoformat()}]))
    return rule.mark_rule(color=_TEXT, strokeDash=[4, 3], size=1.5).encode(x="今天:T")


def _rows(documents: Sequence[Document]) -> list[dict[str, str]]:
    open_end = date.today() + timedelta(days=365 * _OPEN_YEARS)
    return [
        {
            "文件": one.doc_no or one.key,
            "题名": one.title,
            "起": one.effective.isoformat(),
            "止": (one.expires or open_end).isoformat(),
            "起点": f"{one.effective:%Y-%m-%d}",
            "终点": f"{one.expires:%Y-%m-%d}" if one.expires else _OPEN,
            "效力": STATUS_WORDS[one.status],
        }
        for one in documents
        if one.effective is not None
    ]
