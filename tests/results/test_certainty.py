"""Calibration is scikit-learn's, its error is the sum by hand, and thresholds are the best of all there are."""

import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from cnn_tui.results.certainty import BINS, Bin, calibration, calibration_error
from cnn_tui.results.confusion import Confusion, count
from cnn_tui.results.overall import two_class_score
from cnn_tui.results.threshold import AIMS, at_threshold, best_threshold


def chances(seed: int, size: int, images: int = 300) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    scores = random.random((images, size)) ** 3
    labels = np.where(random.random(images) < 0.6, scores.argmax(axis=1), random.integers(0, size, images))
    return scores / scores.sum(axis=1, keepdims=True), labels


@pytest.mark.parametrize("seed", range(20))
def test_the_steps_are_those_of_scikit_learn(seed):
    probabilities, labels = chances(seed, 2 + seed % 5)
    found = calibration(probabilities, labels)
    right = probabilities.argmax(axis=1) == labels
    accuracy, confidence = calibration_curve(right, probabilities.max(axis=1), n_bins=BINS)
    assert np.allclose([one.accuracy for one in found], accuracy, atol=1e-12)
    assert np.allclose([one.confidence for one in found], confidence, atol=1e-12)
    assert sum(one.images for one in found) == len(labels)


def test_the_error_is_the_sum_by_hand():
    assert calibration_error((Bin(3, 0.5, 0.75), Bin(1, 0.9, 0.4))) == pytest.approx((3 * 0.25 + 0.5) / 4)
    assert calibration_error(calibration(np.empty((0, 3)), np.empty(0, int))) is None


def goodness(confusion: Confusion, aim: str) -> float:
    score = two_class_score(confusion)
    assert score
    if aim == "F1":
        return score.f1 or 0
    other = confusion.score(0).recall or 0
    return (score.recall or 0) + other - 1 if aim == "Youden" else confusion.accuracy


@pytest.mark.parametrize("aim", AIMS)
@pytest.mark.parametrize("seed", range(10))
def test_no_threshold_is_better_than_the_best(aim, seed):
    probabilities, labels = chances(seed, 2, images=80)
    probabilities = probabilities.round(seed % 2 + 1)
    best = goodness(at_threshold(probabilities, labels, best_threshold(probabilities, labels, aim), ("a", "b")), aim)
    for threshold in np.unique(np.concatenate([probabilities[:, 1], np.linspace(0.01, 0.99, 50)]))[:-1]:
        assert goodness(at_threshold(probabilities, labels, threshold, ("a", "b")), aim) <= best + 1e-12


def test_a_half_changes_nothing():
    probabilities, labels = chances(1, 2)
    expected = count(labels, probabilities.argmax(axis=1), ("a", "b"))
    assert at_threshold(probabilities, labels, 0.5, ("a", "b")) == expected


@pytest.mark.parametrize("aim", AIMS)
def test_one_class_alone_has_a_threshold_too(aim):
    probabilities, _ = chances(1, 2)
    assert 0 <= best_threshold(probabilities, np.zeros(300, int), aim) <= 1
