"""`zhengce ui`: the page as a process of its own."""

import os
import sys
from collections.abc import Callable
from typing import Any

from assistant.settings import load, load_settings
from ui.settings import PageSettings

__all__ = ["launch"]


def launch(given: dict[str, Any], say: Callable[[str], None]) -> None:
    """Become the page's process; `given` go before environment and file, `say` gets lines to show.

    Raises InvalidInput where a setting cannot be used.
    """
    page = load(PageSettings, **given)
    load_settings()
    say(f"政策问答网页：http://{page.host}:{page.port}（按 Ctrl-C 停止）")
    handed = {f"ZHENGCE_PAGE_{name}".upper(): str(value) for name, value in given.items()}
    os.execve(sys.executable, [sys.executable, "-m", "ui.web.server"], {**os.environ, **handed})
