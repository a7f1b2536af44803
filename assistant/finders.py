"""The finder that the settings name: on this machine, or leaning on services with one beneath that does without."""

from dataclasses import dataclass

from assistant.retrieval.chain import HybridRetriever
from assistant.retrieval.falling import FallingFinder, RemoteRetriever, WordsRetriever
from assistant.retrieval.finder import EvidenceFinder
from assistant.retrieval.rank import Ranker
from assistant.retrieval.relevance import Relevance
from assistant.settings import Settings
from assistant.wording import Rarity
from corpus.catalog import Corpus
from corpus.errors import IndexBroken
from corpus.lexicon import Lexicon
from corpus.links import Links
from corpus.own.library import added_keys
from indexer.embeddings import Embedder
from indexer.index import SearchIndex

__all__ = ["Texts", "finder_of"]


@dataclass(frozen=True, slots=True)
class Texts:
    """An index version, the documents that it holds, and what is known of their words."""

    corpus: Corpus
    rarity: Rarity
    lexicon: Lexicon
    links: Links
    index: SearchIndex


def finder_of(settings: Settings, texts: Texts, embedder: Embedder) -> EvidenceFinder:
    """The finder on these texts; raises IndexBroken where a service's vectors are not those of the index."""
    remote = bool(settings.embedding_base_url)
    ranker = Ranker(texts.corpus, texts.rarity, tuple(texts.lexicon.aspects))
    retriever = (RemoteRetriever if remote else HybridRetriever)(texts.index, embedder)
    finder = _made(texts, retriever, ranker)
    if remote:
        made_by = texts.index.status().model
        if made_by != embedder.name:
            raise IndexBroken(
                f"索引由模型 {made_by} 建立，现在设的是 {embedder.name}。请运行 zhengce index build"
            )
        finder = FallingFinder(finder, _made(texts, WordsRetriever(texts.index, embedder), ranker))
    if settings.rerank_base_url:
        # What asks services imports their client, which nobody else needs.
        from assistant.retrieval.service_ranking import ServiceRanker

        by_service = ServiceRanker(
            ranker,
            settings.rerank_model,
            settings.rerank_base_url,
            settings.rerank_api_key.get_secret_value(),
            settings.retrieval_seconds,
            settings.rerank_units,
        )
        finder = FallingFinder(_made(texts, retriever, by_service), finder)
    return finder


def _made(texts: Texts, retriever: HybridRetriever, ranker: Ranker) -> EvidenceFinder:
    return EvidenceFinder(
        texts.corpus,
        texts.links,
        retriever,
        ranker,
        Relevance(texts.corpus, texts.rarity, texts.lexicon, retriever),
        texts.rarity,
        added_keys(texts.corpus),
    )
