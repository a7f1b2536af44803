"""The inbox of complaints, and the way from a complaint to an eval case."""

import streamlit as st

from ui.backend.managing import Managing

__all__ = ["feedback_view"]

_SHOWN = 50


def feedback_view(managing: Managing) -> None:
    """Answers that users marked as wrong, newest first."""
    found = managing.complaints()
    if not found:
        st.info("还没有用户点“踩”的回答。", icon=":material/inbox:")
        return
    st.caption(f"共 {len(found)} 条。导出后补上标准答案，用 zhengce eval check 检查，就能加进评测集。")
    st.download_button(
        "导出为候选评测题（.jsonl）",
        managing.cases(),
        "feedback.jsonl",
        "application/jsonl",
        key="export_cases",
        icon=":material/download:",
        on_click="ignore",
    )
    for number, one in enumerate(found[:_SHOWN]):
        with st.container(border=True, key=f"complaint_{number}"):
            for earlier in one.history:
                st.caption("此前问：")
                st.text(earlier)
            st.text(one.question)
            st.caption(f"{one.given.astimezone():%Y-%m-%d %H:%M}　用户写的原因：")
            st.text(one.comment or "（没有写）")
            with st.expander("当时的回答"):
                st.text(str(one.answer.get("answer", "")))
                cited = dict.fromkeys(
                    f"{part['doc']} {part['unit']}" for part in one.answer.get("citations", ())
                )
                st.caption(f"引用：{'、'.join(cited) or '无'}　按 {one.as_of} 判断效力")
