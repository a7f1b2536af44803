"""政策库：全部文件、有效期、检索、阅读、比较。"""

import streamlit as st

from ui.parts.catalogue import catalogue
from ui.parts.comparing import comparison
from ui.parts.finding import finder
from ui.parts.reading import reading_view
from ui.parts.timeline import timeline
from ui.wiring import backend

__all__ = ["page"]

_FIRST = "文件"
_VIEWS = {
    "文件": ":material/list:",
    "有效期": ":material/timeline:",
    "检索": ":material/search:",
    "比较": ":material/compare:",
}


def page() -> None:
    """The page; a document named in the address is read."""
    with st.spinner("正在载入文件…"):
        documents = backend().documents()
    if doc := st.query_params.get("doc"):
        reading_view(documents, doc, st.query_params.get("unit", ""))
        return
    st.title("政策库", anchor=False)
    st.session_state.setdefault("library_view", _FIRST)
    view = st.segmented_control(
        "看什么",
        list(_VIEWS),
        key="library_view",
        required=True,
        format_func=lambda name: f"{_VIEWS[name]} {name}",
        label_visibility="collapsed",
    )
    match view:
        case "有效期":
            timeline(documents)
        case "检索":
            finder(documents)
        case "比较":
            comparison(documents)
        case _:
            catalogue(documents)
