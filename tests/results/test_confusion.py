"""The matrix and the scores of its classes agree with scikit-learn, empty classes included."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, confusion_matrix, precision_recall_fscore_support

from cnn_tui.results.confusion import Confusion, count, decimals

CLASSES = ("cat", "dog", "frog", "never there")
pairs = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), min_size=1, max_size=60)


def counted(answers: list[tuple[int, int]]) -> tuple[Confusion, np.ndarray, np.ndarray]:
    labels, predicted = np.array(answers).T
    return count(labels, predicted, CLASSES), labels, predicted


@given(answers=pairs)
def test_counts_are_those_of_scikit_learn(answers):
    confusion, labels, predicted = counted(answers)
    assert np.array_equal(confusion.counts, confusion_matrix(labels, predicted, labels=range(4)))
    assert confusion.images == len(labels)
    assert confusion.accuracy == accuracy_score(labels, predicted)


@given(answers=pairs)
def test_scores_are_those_of_scikit_learn_and_none_where_nothing_can_be_divided(answers):
    confusion, labels, predicted = counted(answers)
    expected = precision_recall_fscore_support(labels, predicted, labels=range(4), zero_division=np.nan)
    found = [(score.precision, score.recall, score.f1, score.support) for score in confusion.scores()]
    np.testing.assert_allclose(np.array(found, float), np.transpose(expected), atol=1e-12)  # None is NaN
    assert all(score.f1 is None or score.f1 >= 0 for score in confusion.scores())


def test_a_matrix_without_images_has_no_scores():
    confusion = Confusion(("a", "b"), ((0, 0), (0, 0)))
    score = confusion.score(0)
    assert (score.precision, score.recall, score.f1) == (None, None, None)
    assert decimals(score.f1) == "-"
