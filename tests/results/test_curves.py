"""Curves that can be drawn: no infinities, no more points than columns, no spike lost."""

from math import inf, isfinite, nan

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnn_tui.results.curves import decimated, finite, smoothed

heights = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=500)


def curve(values: list[float]) -> tuple[tuple[float, float], ...]:
    return tuple((float(x), y) for x, y in enumerate(values))


@given(st.lists(st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True))))
def test_only_finite_points_are_left(values):
    found = finite(enumerate(values))
    assert all(isfinite(y) for _, y in found)
    assert len(found) == sum(value is not None and isfinite(value) for value in values)


def test_a_diverged_loss_leaves_the_points_before_it():
    assert finite([(1, 2.0), (2, inf), (3, nan), (4, None)]) == ((1, 2.0),)


@given(values=heights, weight=st.floats(0, 0.99))
def test_smoothing_is_the_adjusted_moving_average_of_pandas(values, weight):
    expected = pd.Series(values).ewm(alpha=1 - weight, adjust=True).mean()
    assert [y for _, y in smoothed(curve(values), weight)] == pytest.approx(list(expected), rel=1e-6, abs=1e-6)


@given(values=heights, columns=st.integers(1, 120))
def test_decimation_keeps_two_points_a_column_their_order_and_the_extremes(values, columns):
    found = decimated(curve(values), columns)
    assert len(found) <= 2 * columns or len(found) == len(values)
    assert list(found) == sorted(found)
    assert set(found) <= set(curve(values))
    assert max(y for _, y in found) == max(values)
    assert min(y for _, y in found) == min(values)
