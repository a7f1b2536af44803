"""The project's own search, as `zhengce search` runs it, on an index built for the occasion."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from assistant.bootstrap import build_finder, build_search_index
from assistant.commands.progress import LineProgress
from assistant.retrieval.finder import EvidenceFinder
from assistant.settings import Settings, load_settings
from assistant.understand.analyse import Analyser
from corpus.catalog import load_corpus
from corpus.lexicon import load_lexicon
from evals.baselines.passages import Passage, passage_of
from evals.fresh import fresh_settings
from indexer.embeddings import Embedder

__all__ = ["create"]


class _Ours:
    """The texts are those of the corpus: the documents' catalogue comes with them."""

    def __init__(self, settings: Settings, embedder: Embedder) -> None:
        self._settings = settings
        self._embedder = embedder
        self._corpus = load_corpus()
        self._analyser = Analyser(self._corpus, load_lexicon())
        self._finder: EvidenceFinder | None = None

    def index(self, texts: Mapping[str, str]) -> int:
        built = build_search_index(self._settings, LineProgress(), print, self._opened)
        self._finder = build_finder(self._settings, self._opened)
        return built.chunks

    def search(self, question: str, history: Sequence[str], k: int) -> list[Passage]:
        assert self._finder is not None
        understood = self._analyser.analyse(question, tuple(history), date.today())
        return [passage_of(self._corpus, hit.unit) for hit in self._finder.search(understood)[:k]]

    def _opened(self) -> Embedder:
        return self._embedder


def create(embedder: Embedder, folder: Path) -> _Ours:
    """The search with its index below `folder`."""
    return _Ours(fresh_settings(load_settings(), folder), embedder)
