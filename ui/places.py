"""Links from one page to another."""

import streamlit as st

__all__ = ["library_link", "register", "switch_to"]

_PAGES = "pages"


def register(pages: dict[str, st.Page]) -> None:
    """Note the pages of this run, so that others can lead to them."""
    st.session_state[_PAGES] = pages


def switch_to(name: str, **query: str) -> None:
    """Go to a page now."""
    st.switch_page(st.session_state[_PAGES][name], query_params=query)


def library_link(doc: str, unit: str = "") -> None:
    """A link to the reading view of a document, at a unit."""
    pages = st.session_state.get(_PAGES)
    if pages:
        query = {"doc": doc, "unit": unit} if unit else {"doc": doc}
        st.page_link(
            pages["library"], label="在政策库中阅读全文", icon=":material/menu_book:", query_params=query
        )
