"""能报什么."""

import streamlit as st

__all__ = ["page"]


def page() -> None:
    """The page."""
    st.title("能报什么")
    st.info("建设中", icon=":material/construction:")
