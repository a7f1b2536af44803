"""Search over any collection of units: what is near and what shares words comes first."""

from pathlib import Path

import numpy as np
import pytest

from assistant.retrieval.chain import HybridRetriever
from assistant.retrieval.units import UnitSearch, UnitWeights
from indexer.build import build_index
from indexer.index import SearchIndex
from tests.indexer.fakes import DIMENSION, FakeEmbedder, ProgressLog, large_corpus, vector_of

DOCUMENTS, UNITS = 12, 100
# What stands in unit 42 of document 7 and nowhere else.
OWN_WORDS = f"{chr(0x4E00 + 97 * 7 + 42)}产业"
WORDS = {"meaning": 0.01, "single": 0.5, "paired": 0.5}


def opened(home: Path, weights: UnitWeights) -> UnitSearch:
    embedder = FakeEmbedder()
    corpus = large_corpus(DOCUMENTS, UNITS)
    build_index(home, corpus, embedder.name, lambda: embedder, ProgressLog())
    index = SearchIndex.open(home)
    return UnitSearch(index, HybridRetriever(index, embedder), weights)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("units")


def test_words_lead_to_their_unit_and_every_unit_is_given_once(home: Path) -> None:
    search = opened(home, UnitWeights("fake-1", WORDS, np.zeros(DIMENSION, np.float32)))
    found = search.search(OWN_WORDS, DOCUMENTS * UNITS)
    assert found[0] == ("办法7", "第42条")
    assert len(found) == len(set(found)) == DOCUMENTS * UNITS
    assert search.search(OWN_WORDS, 5) == found[:5]


def test_the_direction_counts_for_its_own_model_only(home: Path) -> None:
    wanted = "办法3", "第9条"
    passage = next(
        chunk.passage for chunk in SearchIndex.open(home).chunks if (chunk.doc, chunk.unit) == wanted
    )
    direction = 1000 * vector_of(passage)
    own = opened(home, UnitWeights("fake-1", WORDS, direction))
    other = opened(home, UnitWeights("another", WORDS, -direction))
    assert own.search(passage, 1) == [wanted]
    assert other.search(passage, 1) == [wanted]
    assert opened(home, UnitWeights("fake-1", WORDS, -direction)).search(passage, 1) != [wanted]


def test_the_weights_of_this_package_know_every_signal(home: Path) -> None:
    carried = UnitWeights.load()
    search = opened(home, UnitWeights("fake-1", WORDS, np.zeros(DIMENSION, np.float32)))
    assert set(search.candidates("产业").signals) == set(carried.signals)
    assert all(weight > 0 for weight in carried.signals.values())
