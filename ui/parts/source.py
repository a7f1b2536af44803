"""The source of a citation beside the answer: the unit, its place, neighbours and references."""

from dataclasses import dataclass
from html import escape

import streamlit as st

from ui.backend.values import Document, Link, UnitText
from ui.parts.badge import status_mark
from ui.parts.browser import scroll_to_mark
from ui.parts.errors import guarded
from ui.parts.prose import marked, paragraphs_html
from ui.places import library_link, unit_of
from ui.terms import terms_of
from ui.wiring import backend

__all__ = ["SHOWN", "Place", "open_source", "source_panel"]

SHOWN = "source"
_REFERENCES = 6


@dataclass(frozen=True, slots=True)
class Place:
    """What the panel shows: a unit, and words in it."""

    doc: str
    unit: str
    words: str = ""


def open_source(place: Place | None) -> None:
    """Show this in the panel from the next run on; None closes it. For callbacks."""
    st.session_state[SHOWN] = place


def source_panel() -> bool:
    """The panel, where one is open; returns whether it is."""
    place = st.session_state.get(SHOWN)
    if not isinstance(place, Place):
        return False
    with st.container(key="source_panel", gap="small"):
        head = st.container(key="source_head", horizontal=True, vertical_alignment="center")
        with guarded("source"):
            unit = backend().unit(place.doc, place.unit)
            head.markdown(f"**原文** {status_mark(unit.status)}", width="stretch")
            _body(unit, place)
        head.button(
            "关闭",
            key="source_close",
            icon=":material/close:",
            type="tertiary",
            on_click=open_source,
            args=[None],
        )
    scroll_to_mark(f"{place.doc} {place.unit} {place.words[:40]}")
    return True


def _body(unit: UnitText, place: Place) -> None:
    document = next((one for one in backend().documents() if one.key == unit.doc), None)
    _head(unit)
    terms = terms_of(document) if document else {}
    st.html(paragraphs_html(unit.text, marked(unit.text, place.words), terms))
    if unit.corrected:
        st.caption("原文有扫描识别错误，这里保留原样。")
    if document is not None:
        _neighbours(document, unit)
    _references(unit)
    library_link(unit.doc, unit.unit)


def _head(unit: UnitText) -> None:
    number = f"（{unit.doc_no}）" if unit.doc_no else ""
    st.html(f'<p class="zc-title">《{escape(unit.title)}》{escape(number)}</p>')
    st.html(f'<p class="zc-small">{escape(unit.validity)}</p>')
    if unit.chapter:
        st.html(f'<p class="zc-chapter">{escape(unit.chapter)}</p>')


def _neighbours(document: Document, unit: UnitText) -> None:
    labels = [one.label for one in document.units]
    here = labels.index(unit.unit) if unit.unit in labels else 0
    with st.container(horizontal=True):
        for way, at, icon in (("上一条", here - 1, "arrow_upward"), ("下一条", here + 1, "arrow_downward")):
            inside = 0 <= at < len(labels)
            st.button(
                f"{way} {labels[at]}" if inside else way,
                key=f"source_{way}",
                icon=f":material/{icon}:",
                type="tertiary",
                disabled=not inside,
                on_click=open_source,
                args=[Place(unit.doc, labels[at]) if inside else None],
            )


def _references(unit: UnitText) -> None:
    """Units that this one refers to, and that refer to it; whole documents are named without a button."""
    away = [(link.to_doc, link.path, link) for link in unit.links if link.path]
    back = [(link.from_doc, link.from_unit, link) for link in unit.linked_from if link.from_unit]
    for title, found in (("本条引用", away), ("引用本条的", back)):
        if found:
            st.caption(title)
            with st.container(horizontal=True, gap="small"):
                for number, (doc, path, link) in enumerate(found[:_REFERENCES]):
                    _reference(unit, doc, path, link, f"{title}_{number}")


def _reference(unit: UnitText, doc: str, path: str, link: Link, key: str) -> None:
    st.button(
        path if doc == unit.doc else f"{doc} {path}",
        key=f"source_{key}",
        type="tertiary",
        icon=":material/link:",
        help=f"文中写作“{link.words}”",
        on_click=open_source,
        args=[Place(doc, unit_of(path))],
    )
