"""The only place that builds what the page works with; one of each in a process."""

from functools import cache, lru_cache

from assistant.service.settings import ServiceSettings
from assistant.settings import load, load_settings
from corpus.catalog import Corpus
from corpus.own.library import read_library, read_library_rules
from corpus.rules import RuleBook
from ui.backend.calculating import Calculating
from ui.backend.http import OverHttp
from ui.backend.in_process import InProcess
from ui.backend.interface import Backend
from ui.backend.managing import Managing
from ui.backend.matching import Matching
from ui.backend.uploads import Preview, preview
from ui.conversations import Conversations
from ui.gate import Gate
from ui.kept import Kept
from ui.settings import PageSettings

__all__ = [
    "admins",
    "backend",
    "calculating",
    "conversations",
    "gate",
    "kept",
    "managing",
    "matching",
    "read_upload",
]


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


@cache
def kept() -> Kept:
    """What the users of the page have saved."""
    return Kept.open(load(PageSettings).folder(load_settings().home) / "kept.sqlite3")


@cache
def calculating() -> Calculating:
    """The rules, ready to calculate with."""
    return Calculating(_corpus(), _rules)


@cache
def matching() -> Matching:
    """Enterprises against the rules."""
    return Matching(_corpus(), _rules, calculating())


@cache
def managing() -> Managing | None:
    """Index, feedback and usage of this machine; None where the page works on an API elsewhere."""
    if load(PageSettings).api:
        return None
    settings = load_settings()
    return Managing(settings.home, load(ServiceSettings).database(settings.home), _reload)


def _reload() -> None:
    """Answer on the index version that is current now."""
    used = backend()
    if isinstance(used, InProcess):
        used.reload()


@cache
def gate() -> Gate:
    """The password of 管理."""
    return Gate(load(PageSettings).admin_password.get_secret_value())


@cache
def admins() -> frozenset[str]:
    """Who may manage after signing on."""
    return frozenset(email.lower() for email in load(PageSettings).admin_emails)


@lru_cache(maxsize=4)
def read_upload(name: str, content: bytes) -> Preview:
    """An uploaded policy, read once however often the page is drawn; raises InvalidInput."""
    return preview(name, content)


def _rules() -> RuleBook:
    settings = load_settings()
    return read_library_rules(_corpus(), settings.own_documents, settings.home / "cache")


def _corpus() -> Corpus:
    return read_library(load_settings().own_documents)
