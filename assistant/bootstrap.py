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
from assistant.finders import Texts, finder_of
from assistant.pipeline import Pipeline
from assistant.retrieval.chain import HybridRetriever
from assistant.retrieval.finder import EvidenceFinder
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
    texts = _texts(settings)
    corpus, rarity = texts.corpus, texts.rarity
    composer = Composer(corpus, PassageChooser(corpus, rarity), Citer(corpus))
    analyser = Analyser(corpus, texts.lexicon)
    rules = read_rule_book(settings)
    embedder = (open_embedder or _embedder(settings, report))()
    finder = finder_of(settings, texts, embedder)
    calculator, verifier = Calculator(rules, rarity), Verifier(corpus)
    pipeline = Pipeline(analyser, finder, calculator, composer, verifier, texts.index.version)
    search = _search(analyser, finder)
    serving = Serving(pipeline, search, texts.index.status(), corpus, rules, texts.links, embedder)
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
    texts = _texts(settings)
    finder = finder_of(settings, texts, _embedder(settings, lambda _: None)())
    return _search(Analyser(texts.corpus, texts.lexicon), finder)


def build_finder(settings: Settings, open_embedder: Callable[[], Embedder] | None = None) -> EvidenceFinder:
    """Retrieval alone on the current index, for learning what it weighs and for measuring it."""
    embedder = (open_embedder or _embedder(settings, lambda _: None))()
    return finder_of(settings, _texts(settings), embedder)


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


def _texts(settings: Settings) -> Texts:
    index = _index(settings)
    corpus = _indexed(read_corpus(settings), index)
    return Texts(corpus, _rarity(corpus), lexicon_for(corpus), find_links(corpus), index)


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
