"""What a test of predicted numbers came to, read back from the files of a run."""

from pathlib import Path

import numpy as np
import pytest
from sklearn import metrics

from cnn_tui.errors import UserError
from cnn_tui.results.evaluation import Predictions, write_predictions
from cnn_tui.results.final_scores import FinalScores, write_final_scores
from cnn_tui.results.numbers import Missed, Numbers, read_numbers

TRUE = np.array([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0], [4.0, 40.0]], np.float32)
PREDICTED = np.array([[1.5, 10.0], [1.0, 21.0], [3.25, 30.0], [4.0, 36.0]], np.float32)
ROWS = np.array([7, 3, 5, 9])
NUMBERS = Numbers("test", 0.5, ("radius", "down"), TRUE, PREDICTED, ROWS)


def test_scores_of_each_number_are_scikit_learns():
    for target in (0, 1):
        true, predicted = TRUE[:, target], PREDICTED[:, target]
        scores = {one.name: one.value for one in NUMBERS.scores(target)}
        assert scores["r2"] == pytest.approx(metrics.r2_score(true, predicted))
        assert scores["mean_absolute_error"] == pytest.approx(metrics.mean_absolute_error(true, predicted))
        assert scores["root_mean_squared_error"] == pytest.approx(metrics.root_mean_squared_error(true, predicted))
        assert scores["max_error"] == pytest.approx(metrics.max_error(true, predicted))


def test_what_is_worst_comes_first():
    assert NUMBERS.order(0).tolist() == [1, 0, 2, 3]
    assert NUMBERS.order(0, "too high").tolist() == [0, 2, 3, 1]
    assert NUMBERS.order(0, "too low").tolist() == [1, 3, 2, 0]
    assert NUMBERS.order(1, "rows").tolist() == [1, 2, 0, 3]
    worst = NUMBERS.missed(int(NUMBERS.order(1)[0]), 1)
    assert (worst, worst.error) == (Missed(9, 40.0, 36.0), -4.0)


def test_to_say_the_mean_is_the_baseline():
    assert NUMBERS.baseline(0) == (2.5, 1.0)


@pytest.mark.parametrize(("targets", "known"), [(("radius", "down"), True), ((), False)])
def test_the_files_of_a_run_say_whether_it_predicts_numbers(tmp_path: Path, targets, known: bool):
    final = FinalScores(part="test", loss=0.5, images=4, primary="r2", scores={}, targets=targets)
    write_final_scores(final, tmp_path / "scores.json")
    write_predictions(Predictions(PREDICTED, TRUE, ROWS), tmp_path / "predictions.npz")
    found = read_numbers(tmp_path / "scores.json", tmp_path / "predictions.npz")
    assert (found is not None) == known
    if found:
        np.testing.assert_array_equal(found.errors, PREDICTED - TRUE)
        assert (found.targets, found.images) == (targets, 4)


def test_files_that_do_not_belong_together_are_told(tmp_path: Path):
    final = FinalScores(part="test", loss=0.5, images=4, primary="r2", scores={}, targets=("radius",))
    write_final_scores(final, tmp_path / "scores.json")
    write_predictions(Predictions(PREDICTED, TRUE, ROWS), tmp_path / "predictions.npz")
    with pytest.raises(UserError, match="does not hold what its scores are about"):
        read_numbers(tmp_path / "scores.json", tmp_path / "predictions.npz")
