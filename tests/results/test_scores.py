"""The interval of the accuracy, and the pairs that are mixed up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from cnn_tui.results.confusion import Confusion
from cnn_tui.results.scores import Pair, confused_pairs, most_confused_first, wilson_interval

MIXED = Confusion(("a", "b", "c"), ((8, 2, 0), (5, 5, 0), (0, 1, 0)))


@given(trials=st.integers(1, 100_000), data=st.data())
def test_the_interval_is_that_of_scipy(trials, data):
    successes = data.draw(st.integers(0, trials))
    expected = binomtest(successes, trials).proportion_ci(method="wilson")
    assert wilson_interval(successes, trials) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_without_a_trial_any_share_is_possible():
    assert wilson_interval(0, 0) == (0, 1)


def test_pairs_are_ordered_by_images_and_leave_out_hits_and_zeros():
    assert confused_pairs(MIXED) == (Pair(1, 0, 5, 0.5), Pair(0, 1, 2, 0.2), Pair(2, 1, 1, 1.0))


def test_the_class_with_the_most_errors_comes_first():
    assert most_confused_first(MIXED) == (1, 0, 2)


@given(counts=st.lists(st.lists(st.integers(0, 9), min_size=4, max_size=4), min_size=4, max_size=4))
def test_every_error_is_in_a_pair(counts):
    confusion = Confusion(("a", "b", "c", "d"), tuple(map(tuple, counts)))
    assert sum(pair.images for pair in confused_pairs(confusion)) == confusion.images - confusion.correct
