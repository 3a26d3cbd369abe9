"""McNemar's test equals what is computed by hand and by scipy; differences are of the same classes only."""

import numpy as np
import pytest
from scipy.stats import binomtest, chi2

from cnn_tui.errors import UserError
from cnn_tui.results.compare import McNemar, difference, mcnemar
from cnn_tui.results.confusion import Confusion
from cnn_tui.results.evaluation import Predictions


def test_many_differences_are_tested_by_the_statistic():
    test = McNemar(both=900, only_first=59, only_second=31, neither=10)
    assert test.statistic == pytest.approx((28 - 1) ** 2 / 90)  # 8.1, by hand
    assert test.p_value == pytest.approx(chi2.sf(8.1, 1), abs=1e-12)
    assert not test.is_exact


@pytest.mark.parametrize(("first", "second"), [(0, 0), (1, 0), (5, 5), (2, 14), (24, 0), (12, 12)])
def test_few_are_tested_exactly(first, second):
    test = McNemar(both=1, only_first=first, only_second=second, neither=0)
    assert test.is_exact
    expected = binomtest(first, first + second).pvalue if first + second else 1
    assert test.p_value == pytest.approx(expected, abs=1e-12)


def test_nothing_that_differs_has_no_statistic():
    assert McNemar(5, 0, 0, 5).statistic is None


def predictions(answers: list[int], labels: list[int], rows: list[int] | None = None) -> Predictions:
    return Predictions(np.eye(3, dtype=np.float32)[answers], np.array(labels), np.array(rows or range(len(labels))))


def test_images_are_counted_by_who_is_right():
    labels = [0, 1, 2, 0, 1]
    test = mcnemar(predictions([0, 1, 0, 1, 1], labels), predictions([0, 0, 2, 2, 1], labels))
    assert test == McNemar(both=2, only_first=1, only_second=1, neither=1)


def test_only_images_that_both_have_are_compared_by_their_rows():
    first = predictions([0, 1, 2], [0, 1, 2], rows=[4, 7, 9])
    second = predictions([2, 0], [2, 1], rows=[9, 7])
    assert mcnemar(first, second) == McNemar(both=1, only_first=1, only_second=0, neither=0)


def test_other_images_are_refused():
    with pytest.raises(UserError, match="tested on different images"):
        mcnemar(predictions([0, 1], [0, 1]), predictions([0, 1], [1, 0]))
    with pytest.raises(UserError, match="no test image in common"):
        mcnemar(predictions([0], [0], rows=[1]), predictions([0], [0], rows=[2]))


def test_a_difference_is_what_the_second_has_more():
    first, second = Confusion(("a", "b"), ((3, 1), (0, 4))), Confusion(("a", "b"), ((2, 2), (1, 3)))
    assert difference(first, second).tolist() == [[-1, 1], [1, -1]]
    with pytest.raises(UserError, match="different classes"):
        difference(first, Confusion(("a", "c"), ((2, 2), (1, 3))))
