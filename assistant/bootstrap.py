"""The only place that builds adapters and wires the steps together."""

from collections.abc import Callable

from assistant.calculate import Calculator
from assistant.citing import Citer
from assistant.compose import Composer
from assistant.evidence import EvidenceFinder
from assistant.passages import PassageChooser
from assistant.pipeline import Pipeline
from assistant.rank import Ranker
from assistant.retrieve import HybridRetriever
from assistant.settings import Settings
from assistant.understand.analyse import Analyser
from assistant.verify import Verifier
from assistant.wording import Rarity
from corpus.catalog import load_corpus
from corpus.lexicon import load_lexicon
from corpus.links import find_links
from corpus.rules import read_rules
from indexer.embeddings import load_embedder
from indexer.index import SearchIndex

__all__ = ["build", "build_finder"]


def build(settings: Settings, report: Callable[[str], None] = lambda _: None) -> Pipeline:
    """The pipeline on the current index; raises IndexMissing or IndexBroken with the way out."""
    corpus = load_corpus()
    index = SearchIndex.open(settings.home, settings.dense_backend)
    embedder = load_embedder(settings.embedding_model, settings.home, report)
    rarity = Rarity(unit.text for document in corpus.documents for unit in document.units)
    analyser = Analyser(corpus, load_lexicon())
    finder = EvidenceFinder(corpus, find_links(corpus), HybridRetriever(index, embedder), Ranker(corpus, rarity))
    composer = Composer(corpus, PassageChooser(corpus, rarity), Citer(corpus))
    return Pipeline(analyser, finder, Calculator(read_rules(), rarity), composer, Verifier(corpus), index.version)
