"""Two documents side by side: facts, then units that answer one another with their differences marked."""

from collections.abc import Sequence
from functools import lru_cache
from html import escape

import streamlit as st

from ui.aligning import Pair, align, differing
from ui.backend.values import Document, UnitText
from ui.parts.badge import STATUS_WORDS
from ui.parts.catalogue import day
from ui.parts.prose import paragraphs_html
from ui.wiring import backend

__all__ = ["comparison"]

_LEFT, _RIGHT = "compare_left", "compare_right"


def comparison(documents: Sequence[Document]) -> None:
    """Choose two, see both."""
    names = {one.key: f"{one.doc_no}《{one.title}》" for one in documents}
    left_place, right_place = st.columns(2)
    left = left_place.selectbox(
        "左边", list(names), index=None, format_func=names.__getitem__, key=_LEFT, placeholder="选一份文件"
    )
    right = right_place.selectbox(
        "右边", list(names), index=None, format_func=names.__getitem__, key=_RIGHT, placeholder="选一份文件"
    )
    if left is None or right is None:
        st.caption("选两份文件：内容相近的条目排在一行，不同的字标出来。")
        return
    if left == right:
        st.info("两边是同一份文件，请换一份。", icon=":material/compare:")
        return
    by_key = {one.key: one for one in documents}
    st.html(_facts(by_key[left], by_key[right]))
    with st.spinner("正在对照…"):
        pairs = _pairs(left, right)
    both = [pair for pair in pairs if pair.left and pair.right]
    st.caption(f"{len(both)} 对条目内容相近，{len(pairs) - len(both)} 条只有一边有。底色标出两边不同的字。")
    every = st.toggle("也显示只有一边有的条目", key="compare_all", value=not both)
    st.html(_table(pairs if every else both))


# By the texts themselves: a new index may bring others under the same keys.
_aligned = lru_cache(maxsize=8)(align)


def _pairs(left: str, right: str) -> list[Pair]:
    return _aligned(backend().text(left), backend().text(right))


def _facts(left: Document, right: Document) -> str:
    rows = [
        ("文号", left.doc_no, right.doc_no),
        ("效力", STATUS_WORDS[left.status], STATUS_WORDS[right.status]),
        ("发文单位", "、".join(left.issuers), "、".join(right.issuers)),
        ("印发", day(left.issued), day(right.issued)),
        ("有效期至", day(left.expires, "没有规定"), day(right.expires, "没有规定")),
        ("条目", str(len(left.units)), str(len(right.units))),
    ]
    made = "".join(
        f"<tr><th>{name}</th><td>{escape(one) or '—'}</td><td>{escape(other) or '—'}</td></tr>"
        for name, one, other in rows
    )
    return f'<table class="zc-table zc-compared">{made}</table>'


def _table(pairs: Sequence[Pair]) -> str:
    made = "".join(
        f"<tr><td>{_cell(p.left, p.right)}</td><td>{_cell(p.right, p.left)}</td></tr>" for p in pairs
    )
    return f'<table class="zc-table zc-sides">{made}</table>'


def _cell(unit: UnitText | None, other: UnitText | None) -> str:
    if unit is None:
        return '<p class="zc-small">（没有相近的条目）</p>'
    mask = differing(unit.text, other.text) if other else [False] * len(unit.text)
    return paragraphs_html(unit.text, mask)
