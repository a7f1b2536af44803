"""What the page asks of the assistant, whichever way it is reached."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from ui.backend.values import Document, Event, Hit, Original, RuleFacts, UnitText

__all__ = ["Backend"]


class Backend(Protocol):
    """The assistant; safe to share between sessions. Every method raises ZhengceError with words for the user."""

    def ready(self) -> bool:
        """Whether a question can be asked now; never waits long."""
        ...

    def ask(self, question: str, history: Sequence[str]) -> Iterator[Event]:
        """Answer a question after the earlier ones; stages as they end, then the text, then the whole."""
        ...

    def rate(self, answer: str, good: bool, comment: str) -> None:
        """Keep what the user thinks of an answer."""
        ...

    def documents(self) -> tuple[Document, ...]:
        """All documents in the order of the catalogue, judged today."""
        ...

    def unit(self, doc: str, label: str) -> UnitText:
        """One unit in full; raises UnknownDocument or UnknownUnit."""
        ...

    def text(self, doc: str) -> tuple[UnitText, ...]:
        """All units of a document in reading order; raises UnknownDocument."""
        ...

    def search(self, words: str, most: int) -> tuple[Hit, ...]:
        """Units by meaning and words, best first."""
        ...

    def containing(self, words: str, most: int) -> tuple[Hit, ...]:
        """Units that hold these very words, in reading order where the corpus is at hand."""
        ...

    def rules(self) -> tuple[RuleFacts, ...]:
        """Every calculator rule."""
        ...

    def original(self, doc: str) -> Original:
        """The document for downloading."""
        ...
