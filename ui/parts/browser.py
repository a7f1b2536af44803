"""What only the browser can do: scroll to the highlighted words, copy to the clipboard, say the language."""

from pathlib import Path

import streamlit as st

__all__ = ["copy_button", "scroll_to", "scroll_to_mark", "speak_chinese"]

_SCRIPTS = Path(__file__).parent


def _script(name: str) -> str:
    return (_SCRIPTS / name).read_text("utf-8")


def scroll_to_mark(token: str) -> None:
    """Bring the highlighted words of the panel into view, once for each `token`."""
    _mounted("zhengce_scroll", "scroll.js", {"token": token, "target": ".st-key-source_panel mark"}, "scroll")


def scroll_to(selector: str, token: str, key: str = "page") -> None:
    """Bring an element of the page to its top, once for each `token`."""
    data = {"token": token, "target": selector, "block": "start"}
    _mounted("zhengce_scroll", "scroll.js", data, f"scroll_{key}")


def copy_button(text: str, key: str, label: str = "复制") -> None:
    """A button that copies `text`."""
    _mounted("zhengce_copy", "copy.js", {"text": text, "label": label}, key, "copy.css")


def speak_chinese() -> None:
    """Tell the browser that the page is Chinese: it chooses glyphs and offers translations by that."""
    _mounted("zhengce_language", "language.js", {}, "language")


def _mounted(name: str, script: str, data: dict[str, str], key: str, style: str | None = None) -> None:
    component = st.components.v2.component(name, js=_script(script), css=_script(style) if style else None)
    component(data=data, key=key)
