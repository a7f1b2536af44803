"""`zhengce ui`: the page as a process of its own."""

import os
import socket
import sys
from collections.abc import Callable
from typing import Any

from assistant.settings import load, load_settings
from corpus.errors import InvalidInput
from corpus.why import why
from ui.settings import PageSettings

__all__ = ["launch"]


def launch(given: dict[str, Any], say: Callable[[str], None]) -> None:
    """Become the page's process; `given` go before environment and file, `say` gets lines to show.

    Raises InvalidInput where a setting cannot be used.
    """
    page = load(PageSettings, **given)
    load_settings()
    _check_address(page.host, page.port)
    say(f"政策问答网页：http://{page.host}:{page.port}（按 Ctrl-C 停止）")
    handed = {f"ZHENGCE_PAGE_{name}".upper(): str(value) for name, value in given.items()}
    os.execve(sys.executable, [sys.executable, "-m", "ui.web.server"], {**os.environ, **handed})


def _check_address(host: str, port: int) -> None:
    """Streamlit would say it in English, and after the page is announced."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.create_server((host, port), family=family):
            pass
    except OSError as error:
        raise InvalidInput(
            f"不能监听 {host}:{port}：{why(error)}。可能已被别的程序占用，换一个端口：zhengce ui --port"
        ) from error
