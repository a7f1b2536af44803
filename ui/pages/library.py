"""政策库."""

import streamlit as st

__all__ = ["page"]


def page() -> None:
    """The page."""
    st.title("政策库")
