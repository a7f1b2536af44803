"""Failures as cards in plain Chinese."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from corpus.errors import UserError, ZhengceError

__all__ = ["error_card", "guarded", "show_failure"]

_log = logging.getLogger(__name__)
_UNFORESEEN = "页面出了意外的错误，您的对话没有丢。请刷新页面再试；仍不行时请告诉管理员发生的时间。"


def error_card(message: str, retry_key: str = "") -> bool:
    """A card that says what is wrong; with a key also a button, True when it was pressed."""
    with st.container(border=True, key=f"fault_{retry_key}" if retry_key else None):
        st.markdown(":red-badge[:material/error: 没有成功]")
        st.text(message)
        return bool(retry_key) and st.button("再试一次", key=f"{retry_key}_retry", icon=":material/refresh:")


@contextmanager
def guarded(retry_key: str = "") -> Iterator[None]:
    """Show what we raise on purpose as a card; the rest of the page goes on."""
    try:
        yield
    except UserError as error:
        st.warning(str(error), icon=":material/info:")
    except ZhengceError as error:
        if error_card(str(error), retry_key):
            st.rerun()


def show_failure(error: Exception) -> bool:
    """What Streamlit calls for an exception that nobody foresaw: logged whole, shown as a sentence."""
    _log.error("page failed", exc_info=error)
    error_card(_UNFORESEEN)
    return True
