"""Search over all units: by meaning, or for the very words."""

from collections.abc import Sequence

import streamlit as st

from ui.backend.values import Document, Hit
from ui.parts.badge import status_mark
from ui.parts.prose import runs_html
from ui.places import read_document
from ui.snippets import literal_mask, loose_mask, snippet
from ui.wiring import backend

__all__ = ["finder"]

_MEANING, _WORDS = "按意思", "按字面"
_MOST = {_MEANING: 15, _WORDS: 50}


def finder(documents: Sequence[Document]) -> None:
    """The words, the way, and the units found with what answers highlighted."""
    words = st.text_input(
        "检索条文",
        key="find_words",
        placeholder="输入要找的词或一句话，按回车",
        label_visibility="collapsed",
        max_chars=500,
    ).strip()
    way = st.segmented_control(
        "怎样找",
        [_MEANING, _WORDS],
        key="find_way",
        default=_MEANING,
        required=True,
        label_visibility="collapsed",
    )
    if not words:
        st.caption("按意思：说法不同也能找到，最相关的在前。按字面：只找含有这些字的条目，几个词用空格分开。")
        return
    with st.spinner("正在检索…"):
        hits = (backend().containing if way == _WORDS else backend().search)(words, _MOST[way])
    if not hits:
        st.info("没有找到。换个说法，或改用“按意思”再试。", icon=":material/search_off:")
        return
    st.caption(f"找到 {len(hits)} 条" + ("（只列前面的）" if len(hits) == _MOST[way] else ""))
    by_key = {one.key: one for one in documents}
    for number, hit in enumerate(hits):
        _hit(number, hit, by_key.get(hit.doc), words, way)


def _hit(number: int, hit: Hit, document: Document | None, words: str, way: str) -> None:
    mask = literal_mask(hit.text, words.split()) if way == _WORDS else loose_mask(hit.text, words)
    with st.container(border=True, gap="small", key=f"hit_{number}"):
        name = hit.unit if hit.heading in ("", hit.unit) else f"{hit.unit} {hit.heading}"
        st.button(
            name, key=f"hit_open_{number}", type="tertiary", on_click=read_document, args=[hit.doc, hit.unit]
        )
        st.html(f'<p class="zc-source">{runs_html(*snippet(hit.text, mask))}</p>')
        if document is not None:
            st.markdown(
                status_mark(document.status) + f" :small[{document.doc_no or ''}《{document.title}》]"
            )
