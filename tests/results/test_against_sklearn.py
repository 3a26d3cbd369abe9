"""Every score equals scikit-learn's for 200 random pairs of labels: words, missing classes, one-sided classes."""

import warnings

import numpy as np
import pytest
from sklearn import metrics

from cnn_tui.results.certainty import log_loss, losses, top_k
from cnn_tui.results.confusion import Confusion, count
from cnn_tui.results.evaluation import Predictions
from cnn_tui.results.overall import AVERAGES, averaged, balanced_accuracy, baseline, cohen_kappa, matthews
from cnn_tui.results.ranking import area, average_precision, average_precisions, precision_recall, roc, roc_areas
from cnn_tui.results.scorers import scorers

PAIRS = 200
EXACT = 1e-12


class Case:
    """Labels in words, predictions in words and probabilities, some classes without images or never predicted."""

    def __init__(self, seed: int) -> None:
        random = np.random.default_rng(seed)
        size = int(random.integers(2, 51))
        self.classes = tuple(sorted(f"word {number:03}" for number in random.choice(1000, size, replace=False)))
        images = int(random.integers(1, 400))
        self.labels = _some_of(random, size, images)
        scores = random.random((images, size)) ** random.integers(1, 6)
        scores[:, _some_of(random, size, size // 3)] = 0
        scores[np.arange(images), self.labels] += random.random(images) * random.integers(0, 2)
        scores = scores.round(2) + 1e-6 * (seed % 2)  # in every second pair some are equal, and 0
        scores[scores.sum(axis=1) == 0, 0] = 1
        self.probabilities = scores / scores.sum(axis=1, keepdims=True)
        self.answers = self.probabilities.argmax(axis=1)
        self.confusion = count(self.labels, self.answers, self.classes)
        self.true = np.array(self.classes)[self.labels]
        self.predicted = np.array(self.classes)[self.answers]


def _some_of(random: np.random.Generator, size: int, images: int) -> np.ndarray:
    """Places of classes; some classes are left out."""
    there = random.choice(size, int(random.integers(1, size + 1)), replace=False)
    return random.choice(there, images)


@pytest.fixture(scope="module", params=range(PAIRS))
def case(request) -> Case:
    return Case(request.param)


@pytest.fixture(autouse=True)
def quietly():
    """scikit-learn warns of what it cannot divide."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def same(ours: float | None, theirs: float) -> bool:
    return np.isnan(theirs) if ours is None else abs(ours - theirs) <= EXACT


def test_the_matrix_and_each_class(case):
    expected = metrics.confusion_matrix(case.true, case.predicted, labels=case.classes)
    assert np.array_equal(case.confusion.cells, expected)
    columns = metrics.precision_recall_fscore_support(
        case.true, case.predicted, labels=case.classes, zero_division=np.nan
    )
    for score, *theirs in zip(case.confusion.scores(), *columns, strict=True):
        assert score.support == theirs[3]
        assert all(map(same, (score.precision, score.recall, score.f1), theirs))


@pytest.mark.parametrize("average", AVERAGES)
def test_averages(case, average):
    expected = metrics.precision_recall_fscore_support(case.true, case.predicted, average=average, zero_division=0)
    found = averaged(case.confusion, average)
    assert all(map(same, (found.precision, found.recall, found.f1), expected))


def test_scores_of_the_whole(case):
    assert same(case.confusion.accuracy, metrics.accuracy_score(case.true, case.predicted))
    assert same(balanced_accuracy(case.confusion), metrics.balanced_accuracy_score(case.true, case.predicted))
    assert same(cohen_kappa(case.confusion), metrics.cohen_kappa_score(case.true, case.predicted))
    theirs = metrics.matthews_corrcoef(case.true, case.predicted)
    ours = matthews(case.confusion)
    one_sided = len(set(case.true)) == 1 or len(set(case.predicted)) == 1
    assert (ours is None) == one_sided  # where scikit-learn says 0
    assert ours is None or same(ours, theirs)
    largest = baseline(case.confusion)
    assert largest
    assert largest[1] == max(np.bincount(case.labels)) / len(case.labels)


def test_what_the_probabilities_say(case):
    assert same(
        log_loss(case.probabilities, case.labels),
        metrics.log_loss(case.labels, case.probabilities, labels=range(len(case.classes))),
    )
    for k in (1, 3, 5):
        if 2 < len(case.classes) > k:
            expected = metrics.top_k_accuracy_score(
                case.labels, case.probabilities, k=k, labels=range(len(case.classes))
            )
            assert same(top_k(case.probabilities, case.labels, k), expected)
    assert losses(case.probabilities, case.labels).max() < 37


def test_curves_and_their_areas(case):
    for place in range(min(5, len(case.classes))):
        is_class, chances = case.labels == place, case.probabilities[:, place]
        curve, ranked = roc(chances, is_class), precision_recall(chances, is_class)
        assert bool(curve) == (0 < is_class.sum() < len(is_class))
        assert bool(ranked) == bool(is_class.sum())
        if curve:
            x, y, _ = metrics.roc_curve(is_class, chances, drop_intermediate=False)
            assert np.allclose(curve, np.transpose([x, y]), atol=EXACT)
            assert same(area(curve), metrics.roc_auc_score(is_class, chances))
        if ranked:
            precision, recall, _ = metrics.precision_recall_curve(is_class, chances)
            assert np.allclose(ranked, np.transpose([recall, precision])[::-1], atol=EXACT)
            assert same(average_precision(ranked), metrics.average_precision_score(is_class, chances))
    assert roc_areas(case.probabilities, case.labels)[0] == area(roc(case.probabilities[:, 0], case.labels == 0))
    assert len(average_precisions(case.probabilities, case.labels)) == len(case.classes)


SCIKIT_LEARN = {
    "accuracy": metrics.accuracy_score,
    "balanced_accuracy": metrics.balanced_accuracy_score,
    **{
        f"{name}_{average}": lambda true, predicted, name=name, average=average: getattr(metrics, f"{name}_score")(
            true, predicted, average=average, zero_division=0
        )
        for name in ("precision", "recall", "f1")
        for average in AVERAGES
    },
}


def test_galaxys_scorers_are_all_there_with_a_number_or_a_reason(case):
    found = {
        one.name: one for one in scorers(case.confusion, Predictions(case.probabilities, case.labels, case.labels))
    }
    assert len(found) == 30
    assert all((one.value is None) == bool(one.why) for one in found.values())
    for name, measure in SCIKIT_LEARN.items():
        assert same(found[name].value, measure(case.true, case.predicted))
    if len(case.classes) == 2:
        assert same(found["precision"].value, metrics.precision_score(case.labels, case.answers, zero_division=np.nan))
    else:
        assert found["f1"].why == "It is for two classes; with more, use f1_macro, f1_micro or f1_weighted."


def test_the_area_over_all_classes_is_scikit_learns_where_that_has_one():
    random = np.random.default_rng(0)
    labels = np.arange(300) % 7
    chances = random.random((300, 7))
    chances /= chances.sum(axis=1, keepdims=True)
    predictions = Predictions(chances, labels, np.arange(300))
    found = {one.name: one.value for one in scorers(Confusion(tuple("abcdefg"), ((0,) * 7,) * 7), predictions)}
    assert same(found["roc_auc"], metrics.roc_auc_score(labels, chances, multi_class="ovr"))
    one_hot = np.eye(7)[labels]
    assert same(found["average_precision"], metrics.average_precision_score(one_hot, chances))
