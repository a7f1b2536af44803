"""对话."""

import streamlit as st

__all__ = ["page"]


def page() -> None:
    """The page."""
    st.title("对话")
