"""Citations as chips that open their source."""

from collections.abc import Sequence

import streamlit as st

from ui.backend.values import Citation
from ui.parts.badge import STATUS_WORDS
from ui.parts.source import Place, open_source

__all__ = ["citation_chips", "readable"]


def citation_chips(citations: Sequence[Citation], key: str) -> None:
    """A chip for each citation, best first; a click opens the unit at the quoted words."""
    if not citations:
        return
    st.markdown("**依据**")
    with st.container(horizontal=True, gap="small", key=f"chips_{key}"):
        for number, citation in enumerate(citations, 1):
            status = "" if citation.status == "in_force" else f"（{STATUS_WORDS[citation.status]}）"
            st.button(
                f"{number} · {citation.doc_no or citation.title} {readable(citation.path)}{status}",
                key=f"chip_{key}_{number}",
                icon=":material/article:",
                help=f"《{citation.title}》",
                on_click=open_source,
                args=[Place(citation.doc, citation.unit, citation.quote)],
            )


def readable(path: str) -> str:
    """The path as one says it: bare numbers of measures get their words."""
    return f"第{path}项" if path.isdigit() else path
