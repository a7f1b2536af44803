"""The only place that builds adapters and wires the steps together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.metadata import version
from typing import Any

from assistant.calculator.propose import Calculator
from assistant.composing.citing import Citer
from assistant.composing.compose import Composer
from assistant.composing.passages import PassageChooser
from assistant.pipeline import Pipeline
from assistant.retrieval.chain import HybridRetriever
from assistant.retrieval.finder import EvidenceFinder
from assistant.retrieval.rank import Ranker
from assistant.retrieval.relevance import KINDS, Head, Relevance, Weights
from assistant.settings import Settings
from assistant.understand.analyse import Analyser
from assistant.verify import Verifier
from assistant.wording import Rarity
from corpus.catalog import Corpus, load_corpus
from corpus.expected import read_expected
from corpus.lexicon import load_lexicon
from corpus.links import Links, find_links
from corpus.rules import RuleBook, read_rules
from indexer.build import BuildResult, Progress, build_index
from indexer.embeddings import Embedder, embedder_name, load_embedder
from indexer.index import IndexStatus, SearchIndex
from indexer.vector_place import VectorPlace

__all__ = [
    "Search",
    "Serving",
    "build",
    "build_finder",
    "build_relevance",
    "build_search",
    "build_search_index",
    "build_serving",
]

Search = Callable[[str, int], list[dict[str, Any]]]
"""From words and a number to that many ranked units, as `zhengce search` shows them."""


@dataclass(frozen=True, slots=True)
class Serving:
    """All that a server needs of one index version; safe to share between threads."""

    pipeline: Pipeline
    search: Search
    status: IndexStatus
    corpus: Corpus
    rules: RuleBook
    links: Links
    embedder: Embedder

    @property
    def versions(self) -> dict[str, str]:
        """What an answer was made from: index, embedding model and release."""
        return {"index": self.status.version, "model": self.status.model, "release": _release()}


@cache
def _release() -> str:
    return version("zhengce")


def build(
    settings: Settings,
    report: Callable[[str], None] = lambda _: None,
    open_embedder: Callable[[], Embedder] | None = None,
) -> Pipeline:
    """The pipeline on the current index; raises IndexMissing or IndexBroken with the way out.

    `open_embedder` gives an embedder that is being opened already; the default opens it here.
    """
    return build_serving(settings, report, open_embedder).pipeline


def build_serving(
    settings: Settings,
    report: Callable[[str], None] = lambda _: None,
    open_embedder: Callable[[], Embedder] | None = None,
) -> Serving:
    """Pipeline, search and texts on the current index; takes and raises what `build` does."""
    corpus = load_corpus()
    rarity = _rarity(corpus)
    index = _index(settings)
    open_embedder = open_embedder or _embedder(settings, report)
    composer = Composer(corpus, PassageChooser(corpus, rarity), Citer(corpus))
    analyser = Analyser(corpus, load_lexicon())
    rules = read_rules(settings.home / "cache")
    embedder = open_embedder()
    links = find_links(corpus)
    finder = _finder(corpus, rarity, links, index, embedder)
    pipeline = Pipeline(
        analyser, finder, Calculator(rules, rarity), composer, Verifier(corpus), index.version
    )
    search = _search(analyser, finder)
    return Serving(pipeline, search, index.status(), corpus, rules, links, embedder)


def build_search(settings: Settings) -> Search:
    """Search alone on the current index."""
    corpus = load_corpus()
    return _search(Analyser(corpus, load_lexicon()), build_finder(settings))


def build_finder(settings: Settings, open_embedder: Callable[[], Embedder] | None = None) -> EvidenceFinder:
    """Retrieval alone on the current index, for learning what it weighs and for measuring it."""
    corpus = load_corpus()
    index = _index(settings)
    embedder = (open_embedder or _embedder(settings, lambda _: None))()
    return _finder(corpus, _rarity(corpus), find_links(corpus), index, embedder)


def build_relevance(settings: Settings) -> Relevance:
    """The judgement of relevance on the current index without weights, for fitting them."""
    corpus = load_corpus()
    embedder = _embedder(settings, lambda _: None)()
    retriever = HybridRetriever(_index(settings), embedder)
    unfitted = Weights(embedder.name, dict.fromkeys(KINDS, Head.unfitted(embedder.dimension)))
    return Relevance(corpus, _rarity(corpus), load_lexicon(), retriever, unfitted)


def build_search_index(
    settings: Settings,
    progress: Progress,
    report: Callable[[str], None],
    open_embedder: Callable[[], Embedder] | None = None,
) -> BuildResult:
    """Bring the index up to date with the corpus; raises IndexBusy while another process builds."""
    name = embedder_name(settings.embedding_model)
    corpus = load_corpus()
    expected = read_expected(corpus)
    open_embedder = open_embedder or _embedder(settings, report)
    place = VectorPlace(settings.chroma_url)
    return build_index(settings.home, corpus, name, open_embedder, progress, expected, place=place)


def _index(settings: Settings) -> SearchIndex:
    return SearchIndex.open(settings.home, settings.dense_backend, VectorPlace(settings.chroma_url))


def _rarity(corpus: Corpus) -> Rarity:
    return Rarity(unit.text for document in corpus.documents for unit in document.units)


def _embedder(settings: Settings, report: Callable[[str], None]) -> Callable[[], Embedder]:
    return lambda: load_embedder(settings.embedding_model, settings.home, report)


def _search(analyser: Analyser, finder: EvidenceFinder) -> Search:
    def search(words: str, k: int) -> list[dict[str, Any]]:
        ranked = finder.search(analyser.analyse(words, (), date.today()))
        return [
            {
                "doc": hit.unit.doc,
                "unit": hit.unit.label,
                "heading": hit.unit.heading,
                "score": round(hit.score, 4),
                "text": hit.unit.text,
            }
            for hit in ranked[:k]
        ]

    return search


def _finder(
    corpus: Corpus, rarity: Rarity, links: Links, index: SearchIndex, embedder: Embedder
) -> EvidenceFinder:
    lexicon = load_lexicon()
    retriever = HybridRetriever(index, embedder)
    return EvidenceFinder(
        corpus,
        links,
        retriever,
        Ranker(corpus, rarity, tuple(lexicon.aspects)),
        Relevance(corpus, rarity, lexicon, retriever),
        rarity,
    )
