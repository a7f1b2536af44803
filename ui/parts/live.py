"""An answer as it comes in: the stage, the text so far, and a way to stop."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait

import streamlit as st

from corpus.errors import BackendFault
from ui.backend.interface import Backend
from ui.backend.values import Done, Event, Piece, Reply, Stage
from ui.parts.prose import prose_html

__all__ = ["answer_live"]

_TICK_SECONDS = 0.25
_FIRST = "正在理解问题"
_NEXT = {
    "rewrite": "正在理解问题",
    "understand": "正在检索条文",
    "retrieve": "正在计算",
    "calculate": "正在组织回答",
    "compose": "正在逐条核对引文",
    "verify": "正在写出回答",
    "word": "正在写出回答",
}


def answer_live(backend: Backend, question: str, history: Sequence[str], stop: Callable[[], None]) -> Reply:
    """Ask, show what comes in, return the whole; raises ZhengceError.

    The script ends here when the user stops or asks something else: Streamlit raises at the next update.
    """
    status = st.status(f"{_FIRST}…", expanded=False)
    text_place, button_place = st.empty(), st.empty()
    button_place.button("停止", key="stop", icon=":material/stop_circle:", on_click=stop)
    label, text, began = _FIRST, "", time.monotonic()
    for event in _ticking(backend.ask(question, history)):
        match event:
            case Stage():
                label = _NEXT.get(event.name, label)
            case Piece():
                text += event.text
                text_place.html(prose_html(text))
            case Done():
                status.update(label="已完成", state="complete")
                return event.reply
        waited = int(time.monotonic() - began)
        status.update(label=f"{label}…" + (f"（已等 {waited} 秒）" if waited >= 2 else ""))
    raise BackendFault("回答中断了，没有收完。请再试一次。")


def _ticking(events: Iterator[Event]) -> Iterator[Event | None]:
    """The events as they come, and None at each tick without one, so that the page can be stopped meanwhile."""
    beside = ThreadPoolExecutor(1, "answer")
    try:
        while True:
            coming = beside.submit(next, events, None)
            while not wait([coming], _TICK_SECONDS).done:
                yield None
            if (event := coming.result()) is None:
                return
            yield event
    finally:
        beside.shutdown(wait=False)
