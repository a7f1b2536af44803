"""算一算."""

import streamlit as st

__all__ = ["page"]


def page() -> None:
    """The page."""
    st.title("算一算")
    st.info("建设中", icon=":material/construction:")
