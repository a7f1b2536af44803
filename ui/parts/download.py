"""A file to take away, ready before it is asked for."""

from collections.abc import Callable
from datetime import date
from typing import Literal

import streamlit as st

__all__ = ["download"]


def download(
    label: str,
    make: Callable[[], bytes],
    made_of: object,
    name: str,
    mime: str,
    *,
    key: str,
    icon: str | None = None,
    width: Literal["content", "stretch"] = "content",
) -> None:
    """A button that hands out `make()`; made anew for a new `made_of` and on a new day.

    Not made on the click, which Streamlit offers as well: it forgets how to make the file when the run ends, and a
    click that comes before the browser has drawn the next button then fails.
    """
    slot, wanted = f"{key}_file", (made_of, date.today())
    kept = st.session_state.get(slot)
    if kept is None or kept[0] != wanted:
        kept = st.session_state[slot] = (wanted, make())
    st.download_button(label, kept[1], name, mime, key=key, icon=icon, on_click="ignore", width=width)
