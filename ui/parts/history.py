"""The visitor's conversations in the sidebar."""

import streamlit as st

from ui.asking import CURRENT, open_conversation
from ui.conversations import Conversation
from ui.wiring import conversations

__all__ = ["history_list"]

_MOST = 50


def history_list(visitor: str) -> None:
    """New, search, and the conversations found, last used first."""
    with st.sidebar:
        st.button(
            "新对话",
            key="new",
            icon=":material/add:",
            width="stretch",
            on_click=open_conversation,
            args=[None],
        )
        words = st.text_input(
            "搜索对话", key="history_words", placeholder="搜索对话", label_visibility="collapsed"
        ).strip()
        found = conversations().listed(visitor, words)
        for conversation in found[:_MOST]:
            _entry(conversation)
        if not found:
            st.caption("没有找到。" if words else "问过的问题会留在这里。")
        elif len(found) > _MOST:
            st.caption(f"另有 {len(found) - _MOST} 个较早的对话，可用上面的搜索找到。")


def _entry(conversation: Conversation) -> None:
    current = st.session_state.get(CURRENT) == conversation.id
    st.button(
        _plain(conversation.title),
        key=f"open_{conversation.id}",
        icon=":material/chat:" if current else ":material/chat_bubble_outline:",
        type="secondary" if current else "tertiary",
        width="stretch",
        wrap=False,
        on_click=open_conversation,
        args=[conversation.id],
    )


def _plain(title: str) -> str:
    """A title as a label: what Markdown would read as markup is shown as typed."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]()<>#+-.!|~$:" else sign for sign in title)
