"""Every exception of this project.

    ZhengceError                 anything we raise on purpose
    ├── UserError                the caller can mend it: one clear line, exit status 2
    │   ├── UnknownDocument
    │   ├── UnknownUnit
    │   ├── UnknownRule
    │   └── InvalidInput
    │       └── FileRefused      a file that cannot be read as a document
    ├── CorpusError              a source, catalogue, correction or rule file is wrong
    │   ├── SourceError
    │   ├── CatalogueError
    │   └── RuleError
    ├── IndexFault              the search index cannot be used or built
    │   ├── IndexMissing
    │   ├── IndexBusy
    │   └── IndexBroken
    ├── BackendFault            the page cannot reach the assistant, or what it keeps
    ├── ModelFault              the language model gave nothing usable; the offline answer stands
    └── ServiceFault            a service of vectors or ranks gave nothing usable; the built-in one stands in

Messages are Chinese sentences that say what is wrong and the way out; they are shown to users as they are.
"""

__all__ = [
    "BackendFault",
    "CatalogueError",
    "CorpusError",
    "FileRefused",
    "IndexBroken",
    "IndexBusy",
    "IndexFault",
    "IndexMissing",
    "InvalidInput",
    "ModelFault",
    "RuleError",
    "ServiceFault",
    "SourceError",
    "UnknownDocument",
    "UnknownRule",
    "UnknownUnit",
    "UserError",
    "ZhengceError",
]


class ZhengceError(Exception):
    """Root of our exceptions; `str(error)` is a Chinese sentence for the user."""


class UserError(ZhengceError):
    """The caller asked for something that cannot be; the message names the way out."""


class UnknownDocument(UserError):
    """No document has this key, number or name."""


class UnknownUnit(UserError):
    """The document has no such unit."""


class UnknownRule(UserError):
    """No calculator rule has this id."""


class InvalidInput(UserError):
    """A value, file or option that the caller gave cannot be used."""


class FileRefused(InvalidInput):
    """A file cannot be read as a document: damaged, locked, made to hurt, or without text."""


class CorpusError(ZhengceError):
    """The corpus data contradicts itself or its sources."""


class SourceError(CorpusError):
    """A source file is missing, altered or cannot be parsed."""


class CatalogueError(CorpusError):
    """The catalogue or the corrections file is wrong."""


class RuleError(CorpusError):
    """A rule file is wrong: schema, quote, constant or example."""


class IndexFault(ZhengceError):
    """The index cannot serve or be built."""


class IndexMissing(IndexFault):
    """No index has been built yet."""


class IndexBusy(IndexFault):
    """Another process is building the index."""


class IndexBroken(IndexFault):
    """The index does not pass its own checks."""


class BackendFault(ZhengceError):
    """The page's way to the assistant failed: address, transport or store."""


class ModelFault(ZhengceError):
    """The language model failed: `reason` is a stable word for traces and metrics, `pause` how long to leave it alone."""

    def __init__(self, reason: str, message: str, pause: float = 0.0) -> None:
        super().__init__(message)
        self.reason = reason
        self.pause = pause


class ServiceFault(ZhengceError):
    """A service of vectors or ranks failed: the message is a note for the user, `detail` is for the log."""

    def __init__(self, message: str, detail: str) -> None:
        super().__init__(message)
        self.detail = detail
