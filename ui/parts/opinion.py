"""Thumbs for an answer; a thumb down asks why."""

import streamlit as st

from ui.conversations import Turn
from ui.parts.errors import guarded
from ui.wiring import backend, conversations

__all__ = ["opinion"]

_REASONS = ("金额不对", "引文不对", "没答到点上", "文件已失效", "看不懂", "其他")


def opinion(turn: Turn) -> None:
    """Thumbs that are kept with the answer; the reason for a thumb down in a small form below."""
    if turn.reply is None:
        return
    known = None if turn.good is None else int(turn.good)
    given = st.feedback("thumbs", key=f"thumbs_{turn.id}", default=known)
    if given == 1 and turn.good is not True:
        _keep(turn, True, "")
    if given == 0 and turn.good is not False:
        _reason(turn)


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
