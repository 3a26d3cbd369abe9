"""The interval of the accuracy, the means over classes, and the pairs that are mixed up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.metrics import precision_recall_fscore_support

from cnn_tui.results.confusion import Confusion, count
from cnn_tui.results.scores import Pair, confused_pairs, macro_scores, most_confused_first, wilson_interval

MIXED = Confusion(("a", "b", "c"), ((8, 2, 0), (5, 5, 0), (0, 1, 0)))


@given(trials=st.integers(1, 100_000), data=st.data())
def test_the_interval_is_that_of_scipy(trials, data):
    successes = data.draw(st.integers(0, trials))
    expected = binomtest(successes, trials).proportion_ci(method="wilson")
    assert wilson_interval(successes, trials) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_without_a_trial_any_share_is_possible():
    assert wilson_interval(0, 0) == (0, 1)


@given(answers=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=60))
def test_means_over_classes_are_those_of_scikit_learn(answers):
    labels, predicted = np.array(answers).T
    *expected, _ = precision_recall_fscore_support(labels, predicted, average="macro", zero_division=0)
    assert macro_scores(count(labels, predicted, ("a", "b", "c"))) == pytest.approx(expected)


def test_pairs_are_ordered_by_images_and_leave_out_hits_and_zeros():
    assert confused_pairs(MIXED) == (Pair(1, 0, 5, 0.5), Pair(0, 1, 2, 0.2), Pair(2, 1, 1, 1.0))


def test_the_class_with_the_most_errors_comes_first():
    assert most_confused_first(MIXED) == (1, 0, 2)


@given(counts=st.lists(st.lists(st.integers(0, 9), min_size=4, max_size=4), min_size=4, max_size=4))
def test_every_error_is_in_a_pair(counts):
    confusion = Confusion(("a", "b", "c", "d"), tuple(map(tuple, counts)))
    assert sum(pair.images for pair in confused_pairs(confusion)) == confusion.images - confusion.correct
