"""The only place that builds what the page works with; one of each in a process."""

from functools import cache

from assistant.service.settings import ServiceSettings
from assistant.settings import load, load_settings
from ui.backend.http import OverHttp
from ui.backend.in_process import InProcess
from ui.backend.interface import Backend
from ui.conversations import Conversations
from ui.settings import PageSettings

__all__ = ["backend", "conversations"]


@cache
def backend() -> Backend:
    """The assistant, by URL where one is set, else in this process; loads in the background."""
    page = load(PageSettings)
    if page.api:
        return OverHttp(page.api, page.api_key.get_secret_value())
    return InProcess(load_settings(), load(ServiceSettings))


@cache
def conversations() -> Conversations:
    """What the users of the page have asked."""
    folder = load(PageSettings).folder(load_settings().home)
    return Conversations.open(folder / "conversations.sqlite3")
