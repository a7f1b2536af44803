"""Where an address leads to no page."""

import streamlit as st

__all__ = ["page"]


def page() -> None:
    """The page."""
    st.title("没有这个页面", anchor=False)
    st.info("地址可能写错了，或页面已经改名。请从上方的菜单选择一个页面。", icon=":material/wrong_location:")
