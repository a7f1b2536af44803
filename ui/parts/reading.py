"""A document to read: contents, text with explained terms and links, its facts, the original."""

from collections.abc import Sequence
from html import escape
from urllib.parse import quote

import streamlit as st

from ui.backend.values import Document, UnitText
from ui.parts.badge import status_mark
from ui.parts.browser import scroll_to
from ui.parts.catalogue import day
from ui.parts.prose import paragraphs_html
from ui.places import compare_document, leave_document, unit_of
from ui.terms import terms_in
from ui.wiring import backend

__all__ = ["reading_view"]

_NOT_FOR_USE = {
    "expired": "这份文件已过有效期，不能再作为申报依据。",
    "repealed": "这份文件已废止，不能再作为申报依据。",
    "draft": "这是征求意见稿，没有正式印发，不能作为申报依据。",
    "not_yet": "这份文件还没有开始施行。",
}


def reading_view(documents: Sequence[Document], doc: str, label: str) -> None:
    """The document `doc`, at the unit `label` if one is named."""
    st.button("全部文件", key="leave", icon=":material/arrow_back:", type="tertiary", on_click=leave_document)
    document = next((one for one in documents if one.key == doc), None)
    if document is None:
        st.warning("没有这份文件。链接可能写错了，请从政策库里选。", icon=":material/search_off:")
        return
    units = backend().text(doc)
    _head(document, units)
    _contents(document)
    terms = terms_in(units)
    chapters = ["", *(unit.chapter for unit in units)]
    st.html(
        "".join(
            (f'<h3 class="zc-part">{escape(unit.chapter)}</h3>' if unit.chapter not in ("", before) else "")
            + _unit(unit, unit.unit == label, terms)
            for before, unit in zip(chapters, units, strict=False)
        )
    )
    if any(unit.unit == label for unit in units):
        scroll_to(f"[id='{_anchor(label)}']", f"{doc} {label}")


def _head(document: Document, units: Sequence[UnitText]) -> None:
    st.title(document.title, anchor=False)
    st.markdown(f"{status_mark(document.status)} {document.doc_no}")
    if words := _NOT_FOR_USE.get(document.status):
        st.error(words, icon=":material/warning:")
    facts = [
        ("发文单位", "、".join(document.issuers) or "—"),
        ("印发", day(document.issued, "未印发")),
        ("施行", day(document.effective)),
        ("有效期至", day(document.expires, "没有规定" if document.issued else "—")),
        ("效力说明", units[0].validity if units else "—"),
    ]
    rows = "".join(f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>" for name, value in facts)
    st.html(f'<dl class="zc-facts">{rows}</dl>')
    _actions(document)


def _actions(document: Document) -> None:
    """Take the document along, or put another one beside it."""
    with st.container(horizontal=True, gap="small"):
        original = backend().original(document.key)
        st.download_button(
            "下载原件" if original.whole else "下载全文",
            original.content,
            original.name,
            "text/plain",
            key="original",
            icon=":material/download:",
            on_click="ignore",
            help="收录时的源文件，可能同时载有同期的其他文件" if original.whole else None,
        )
        st.button(
            "与另一份比较",
            key="compare",
            icon=":material/compare:",
            on_click=compare_document,
            args=[document.key],
        )


def _contents(document: Document) -> None:
    """Chapters and units as links within the page."""
    made, chapter = "", ""
    for unit in document.units:
        if unit.chapter != chapter:
            chapter = unit.chapter
            made += f'<li class="zc-chapter-name">{escape(chapter)}</li>'
        heading = f" {unit.heading}" if unit.heading not in ("", unit.label) else ""
        made += f'<li><a href="#{_anchor(unit.label)}">{escape(unit.label + heading)}</a></li>'
    with st.expander(f"目录（{len(document.units)} 条）", icon=":material/toc:", expanded=False):
        st.html(f'<ul class="zc-contents">{made}</ul>')


def _unit(unit: UnitText, here: bool, terms: dict[str, str]) -> str:
    own = {} if unit.unit.startswith("名词解释") else terms
    links = {
        link.words: _href(link.to_doc, link.path, unit.doc) for link in unit.links if len(link.words) > 1
    }
    text = paragraphs_html(unit.text, [False] * len(unit.text), own, links)
    back = [
        f'<a href="{_href(link.from_doc, link.from_unit, unit.doc)}" target="_self">{escape(_named(link.from_doc, link.from_unit, unit.doc))}</a>'
        for link in unit.linked_from
        if link.from_unit
    ]
    below = f'<p class="zc-small">被引用：{"、".join(dict.fromkeys(back))}</p>' if back else ""
    kind = "zc-unit zc-here" if here else "zc-unit"
    return f'<section class="{kind}" id="{_anchor(unit.unit)}">{text}{below}</section>'


def _named(doc: str, label: str, here: str) -> str:
    return label if doc == here else f"{doc} {label}"


def _href(doc: str, path: str, here: str) -> str:
    """Within the page where the unit stands on it; else to the other document's page."""
    label = unit_of(path)
    if doc == here:
        return f"#{_anchor(label)}"
    return f"library?doc={quote(doc)}" + (f"&unit={quote(label)}" if label else "")


def _anchor(label: str) -> str:
    return f"u-{escape(label)}"
