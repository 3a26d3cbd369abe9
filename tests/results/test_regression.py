"""Scores of predicted numbers equal those of scikit-learn and scipy; what cannot be divided is no number."""

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn import metrics

from cnn_tui.results import regression


@pytest.mark.parametrize("seed", range(50))
def test_they_are_those_of_scikit_learn_and_scipy(seed):
    random = np.random.default_rng(seed)
    size = int(random.integers(2, 200))
    true = random.gamma(2, 3, size).round(seed % 3)
    predicted = abs(true + random.normal(0, 1, size)).round(seed % 3)
    true[0] += 1
    for name in (
        "mean_absolute_error",
        "mean_squared_error",
        "mean_squared_log_error",
        "median_absolute_error",
        "max_error",
    ):
        assert getattr(regression, name)(true, predicted) == pytest.approx(
            getattr(metrics, name)(true, predicted), abs=1e-12
        )
    assert regression.r2(true, predicted) == pytest.approx(metrics.r2_score(true, predicted), abs=1e-12)
    expected = metrics.explained_variance_score(true, predicted)
    assert regression.explained_variance(true, predicted) == pytest.approx(expected, abs=1e-12)
    ours = regression.spearman_correlation(true, predicted)
    theirs = spearmanr(true, predicted).statistic
    assert ours is None if np.isnan(theirs) else ours == pytest.approx(theirs, abs=1e-12)


def test_without_a_spread_nothing_is_explained():
    same, other = np.array([2.0, 2.0]), np.array([1.0, 3.0])
    assert regression.r2(same, other) is None
    assert regression.explained_variance(same, other) is None
    assert regression.spearman_correlation(same, other) is None


def test_ratios_need_numbers_that_are_not_below_0():
    assert regression.mean_squared_log_error(np.array([-1.0]), np.array([1.0])) is None


def test_residuals_are_true_less_predicted():
    assert regression.residuals(np.array([3, 5]), np.array([1, 7])).tolist() == [2, -2]
