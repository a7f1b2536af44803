"""Stores of made-up sizes: made of the real ones, and measured for what they are."""

import numpy as np
import pytest
from click.testing import CliRunner

from assistant.settings import Settings
from corpus.errors import InvalidInput
from evals.bench.sizes import mixed_texts, mixed_vectors
from evals.bench.sizes_run import measure_sizes, sizes_text
from evals.commands import evaluate
from indexer.index import SearchIndex
from tests.assistant import conftest as shared

settings = shared.settings


def test_made_up_vectors_are_of_length_one_near_the_real_ones_and_the_same_every_time(
    settings: Settings,
) -> None:
    real = SearchIndex.open(settings.home, "exact").vectors()
    made = mixed_vectors(real, len(real) + 500)
    assert np.array_equal(made[: len(real)], real)
    assert np.allclose(np.linalg.norm(made, axis=1), 1, atol=1e-3)
    nearest = np.sort((made[len(real) :] @ real.T), axis=1)[:, -1]
    assert 0.8 < float(np.median(nearest)) < 0.999
    assert np.array_equal(mixed_vectors(real, len(real) + 500), made)


def test_made_up_texts_differ(settings: Settings) -> None:
    real = [chunk.passage for chunk in SearchIndex.open(settings.home, "exact").chunks]
    texts = mixed_texts(real, 3 * len(real))
    assert texts[: len(real)] == real
    assert len(set(texts[len(real) :])) == 2 * len(real)


def test_a_size_is_written_asked_and_told(settings: Settings) -> None:
    measured = measure_sizes(settings, (2500, 2000), 20)
    assert [size.chunks for size in measured.sizes] == [2000, 2500]
    for size in measured.sizes:
        assert 0.9 <= size.asked.recall <= 1
        assert size.built.vectors_megabytes > size.chunks * 384 * 4 / 1e6
        assert size.asked.exact_megabytes == round(size.chunks * 384 * 4 / 1e6)
        assert size.asked.nearest.p50 <= size.asked.nearest.p95
    assert measured.sizes[0].built.words_megabytes < measured.sizes[1].built.words_megabytes
    assert "| 2,500 |" in sizes_text(measured)


def test_a_size_below_what_is_there_is_refused(settings: Settings) -> None:
    with pytest.raises(InvalidInput, match="至少"):
        measure_sizes(settings, (10,), 10)
    said = CliRunner().invoke(evaluate, ["sizes", "--sizes", "zero"])
    assert isinstance(said.exception, InvalidInput)
