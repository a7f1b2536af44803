"""The turns of a conversation; the one that is asked now is answered where it stands."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from corpus.errors import ZhengceError
from ui.asking import ANSWERED, ANSWERING, ask, repeat, stop
from ui.conversations import Turn
from ui.exporting.notes import as_text
from ui.following import follow_ups
from ui.parts.answer import show_answer
from ui.parts.browser import copy_button, scroll_to
from ui.parts.errors import error_card
from ui.parts.live import answer_live
from ui.parts.opinion import reason, thumbs
from ui.wiring import backend, conversations

__all__ = ["read_only", "transcript"]

_SHOWN = 20
_REMEMBERED = 20


def read_only(turns: Sequence[Turn]) -> None:
    """The turns without anything to do with them."""
    for turn in turns:
        _question(turn)
        if turn.reply is not None:
            with st.chat_message("assistant", avatar=":material/policy:"):
                show_answer(turn.reply, str(turn.id))


def transcript(turns: Sequence[Turn]) -> None:
    """The last turns, those before them on demand."""
    hidden = 0 if st.session_state.get("earlier") else max(0, len(turns) - _SHOWN)
    if hidden:
        st.button(
            f"显示更早的 {hidden} 轮",
            key="show_earlier",
            type="tertiary",
            icon=":material/expand_less:",
            on_click=st.session_state.__setitem__,
            args=["earlier", True],
        )
    for number, turn in enumerate(turns[hidden:], hidden):
        _question(turn)
        with st.chat_message("assistant", avatar=":material/policy:"):
            _turn(turns[:number], turn, last=number == len(turns) - 1)
    if turns and st.session_state.get(ANSWERED) == turns[-1].id:
        _top(turns[-1], "answered")


def _top(turn: Turn, when: str) -> None:
    """The question at the top, so that warnings and conclusion below it are what one sees."""
    scroll_to(f".st-key-asked_{turn.id}", f"{turn.id} {when}", when)


def _question(turn: Turn) -> None:
    with st.container(key=f"asked_{turn.id}"), st.chat_message("user", avatar=":material/person:"):
        st.text(turn.question)


def _turn(before: Sequence[Turn], turn: Turn, last: bool) -> None:
    # The place stays in the next runs, so that what the user unfolds below it keeps its identity.
    live = st.empty()
    if st.session_state.get(ANSWERING) == turn.id:
        with live.container():
            _top(turn, "asked")
            turn = _answered(before, turn)
        live.empty()
    if turn.reply is not None:
        show_answer(turn.reply, str(turn.id))
        _after(turn, last)
    elif turn.fault:
        error_card(turn.fault)
        _again(turn, "再试一次")
    else:
        st.caption("已停止，没有回答完。")
        _again(turn, "重新回答")


def _answered(before: Sequence[Turn], turn: Turn) -> Turn:
    """Answer now and keep what came of it."""
    fresh = max((place for place, one in enumerate(before) if one.fresh), default=0)
    history = [] if turn.fresh else [one.question for one in before[fresh:]][-_REMEMBERED:]
    try:
        done = replace(turn, reply=answer_live(backend(), turn.question, history, stop))
    except ZhengceError as error:
        done = replace(turn, fault=str(error))
    conversations().answered(done.id, done.reply, done.fault)
    st.session_state.pop(ANSWERING, None)
    st.session_state[ANSWERED] = turn.id
    return done


def _after(turn: Turn, last: bool) -> None:
    """What one does with an answer; for the last one also what fits to ask next."""
    if turn.reply is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"after_{turn.id}"):
        copy_button(as_text(turn.reply), f"copy_{turn.id}")
        if last:
            _again(turn, "重新回答")
        thumbs(turn)
    reason(turn)
    offers = follow_ups(turn.reply, backend().rules()) if last else ()
    if offers:
        st.caption("接着问：")
        with st.container(key="offers", horizontal=True, gap="small"):
            for number, offer in enumerate(offers):
                asked = [offer.question, offer.fresh]
                st.button(offer.question, key=f"offer_{turn.id}_{number}", on_click=ask, args=asked)


def _again(turn: Turn, label: str) -> None:
    key = f"again_{turn.id}"
    st.button(label, key=key, icon=":material/refresh:", type="tertiary", on_click=repeat, args=[turn.id])
