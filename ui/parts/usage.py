"""Usage figures with charts."""

from datetime import date, timedelta

import altair as alt
import streamlit as st

from ui.backend.managing import Managing, Usage
from ui.wiring import calculating

__all__ = ["usage_view"]

_DAYS = {"近 7 天": 7, "近 30 天": 30, "近 90 天": 90}
_COLOURS = ["#1f5fa8", "#8a4b00", "#14663f", "#6b4ea0", "#7b8794"]
_CHANNELS = {"page": "网页", "api": "接口", "openai": "OpenAI 接口", "dify": "Dify 接口"}


def usage_view(managing: Managing) -> None:
    """What was asked in the last days."""
    chosen = st.segmented_control(
        "时间", list(_DAYS), default="近 30 天", required=True, key="usage_days", label_visibility="collapsed"
    )
    days = _DAYS[str(chosen)]
    found = managing.usage(days)
    if found is None:
        st.info("这段时间没有留存的提问。", icon=":material/bar_chart:")
        return
    _figures(found)
    st.markdown("**每天的提问**")
    st.altair_chart(_by_day(found, days), key="usage_chart", alt="每天的提问次数，按来源分色")
    st.markdown("**引用最多的文件**")
    st.altair_chart(_cited(found), key="cited_chart", alt="引用最多的文件和引用它们的回答数")


def _by_day(found: Usage, days: int) -> alt.Chart:
    rows = [
        {"day": f"{day:%Y-%m-%dT00:00:00}", "channel": _CHANNELS.get(channel, channel), "count": count}
        for day, channel, count in found.by_day
    ]
    span = [f"{date.today() + timedelta(days=change):%Y-%m-%dT00:00:00}" for change in (-days, 1)]
    chart: alt.Chart = (
        alt.Chart(alt.InlineData(rows))
        .mark_bar(size=min(40, 500 // days))
        .encode(
            x=alt.X("day:T", title="日期", axis=alt.Axis(format="%m-%d"), scale=alt.Scale(domain=span)),
            y=alt.Y("count:Q", title="提问", axis=alt.Axis(tickMinStep=1)),
            color=alt.Color("channel:N", title="来源", scale=alt.Scale(range=_COLOURS)),
            tooltip=[
                alt.Tooltip("day:T", title="日期", format="%Y-%m-%d"),
                alt.Tooltip("channel:N", title="来源"),
                alt.Tooltip("count:Q", title="提问"),
            ],
        )
        .properties(height=260)
    )
    return chart


def _cited(found: Usage) -> alt.Chart:
    names = {item.doc: item.number for item in calculating().items()}
    rows = [{"doc": names.get(doc, doc), "count": count} for doc, count in found.documents]
    chart: alt.Chart = (
        alt.Chart(alt.InlineData(rows))
        .mark_bar(color=_COLOURS[0])
        .encode(
            x=alt.X("count:Q", title="引用它的回答", axis=alt.Axis(tickMinStep=1)),
            y=alt.Y("doc:N", title=None, sort="-x", axis=alt.Axis(labelLimit=260)),
        )
        .properties(height=80 + 32 * len(rows))
    )
    return chart


def _figures(found: Usage) -> None:
    rated = found.up + found.down
    with st.container(horizontal=True, key="usage_figures"):
        for label, value in (
            ("提问", f"{found.total:,}"),
            ("拒答", f"{found.refused / found.total:.0%}"),
            (f"有用（评价 {rated} 次）", f"{found.up / rated:.0%}" if rated else "—"),
            ("中位用时（毫秒）", f"{found.median:.0f}"),
            ("95% 快于（毫秒）", f"{found.slowest:.0f}"),
        ):
            st.metric(label, value, border=True, width=160)
