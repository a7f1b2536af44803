"""Links from one page to another."""

import streamlit as st

__all__ = [
    "compare_document",
    "leave_document",
    "library_link",
    "open_calculation",
    "read_document",
    "register",
    "unit_of",
]

_PAGES = "pages"


def unit_of(path: str) -> str:
    """The unit that a path such as 第十一条（三） leads into; items (一（三）) are units themselves."""
    return path.split("（")[0] if path.startswith("第") else path


def register(pages: dict[str, st.Page]) -> None:
    """Note the pages of this run, so that others can lead to them."""
    st.session_state[_PAGES] = pages


def read_document(doc: str, unit: str = "") -> None:
    """Turn the library to the reading view. For callbacks of that page."""
    st.query_params["doc"] = doc
    if unit:
        st.query_params["unit"] = unit


def leave_document() -> None:
    """Back from the reading view to the list."""
    st.query_params.clear()


def compare_document(doc: str) -> None:
    """From the reading view to the comparison, with this document on the left."""
    leave_document()
    st.session_state["library_view"] = "比较"
    st.session_state["compare_left"] = doc


def library_link(doc: str, unit: str = "") -> None:
    """A link to the reading view of a document, at a unit."""
    pages = st.session_state.get(_PAGES)
    if pages:
        query = {"doc": doc, "unit": unit} if unit else {"doc": doc}
        st.page_link(
            pages["library"], label="在政策库中阅读全文", icon=":material/menu_book:", query_params=query
        )


def open_calculation() -> None:
    """Go to 算一算; not for callbacks."""
    pages = st.session_state.get(_PAGES)
    if pages:
        st.switch_page(pages["calculate"])
