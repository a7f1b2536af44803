"""管理."""

import streamlit as st

__all__ = ["page"]


def page() -> None:
    """The page."""
    st.title("管理")
    st.info("建设中", icon=":material/construction:")
