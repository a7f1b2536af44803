"""The validity of a document as a badge with a word, not a colour alone."""

from typing import Literal

import streamlit as st

from ui.backend.values import Status

__all__ = ["STATUS_WORDS", "status_badge", "status_mark"]

STATUS_WORDS: dict[Status, str] = {
    "in_force": "有效",
    "not_yet": "尚未施行",
    "expired": "已过有效期",
    "repealed": "已废止",
    "draft": "征求意见稿",
}
_Colour = Literal["green", "orange", "red", "gray"]
_COLOURS: dict[Status, _Colour] = {
    "in_force": "green",
    "not_yet": "orange",
    "expired": "red",
    "repealed": "red",
    "draft": "orange",
}
_ICONS: dict[Status, str] = {
    "in_force": ":material/check_circle:",
    "not_yet": ":material/schedule:",
    "expired": ":material/event_busy:",
    "repealed": ":material/block:",
    "draft": ":material/edit_note:",
}


def status_badge(status: Status) -> None:
    """The badge by itself."""
    st.badge(STATUS_WORDS[status], color=_COLOURS[status], icon=_ICONS[status])


def status_mark(status: Status) -> str:
    """The badge as Markdown, to stand in a line."""
    return f":{_COLOURS[status]}-badge[{_ICONS[status]} {STATUS_WORDS[status]}]"
