"""Thumbs for an answer; a thumb down asks why."""

import streamlit as st

from ui.conversations import Turn
from ui.parts.errors import guarded
from ui.wiring import backend, conversations

__all__ = ["reason", "thumbs"]

_REASONS = ("金额不对", "引文不对", "没答到点上", "文件已失效", "看不懂", "其他")


def thumbs(turn: Turn) -> None:
    """The thumbs; a thumb up is kept at once."""
    known = None if turn.good is None else int(turn.good)
    given = st.feedback("thumbs", key=_key(turn), default=known)
    if given == 1 and turn.good is not True:
        _keep(turn, True, "")


def reason(turn: Turn) -> None:
    """Why, below a thumb down that is not kept yet."""
    if st.session_state.get(_key(turn)) == 0 and turn.good is not False:
        _reason(turn)


def _key(turn: Turn) -> str:
    return f"thumbs_{turn.id}"


def _reason(turn: Turn) -> None:
    with st.form(f"reason_{turn.id}", border=True):
        chosen = st.pills("哪里不好？", _REASONS, selection_mode="multi", key=f"reasons_{turn.id}")
        words = st.text_input("补充说明（可不填）", max_chars=500, key=f"words_{turn.id}")
        if st.form_submit_button("提交", icon=":material/send:"):
            _keep(turn, False, "；".join([*chosen, *([words.strip()] if words.strip() else [])]))


def _keep(turn: Turn, good: bool, comment: str) -> None:
    with guarded():
        if turn.reply is not None:
            backend().rate(turn.reply.id, good, comment)
        conversations().rated(turn.id, good)
        st.toast("谢谢，已记下。", icon=":material/thumb_up:" if good else ":material/edit_note:")
        if not good:
            st.rerun()
