"""What this tab is doing: which conversation it shows and which question it is answering."""

import streamlit as st

from ui.conversations import Conversation
from ui.visitor import visitor
from ui.wiring import conversations

__all__ = ["ANSWERED", "ANSWERING", "CURRENT", "ask", "current", "open_conversation", "repeat", "stop"]

CURRENT = "conversation"
ANSWERING = "answering"
ANSWERED = "answered"
_FORGOTTEN = (ANSWERING, ANSWERED, "source", "earlier")


def current(who: str) -> Conversation | None:
    """The conversation of this tab: what was opened here, or what the address names after a reload."""
    key = st.session_state.get(CURRENT) or st.query_params.get("c")
    found = conversations().one(who, key) if key else None
    st.session_state[CURRENT] = found.id if found else None
    if found and st.query_params.get("c") != found.id:
        st.query_params["c"] = found.id
    elif not found and "c" in st.query_params:
        st.toast("这个对话不在此浏览器里，已打开新对话。", icon=":material/info:")
        del st.query_params["c"]
    return found


def open_conversation(key: str | None) -> None:
    """Go to a conversation, or with None to a new one."""
    st.session_state[CURRENT] = key
    for name in _FORGOTTEN:
        st.session_state.pop(name, None)
    st.query_params.clear()
    if key:
        st.query_params["c"] = key


def ask(question: str, fresh: bool = False) -> None:
    """Note a question; the page answers it when it draws the turn."""
    if not (question := question.strip()):
        return
    key = st.session_state.get(CURRENT)
    if key is None:
        key = conversations().begin(visitor(), question)
        st.session_state[CURRENT] = key
    st.session_state[ANSWERING] = conversations().ask(key, question, fresh)


def repeat(turn: int) -> None:
    """Answer a turn again."""
    conversations().answered(turn, None)
    st.session_state[ANSWERING] = turn


def stop() -> None:
    """Answer no further."""
    st.session_state.pop(ANSWERING, None)
