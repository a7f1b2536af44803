"""Whose conversations these are: a random name in a cookie, one for each browser."""

import re
import uuid

import streamlit as st

__all__ = ["COOKIE", "visitor"]

COOKIE = "zhengce_browser"
_NAME = re.compile(r"[0-9a-f]{32}")


def visitor() -> str:
    """The browser's name; where it takes no cookies, one for as long as the tab is open."""
    given = str(st.context.cookies.get(COOKIE, ""))
    if _NAME.fullmatch(given):
        return given
    name: str = st.session_state.setdefault("visitor", uuid.uuid4().hex)
    return name
