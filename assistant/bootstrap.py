"""The only place that builds adapters and wires the steps together."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.metadata import version
from typing import Any

from assistant.breaker import Breaker
from assistant.calculator.propose import Calculator
from assistant.composing.citing import Citer
from assistant.composing.compose import Composer
from assistant.composing.passages import PassageChooser
from assistant.embedding import name_of_embedder
from assistant.embedding import open_embedder as open_set_embedder
from assistant.pipeline import Pipeline
from assistant.retrieval.chain import HybridRetriever
from assistant.retrieval.falling import FallingFinder, RemoteRetriever, WordsRetriever
from assistant.retrieval.finder import EvidenceFinder
from assistant.retrieval.rank import Ranker
from assistant.retrieval.relevance import KINDS, Head, Relevance, Weights
from assistant.settings import Settings
from assistant.understand.analyse import Analyser
from assistant.verify.drafts import Verifier
from assistant.verify.gate import Gate
from assistant.wording import Rarity
from corpus.catalog import Corpus
from corpus.errors import IndexBroken
from corpus.links import Links, find_links
from corpus.own.library import (
    added_keys,
    lexicon_for,
    read_library,
    read_library_expected,
    read_library_rules,
)
from corpus.rules import RuleBook
from indexer.build import BuildResult, Progress, build_index
from indexer.embeddings import Embedder
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
    "read_corpus",
    "read_rule_book",
    "with_model",
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
    language_model: str = ""

    @property
    def versions(self) -> dict[str, str]:
        """What an answer was made from: index, embedding model and release, and the language model where one is set."""
        made = {"index": self.status.version, "model": self.status.model, "release": _release()}
        return made | ({"language_model": self.language_model} if self.language_model else {})


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
    index = _index(settings)
    corpus = _indexed(read_corpus(settings), index)
    rarity = _rarity(corpus)
    open_embedder = open_embedder or _embedder(settings, report)
    composer = Composer(corpus, PassageChooser(corpus, rarity), Citer(corpus))
    analyser = Analyser(corpus, lexicon_for(corpus))
    rules = read_rule_book(settings)
    embedder = open_embedder()
    links = find_links(corpus)
    finder = _finder(settings, corpus, rarity, links, index, embedder)
    calculator, verifier = Calculator(rules, rarity), Verifier(corpus)
    pipeline = Pipeline(analyser, finder, calculator, composer, verifier, index.version)
    search = _search(analyser, finder)
    serving = Serving(pipeline, search, index.status(), corpus, rules, links, embedder)
    return with_model(serving, settings)


def with_model(serving: Serving, settings: Settings) -> Serving:
    """The same with the language model that the settings name; as it is where they name none."""
    if not settings.model_base_url:
        return serving
    # LangChain's agents take a second to import, and without a model nobody needs them.
    from assistant.model.chat import open_chat
    from assistant.model.material import Knowledge
    from assistant.model.purse import OwnPurse
    from assistant.model.rewriting import ModelRewriter
    from assistant.model.rewritten import Said
    from assistant.model.worder import ModelWorder

    corpus, rarity = serving.corpus, _rarity(serving.corpus)
    knowledge = Knowledge(corpus, serving.rules, rarity, serving.search)
    breaker, own = Breaker(), OwnPurse()
    gate = Gate(corpus, rarity)
    worder = ModelWorder(settings, knowledge, gate, serving.pipeline.drafted, breaker, own)
    rewriter = None
    if settings.model_rewrite:
        rewriter = ModelRewriter(settings, open_chat(settings), breaker, own, Said(corpus, rarity))
    pipeline = serving.pipeline.worded_by(worder, rewriter)
    return replace(serving, pipeline=pipeline, language_model=settings.model_name)


def build_search(settings: Settings) -> Search:
    """Search alone on the current index."""
    index = _index(settings)
    corpus = _indexed(read_corpus(settings), index)
    return _search(Analyser(corpus, lexicon_for(corpus)), build_finder(settings))


def build_finder(settings: Settings, open_embedder: Callable[[], Embedder] | None = None) -> EvidenceFinder:
    """Retrieval alone on the current index, for learning what it weighs and for measuring it."""
    index = _index(settings)
    corpus = _indexed(read_corpus(settings), index)
    embedder = (open_embedder or _embedder(settings, lambda _: None))()
    return _finder(settings, corpus, _rarity(corpus), find_links(corpus), index, embedder)


def build_relevance(settings: Settings) -> Relevance:
    """The judgement of relevance on the current index without weights, for fitting them."""
    corpus = read_corpus(settings)
    embedder = _embedder(settings, lambda _: None)()
    retriever = HybridRetriever(_index(settings), embedder)
    unfitted = Weights(embedder.name, dict.fromkeys(KINDS, Head.unfitted(embedder.dimension)))
    return Relevance(corpus, _rarity(corpus), lexicon_for(corpus), retriever, unfitted)


def build_search_index(
    settings: Settings,
    progress: Progress,
    report: Callable[[str], None],
    open_embedder: Callable[[], Embedder] | None = None,
) -> BuildResult:
    """Bring the index up to date with the corpus; raises IndexBusy while another process builds."""
    name = name_of_embedder(settings)
    corpus = read_corpus(settings)
    expected = read_library_expected(corpus, settings.own_documents)
    open_embedder = open_embedder or _embedder(settings, report)
    place = VectorPlace(settings.chroma_url)
    return build_index(settings.home, corpus, name, open_embedder, progress, expected, place=place)


def _index(settings: Settings) -> SearchIndex:
    return SearchIndex.open(settings.home, settings.dense_backend, VectorPlace(settings.chroma_url))


def read_corpus(settings: Settings) -> Corpus:
    """The documents of this package and those that the user added; raises CatalogueError or SourceError."""
    return read_library(settings.own_documents)


def read_rule_book(settings: Settings) -> RuleBook:
    """The rules of this package and those that the user wrote; raises RuleError."""
    return read_library_rules(read_corpus(settings), settings.own_documents, settings.home / "cache")


def _indexed(corpus: Corpus, index: SearchIndex) -> Corpus:
    """The documents that the index holds: what was added since is not there before it is indexed.

    Raises IndexBroken where the index holds a document that the catalogue does not.
    """
    held = {chunk.doc for chunk in index.chunks}
    if not held <= corpus.entries.keys():
        missing = "、".join(sorted(held - corpus.entries.keys()))
        raise IndexBroken(f"索引里有目录中没有的文件（{missing}）。请运行 zhengce index build")
    return corpus if held >= corpus.entries.keys() else corpus.only(held)


def _rarity(corpus: Corpus) -> Rarity:
    return Rarity(unit.text for document in corpus.documents for unit in document.units)


def _embedder(settings: Settings, report: Callable[[str], None]) -> Callable[[], Embedder]:
    return lambda: open_set_embedder(settings, report)


def _by_service(settings: Settings, finders: "_Finders", embedder: Embedder) -> EvidenceFinder:
    """The finder that the settings name, and below each service that it leans on one that does without it."""
    finder = finders.made(finders.hybrid(embedder))
    if settings.embedding_base_url:
        made_by = finders.index.status().model
        if made_by != embedder.name:
            raise IndexBroken(
                f"索引由模型 {made_by} 建立，现在设的是 {embedder.name}。请运行 zhengce index build"
            )
        finder = FallingFinder(finder, finders.made(finders.words(embedder)))
    if settings.rerank_base_url:
        # What asks services imports their client, which nobody else needs.
        from assistant.retrieval.service_ranking import ServiceRanker

        key = settings.rerank_api_key.get_secret_value()
        ranker = ServiceRanker(
            finders.ranker,
            settings.rerank_model,
            settings.rerank_base_url,
            key,
            settings.retrieval_seconds,
            settings.rerank_units,
        )
        finder = FallingFinder(finders.made(finders.hybrid(embedder), ranker), finder)
    return finder


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


@dataclass(frozen=True, slots=True)
class _Finders:
    """Makes finders that differ in how chunks are fetched and units ranked alone."""

    corpus: Corpus
    rarity: Rarity
    links: Links
    index: SearchIndex
    ranker: Ranker
    remote: bool

    def hybrid(self, embedder: Embedder) -> HybridRetriever:
        return (RemoteRetriever if self.remote else HybridRetriever)(self.index, embedder)

    def words(self, embedder: Embedder) -> HybridRetriever:
        return WordsRetriever(self.index, embedder)

    def made(self, retriever: HybridRetriever, ranker: Ranker | None = None) -> EvidenceFinder:
        lexicon = lexicon_for(self.corpus)
        return EvidenceFinder(
            self.corpus,
            self.links,
            retriever,
            ranker or self.ranker,
            Relevance(self.corpus, self.rarity, lexicon, retriever),
            self.rarity,
            added_keys(self.corpus),
        )


def _finder(
    settings: Settings, corpus: Corpus, rarity: Rarity, links: Links, index: SearchIndex, embedder: Embedder
) -> EvidenceFinder:
    ranker = Ranker(corpus, rarity, tuple(lexicon_for(corpus).aspects))
    finders = _Finders(corpus, rarity, links, index, ranker, bool(settings.embedding_base_url))
    if not (settings.embedding_base_url or settings.rerank_base_url):
        return finders.made(finders.hybrid(embedder))
    return _by_service(settings, finders, embedder)
