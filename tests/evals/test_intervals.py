"""Bootstrap intervals: reproducible, around the mean, and as wide as the data are uncertain."""

from hypothesis import given, settings
from hypothesis import strategies as st

from evals.intervals import estimate

VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=60)


@settings(max_examples=40)
@given(VALUES)
def test_the_interval_holds_within_the_values_and_is_the_same_again(values: list[float]) -> None:
    clusters = [str(n) for n in range(len(values))]
    found = estimate(values, clusters)
    assert found == estimate(values, clusters)
    assert found is not None
    assert min(values) - 1e-9 <= found.low <= found.high <= max(values) + 1e-9
    assert found.n == len(values)


def test_no_values_have_no_mean() -> None:
    assert estimate([], []) is None


def test_an_even_set_has_no_spread_and_more_cases_have_less() -> None:
    even = estimate([1.0] * 9, [str(n) for n in range(9)])
    assert even is not None
    assert even.low == even.high == 1.0
    few, many = (estimate([0.0, 1.0] * n, [str(k) for k in range(2 * n)]) for n in (10, 200))
    assert few is not None
    assert many is not None
    assert many.high - many.low < few.high - few.low


def test_wordings_of_one_question_count_as_one_draw() -> None:
    values = [1.0] * 5 + [0.0] * 5
    alone = estimate(values, [str(n) for n in range(10)])
    together = estimate(values, ["a"] * 5 + ["b"] * 5)
    assert alone is not None
    assert together is not None
    assert alone.mean == together.mean == 0.5
    assert together.high - together.low > alone.high - alone.low
