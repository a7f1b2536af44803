"""Usage figures with charts."""

import altair as alt
import streamlit as st

from ui.backend.managing import Managing, Usage
from ui.wiring import calculating

__all__ = ["usage_view"]

_DAYS = {"近 7 天": 7, "近 30 天": 30, "近 90 天": 90}
_CHANNELS = {"page": "网页", "api": "接口", "openai": "OpenAI 接口", "dify": "Dify 接口"}


def usage_view(managing: Managing) -> None:
    """What was asked in the last days."""
    span = st.segmented_control(
        "时间", list(_DAYS), default="近 30 天", required=True, key="usage_days", label_visibility="collapsed"
    )
    found = managing.usage(_DAYS[str(span)])
    if found is None:
        st.info("这段时间没有留存的提问。", icon=":material/bar_chart:")
        return
    _figures(found)
    st.markdown("**每天的提问**")
    days = [
        {"day": f"{day:%Y-%m-%d}", "channel": _CHANNELS.get(c, c), "count": n} for day, c, n in found.by_day
    ]
    st.altair_chart(
        alt.Chart(alt.InlineData(days))
        .mark_bar(size=12)
        .encode(
            x=alt.X("day:T", title="日期", axis=alt.Axis(format="%m-%d"), scale=alt.Scale(domain=span)),
            y=alt.Y("count:Q", title="提问", axis=alt.Axis(tickMinStep=1)),
            color=alt.Color("channel:N", title="来源"),
            tooltip=[
                alt.Tooltip("day:T", title="日期", format="%Y-%m-%d"),
                alt.Tooltip("channel:N", title="来源"),
                alt.Tooltip("count:Q", title="提问"),
            ],
        )
        .properties(height=260),
        key="usage_chart",
        alt="每天的提问次数",
    )
    st.markdown("**引用最多的文件**")
    names = {item.doc: item.number for item in calculating().items()}
    docs = [{"doc": names.get(doc, doc), "count": count} for doc, count in found.documents]
    st.altair_chart(
        alt.Chart(alt.InlineData(docs))
        .mark_bar(color="#1f5fa8")
        .encode(
            x=alt.X("count:Q", title="引用它的回答", axis=alt.Axis(tickMinStep=1)),
            y=alt.Y("doc:N", title=None, sort="-x", axis=alt.Axis(labelLimit=260)),
        )
        .properties(height=60 + 32 * len(docs)),
        key="cited_chart",
        alt="引用最多的文件",
    )


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
