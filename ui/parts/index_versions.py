"""The index: what serves, what was before, and the way back."""

from datetime import datetime

import streamlit as st

from ui.backend.managing import Managing, Version
from ui.parts.errors import guarded

__all__ = ["index_view"]


def index_view(managing: Managing) -> None:
    """Figures of the serving version, and all versions."""
    versions = managing.versions()
    serving = next((version for version in versions if version.serving), None)
    if serving is not None:
        with st.container(horizontal=True, key="index_figures"):
            for label, value in (
                ("文件", serving.documents),
                ("条目", serving.units),
                ("片段", serving.chunks),
            ):
                st.metric(label, f"{value:,}", border=True, width=160)
        st.markdown(f"向量模型：`{serving.model}`　建立时间：{_moment(serving.built_at)}")
    st.subheader("版本", anchor=False)
    st.caption("每次重建都放在新版本里，检查通过才启用；上一个版本留着，可以退回。")
    for version in versions:
        _version(managing, version)


def _version(managing: Managing, version: Version) -> None:
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", key=f"version_{version.name}"
    ):
        st.markdown(
            f"**{_moment(version.built_at)}**　{version.documents} 份文件、{version.units} 个条目、"
            f"{version.chunks} 个片段  \n:small[{version.name}]",
            width="stretch",
        )
        if version.serving:
            st.badge("使用中", color="green", icon=":material/check:")
        elif st.button("改用这个版本", key=f"use_{version.name}", icon=":material/history:"):
            _confirm(managing, version)


@st.dialog("改用这个索引版本")
def _confirm(managing: Managing, version: Version) -> None:
    st.markdown(
        f"之后的回答都用 **{_moment(version.built_at)}** 建的索引。下次运行 zhengce index build 会再换成最新的。"
    )
    if st.button("确定改用", key="use_confirmed", type="primary"):
        with guarded("roll_back"):
            with st.spinner("正在检查并载入……"):
                managing.roll_back(version.name)
            st.toast("已改用这个版本。", icon=":material/check:")
            st.rerun()


def _moment(text: str) -> str:
    """A time in the zone of this machine."""
    return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M}"
