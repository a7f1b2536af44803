"""Retrieval that leans on a service, with one that does not to fall back on."""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import TypeVar

from langchain_core.runnables import Runnable, RunnableLambda

from assistant.breaker import Breaker
from assistant.evidence import Evidence, RankedUnit
from assistant.question import Question
from assistant.retrieval.chain import DEPTH, HybridRetriever, LexicalRetriever, Scored
from assistant.retrieval.finder import EvidenceFinder
from corpus.errors import ServiceFault
from indexer.embeddings import VECTORS_DOWN, Embedder, Vectors
from indexer.index import Expected, Hit, SearchIndex

__all__ = ["FallingFinder", "RemoteRetriever", "WordsRetriever"]

_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class FallingFinder(EvidenceFinder):
    """Finds with `first`, and with `second` where a service of the first gives nothing; a note then says so.

    After several failures in a row the first is left alone for a while.
    """

    def __init__(self, first: EvidenceFinder, second: EvidenceFinder) -> None:
        self._first = first
        self._second = second
        self._breaker = Breaker()
        self._said = ""

    def find(self, question: Question) -> Evidence:
        """Evidence for `question`, with the note of a service that failed."""
        evidence, note = self._either(lambda finder: finder.find(question))
        return replace(evidence, notes=(*evidence.notes, note)) if note else evidence

    def search(self, question: Question) -> list[RankedUnit]:
        """Units for the wording of `question`, best first."""
        return self._either(lambda finder: finder.search(question))[0]

    def _either(self, work: Callable[[EvidenceFinder], _T]) -> tuple[_T, str]:
        if not self._breaker.allows():
            return work(self._second), self._said
        try:
            found = work(self._first)
        except ServiceFault as fault:
            self._breaker.failed()
            self._said = str(fault)
            _log.info("service for retrieval: %s", fault.detail)
            return work(self._second), self._said
        self._breaker.succeeded()
        return found, ""


class RemoteRetriever(HybridRetriever):
    """Retrieval whose vectors come from a service: one that does not fit the index is a fault of the service."""

    def __init__(self, index: SearchIndex, embedder: Embedder) -> None:
        super().__init__(index, embedder)
        embed, width = self.vector, index.vectors().shape[1]

        def fitting(text: str) -> Vectors:
            vector = embed(text)
            if vector.shape != (width,):
                raise ServiceFault(VECTORS_DOWN, f"a vector of {vector.shape} in an index of {width}")
            return vector

        self.vector = fitting


class WordsRetriever(HybridRetriever):
    """Retrieval by words alone, for when no vector of a question can be had."""

    def chain(
        self, docs: Collection[str] | None = None, k: int = DEPTH
    ) -> Runnable[dict[str, str], list[Scored]]:
        """A runnable from query words to chunks, best first, within `docs`."""
        allowed = None if docs is None else frozenset(docs)
        lexical = LexicalRetriever(index=self._index, k=k, docs=allowed)
        return RunnableLambda(
            lambda query: self._fuse({"dense": [], "lexical": lexical.invoke(query["lexical"])})
        )

    def nearest(self, text: str, k: int = DEPTH) -> list[Hit]:
        """Nothing: there are no vectors."""
        return []

    def asked_alike(self, text: str, k: int = DEPTH) -> Sequence[Expected]:
        """Nothing: there are no vectors."""
        return ()
