"""All documents as rows: number and title, status, dates, issuers, articles."""

from collections.abc import Callable, Sequence
from datetime import date

import streamlit as st

from ui.backend.values import Document
from ui.parts.badge import STATUS_WORDS, status_badge
from ui.places import read_document

__all__ = ["catalogue", "day"]

_WIDTHS = [6, 2, 2, 2, 1]
_ORDERS: dict[str, Callable[[Document], int]] = {
    "目录顺序": lambda one: 0,
    "最近印发": lambda one: -(one.issued or date.min).toordinal(),
    "最早到期": lambda one: (one.expires or date.max).toordinal(),
    "条目最多": lambda one: -len(one.units),
}


def day(value: date | None, otherwise: str = "—") -> str:
    """A date as in the texts' tables."""
    return f"{value:%Y-%m-%d}" if value else otherwise


def catalogue(documents: Sequence[Document]) -> None:
    """Filters, then a row for each document; its title opens it."""
    shown = _chosen(documents)
    st.caption(
        f"{len(shown)} 份文件，共 {sum(len(one.units) for one in shown)} 个条目。效力按今天（{date.today():%Y-%m-%d}）判断。"
    )
    with st.container(key="catalogue", gap="small"):
        with st.container(key="catalogue_head"):
            for column, name in zip(
                st.columns(_WIDTHS), ("文件", "效力", "印发", "有效期至", "条目"), strict=True
            ):
                column.caption(name)
        for document in shown:
            _row(document)
    if not shown:
        st.info("没有符合条件的文件，换一个筛选条件试试。", icon=":material/filter_alt_off:")


def _chosen(documents: Sequence[Document]) -> list[Document]:
    words, states, issuers, order = st.columns([3, 2, 2, 2])
    wanted = words.text_input("题名或文号", key="library_words", placeholder="如：首创、京科发").strip()
    status = states.multiselect(
        "效力",
        list(STATUS_WORDS),
        format_func=STATUS_WORDS.__getitem__,
        key="library_status",
        placeholder="全部",
    )
    names = sorted({issuer for one in documents for issuer in one.issuers})
    issuer = issuers.selectbox("发文单位", names, index=None, key="library_issuer", placeholder="全部")
    by = order.selectbox("排列", list(_ORDERS), key="library_order")
    found = [
        one
        for one in documents
        if wanted in f"{one.title}{one.doc_no}{one.key}"
        and (not status or one.status in status)
        and (issuer is None or issuer in one.issuers)
    ]
    return sorted(found, key=_ORDERS[by])


def _row(document: Document) -> None:
    with st.container(key=f"row_{document.key}", border=True):
        title, status, issued, expires, units = st.columns(_WIDTHS, vertical_alignment="center")
        with title:
            st.button(
                document.title,
                key=f"read_{document.key}",
                type="tertiary",
                on_click=read_document,
                args=[document.key],
            )
            issuers = "、".join(document.issuers)
            st.caption(" · ".join(part for part in (document.doc_no, issuers) if part))
        with status:
            status_badge(document.status)
        issued.caption(day(document.issued, "未印发"))
        expires.caption(day(document.expires, "没有规定" if document.issued else "—"))
        units.caption(f"{len(document.units)} 条")
