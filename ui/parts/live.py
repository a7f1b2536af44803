"""An answer as it comes in: the stage, the text so far, and a way to stop."""

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence

import streamlit as st

from corpus.errors import BackendFault, ZhengceError
from ui.backend.interface import Backend
from ui.backend.values import Done, Event, Piece, Reply, Stage
from ui.parts.prose import prose_html

__all__ = ["answer_live"]

_TICK_SECONDS = 0.25
_FIRST = "正在理解问题"
_NEXT = {
    "understand": "正在检索条文",
    "retrieve": "正在计算",
    "calculate": "正在组织回答",
    "compose": "正在逐条核对引文",
    "verify": "正在写出回答",
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
    arrived: queue.Queue[Event | BaseException | None] = queue.Queue()
    threading.Thread(target=_pump, args=(events, arrived), daemon=True).start()
    while True:
        try:
            event = arrived.get(timeout=_TICK_SECONDS)
        except queue.Empty:
            yield None
            continue
        if isinstance(event, ZhengceError):
            raise event
        if isinstance(event, BaseException):
            raise BackendFault("回答时出了意外的错误，请再试一次。") from event
        if event is None:
            return
        yield event


def _pump(events: Iterator[Event], arrived: "queue.Queue[Event | BaseException | None]") -> None:
    try:
        for event in events:
            arrived.put(event)
        arrived.put(None)
    except BaseException as error:
        arrived.put(error)
