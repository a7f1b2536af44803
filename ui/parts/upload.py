"""A policy to be added: read, shown as the parser sees it, with what it did not understand."""

from html import escape

import streamlit as st

from corpus.errors import UserError
from ui.backend.uploads import KINDS, Parsed, ParsedUnit, Preview
from ui.parts.labels import plain
from ui.parts.prose import lines_html
from ui.wiring import read_upload

__all__ = ["upload_view"]

_SHOWN = 60
_LEFT = 30


def upload_view() -> None:
    """Upload and preview."""
    st.caption("先看程序怎样读这份文件：切成哪些文件、哪些条目，有哪些地方没有读懂。")
    given = st.file_uploader(
        "政策文件（.txt .md .docx .pdf .html .ofd）", list(KINDS), key="policy_file", max_upload_size=20
    )
    if given is None:
        return
    try:
        with st.spinner("正在读文件……"):
            found = read_upload(given.name, given.getvalue())
    except UserError as error:
        st.error(str(error), icon=":material/error:")
        return
    _show(found)
    st.info(
        "这里只预览。要加入政策库，请在这台机器上运行 zhengce index add 文件：核对认出的题名、文号和日期，"
        "确认以后就能提问和引用。写法见 docs/documents.md。",
        icon=":material/terminal:",
    )


def _show(found: Preview) -> None:
    units = sum(len(document.units) for document in found.documents)
    doubts = sum(len(document.doubts) for document in found.documents)
    with st.container(horizontal=True, key="upload_figures"):
        for label, value in (
            ("字数", found.characters),
            ("文件", len(found.documents)),
            ("条目", units),
            ("要核对", doubts),
        ):
            st.metric(label, f"{value:,}", border=True, width=140)
    for number, document in enumerate(found.documents):
        _document(document, number)
    if found.left_out:
        with st.expander(f"没有归入任何文件的行（{len(found.left_out)}）", icon=":material/visibility_off:"):
            st.html(lines_html(found.left_out[:_LEFT]))


def _document(document: Parsed, number: int) -> None:
    st.subheader(document.title or "（没有标题）", anchor=False)
    if document.number:
        st.caption(document.number)
    if document.doubts:
        st.warning("没有读懂或要核对的地方：", icon=":material/rule:")
        st.html(lines_html(document.doubts))
    else:
        st.success("编号连续，每一行都归入了条目。", icon=":material/check:")
    chapter = ""
    for unit in document.units[:_SHOWN]:
        if unit.chapter and unit.chapter != chapter:
            chapter = unit.chapter
            st.html(f'<p class="zc-chapter">{escape(chapter)}</p>')
        _unit(unit)
    if len(document.units) > _SHOWN:
        st.caption(f"另有 {len(document.units) - _SHOWN} 个条目没有列出。")


def _unit(unit: ParsedUnit) -> None:
    name = " ".join(part for part in (unit.label, unit.heading) if part)
    below = f"，{len(unit.branches)} 个下级" if unit.branches else ""
    with st.expander(f"{plain(name)}（{len(unit.text)} 字{below}）"):
        if unit.branches:
            lines = "".join(
                f'<p style="margin:0 0 .3rem {branch.depth * 1.5:g}rem"><b>{escape(branch.path)}</b>　'
                f"{escape(branch.text[:200])}</p>"
                for branch in unit.branches
            )
            st.html(f'<div class="zc-source">{lines}</div>')
            st.caption("全文")
        st.text(unit.text)
