"""The assistant in this process, loaded once in the background."""

import logging
import queue
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from assistant.answer import Answer
from assistant.bootstrap import Serving, build_serving
from assistant.commands.reading import describe_rules, describe_unit_in_full
from assistant.service.settings import ServiceSettings
from assistant.service.store.database import open_database
from assistant.service.store.store import Answered, Store
from assistant.service.texts import clean, pieces
from assistant.service.trace import Trace
from assistant.settings import Settings
from corpus.errors import BackendFault
from corpus.export import export_corpus
from corpus.folding import fold
from ui.backend.values import (
    Document,
    Done,
    Event,
    Hit,
    Original,
    Piece,
    Reply,
    RuleFacts,
    Stage,
    UnitText,
)

__all__ = ["InProcess"]

_OWNER = "local"
_CHANNEL = "page"
_WARMING = "首创产品能补多少"
_THREADS = 2

_log = logging.getLogger(__name__)


class _Loaded:
    """An index version with what is the same for every session."""

    def __init__(self, serving: Serving) -> None:
        self.serving = serving
        self.rules = tuple(map(RuleFacts.model_validate, describe_rules(serving.rules)["rules"]))
        self._days: dict[date, tuple[Document, ...]] = {}

    def documents(self, day: date) -> tuple[Document, ...]:
        """All documents, judged on this day; kept for that day only."""
        if day not in self._days:
            exported = export_corpus(self.serving.corpus, day)["documents"]
            self._days = {day: tuple(map(Document.model_validate, exported))}
        return self._days[day]


class InProcess:
    """Answers on the index of this machine, and keeps answers and feedback where the HTTP service keeps its own."""

    def __init__(self, settings: Settings, service: ServiceSettings) -> None:
        self._settings = settings
        self._service = service
        self._pool = ThreadPoolExecutor(_THREADS, "page")
        self._loading = threading.Lock()
        self._serving: Future[_Loaded] = self._pool.submit(self._load)
        self._store: Store | None = None

    def ready(self) -> bool:
        """Whether the index is loaded."""
        return self._serving.done() and self._serving.exception() is None

    def ask(self, question: str, history: Sequence[str]) -> Iterator[Event]:
        """Answer in a thread, so that the page hears of each stage and can be stopped meanwhile."""
        told: queue.Queue[Event | None] = queue.Queue()
        answering = self._pool.submit(
            self._answer, self._loaded().serving, clean(question), tuple(history), told
        )
        shown = ""
        while (event := told.get()) is not None:
            shown += event.text if isinstance(event, Piece) else ""
            yield event
        answer = answering.result()
        for text in pieces(answer.answer.removeprefix(shown)):
            yield Piece(text=text)
        yield Done(reply=Reply.model_validate(answer.to_dict()))

    def rate(self, answer: str, good: bool, comment: str) -> None:
        """Keep feedback beside the answer; raises BackendFault where it cannot be kept."""
        try:
            row = self._kept().keep_feedback(_OWNER, answer, "up" if good else "down", clean(comment))
        except (SQLAlchemyError, OSError) as error:
            raise BackendFault("评价没能保存，请稍后再试。") from error
        if row is None:
            raise BackendFault("这条回答没有留存，不能评价。请重新提问后再评价。")

    def documents(self) -> tuple[Document, ...]:
        """All documents, judged today."""
        return self._loaded().documents(date.today())

    def unit(self, doc: str, label: str) -> UnitText:
        """One unit with its links and rules."""
        return self._unit(self._loaded().serving, doc, label)

    def text(self, doc: str) -> tuple[UnitText, ...]:
        """Every unit of a document."""
        serving = self._loaded().serving
        units = serving.corpus.document(serving.corpus.key_of(doc)).units
        return tuple(self._unit(serving, unit.doc, unit.label) for unit in units)

    def search(self, words: str, most: int) -> tuple[Hit, ...]:
        """Units as `zhengce search` ranks them."""
        return tuple(map(Hit.model_validate, self._loaded().serving.search(clean(words), most)))

    def containing(self, words: str, most: int) -> tuple[Hit, ...]:
        """Units that hold all of the words, however wide their characters are written."""
        wanted = [fold(word) for word in words.split()]
        units = (unit for document in self._loaded().serving.corpus.documents for unit in document.units)
        found = [unit for unit in units if wanted and all(word in fold(unit.text) for word in wanted)]
        return tuple(
            Hit(doc=unit.doc, unit=unit.label, heading=unit.heading, score=1.0, text=unit.text)
            for unit in found[:most]
        )

    def rules(self) -> tuple[RuleFacts, ...]:
        """Every rule of the rule book."""
        return self._loaded().rules

    def original(self, doc: str) -> Original:
        """The source file that the document stands in."""
        corpus = self._loaded().serving.corpus
        source = corpus.sources[corpus.document(doc).source]
        return Original(name=source.file, content=source.text.encode(), whole=True)

    @staticmethod
    def _unit(serving: Serving, doc: str, label: str) -> UnitText:
        found = describe_unit_in_full(serving.corpus, serving.links, serving.rules, doc, label, date.today())
        return UnitText.model_validate(found)

    def reload(self) -> None:
        """Answer on the version that is current now; where it cannot be loaded, go on and raise why."""
        fresh = self._pool.submit(self._load)
        fresh.result()
        with self._loading:
            self._serving = fresh

    def _loaded(self) -> _Loaded:
        """The index, waited for; raises what loading raised. A failed load is tried again by the next question."""
        with self._loading:
            if self._serving.done() and self._serving.exception() is not None:
                self._serving = self._pool.submit(self._load)
            loading = self._serving
        return loading.result()

    def _load(self) -> _Loaded:
        serving = build_serving(self._settings)
        serving.pipeline.offline.answer(_WARMING)
        loaded = _Loaded(serving)
        loaded.documents(date.today())
        return loaded

    def _answer(
        self, serving: Serving, question: str, history: tuple[str, ...], told: "queue.Queue[Event | None]"
    ) -> Answer:
        trace = Trace(lambda step, _seconds: told.put(Stage(name=step)))
        try:
            answer = serving.pipeline.answer(
                question, history, None, trace, show=lambda text: told.put(Piece(text=text))
            )
            self._keep(answer, history, trace.steps, serving)
            return answer
        finally:
            told.put(None)

    def _keep(
        self, answer: Answer, history: tuple[str, ...], steps: list[dict[str, Any]], serving: Serving
    ) -> None:
        """Keep the answer for feedback; where that fails the user still gets it."""
        kept = Answered(
            _OWNER, _CHANNEL, None, None, history, date.today(), answer.to_dict(), steps, serving.versions
        )
        try:
            self._kept().keep(kept)
        except (SQLAlchemyError, OSError) as error:
            _log.warning("answer not kept: %s", error)

    def _kept(self) -> Store:
        with self._loading:
            if self._store is None:
                store = Store(open_database(self._service.database(self._settings.home)))
                store.prepare()
                self._store = store
            return self._store
