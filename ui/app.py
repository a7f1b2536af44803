"""Five pages under one roof."""

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from ui.pages import admin, calculate, chat, library, lost, match
from ui.parts.browser import speak_chinese
from ui.parts.errors import guarded
from ui.places import register

__all__ = ["draw"]

_WEB = Path(__file__).with_name("web")
STYLE = _WEB / "style.css"
# A Material icon would be fetched from outside.
ICON = _WEB / "icon.svg"


def draw() -> None:
    """Draw the page that the visitor is on."""
    st.set_page_config("政策问答", ICON, layout="wide", initial_sidebar_state="auto")
    st.html(STYLE)
    speak_chinese()
    pages = {
        "chat": st.Page(chat.page, title="对话", icon=":material/forum:", url_path="chat", default=True),
        "calculate": st.Page(
            calculate.page, title="算一算", icon=":material/calculate:", url_path="calculate"
        ),
        "match": st.Page(match.page, title="能报什么", icon=":material/fact_check:", url_path="match"),
        "library": st.Page(library.page, title="政策库", icon=":material/library_books:", url_path="library"),
        "admin": st.Page(admin.page, title="管理", icon=":material/settings:", url_path="admin"),
    }
    register(pages)
    chosen = st.navigation([*pages.values(), *_lost(pages.values())], position="top")
    with guarded("page"):
        chosen.run()


def _lost(pages: Iterable[StreamlitPage]) -> Iterator[StreamlitPage]:
    """A page for an address that none of `pages` has: Streamlit's own words for it are English."""
    asked = PurePosixPath(unquote(urlsplit(st.context.url or "").path)).name
    if asked and all(asked != page.url_path for page in pages):
        yield st.Page(lost.page, title="没有这个页面", url_path=asked, visibility="hidden")
