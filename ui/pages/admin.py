"""管理：上传预览、索引、反馈、用量、评测；要口令或单点登录。"""

import streamlit as st

from ui.parts.admission import admitted, leave
from ui.parts.errors import guarded
from ui.parts.feedback import feedback_view
from ui.parts.index_versions import index_view
from ui.parts.last_eval import evaluation_view
from ui.parts.upload import upload_view
from ui.parts.usage import usage_view
from ui.wiring import managing

__all__ = ["page"]

_VIEWS = ("上传文件", "索引", "反馈", "用量", "评测")
_ELSEWHERE = "本页连的是另一台机器上的服务（设置 api），索引、反馈和用量都在那里。请在那台机器上打开“管理”页；上传预览在这里可用。"


def page() -> None:
    """The page."""
    st.title("管理", anchor=False)
    if not admitted():
        return
    with st.container(horizontal=True, vertical_alignment="center", key="admin_head"):
        view = st.segmented_control(
            "看什么",
            _VIEWS,
            default=_VIEWS[0],
            required=True,
            key="admin_view",
            label_visibility="collapsed",
            persist_state="session",
            width="stretch",
        )
        st.button("退出", key="admin_leave", type="tertiary", icon=":material/logout:", on_click=leave)
    with guarded("admin"):
        if view == _VIEWS[0]:
            upload_view()
            return
        known = managing()
        if known is None:
            st.info(_ELSEWHERE, icon=":material/lan:")
            return
        views = dict(zip(_VIEWS[1:], (index_view, feedback_view, usage_view, evaluation_view), strict=True))
        views[str(view)](known)
