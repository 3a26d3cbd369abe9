"""An evaluation comes back from disk as it was, and a damaged one is said to be damaged."""

import json
from math import log

import numpy as np
import pytest

from cnn_tui.errors import UserError
from cnn_tui.results.confusion import Confusion
from cnn_tui.results.evaluation import (
    Evaluation,
    Predictions,
    read_evaluation,
    read_predictions,
    summary,
    write_evaluation,
    write_predictions,
)

EVALUATION = Evaluation("test", 0.25, Confusion(("a", "b"), ((3, 1), (0, 4))))
PREDICTIONS = Predictions(
    np.array([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6], [0.3, 0.7]], np.float32),
    np.array([0, 0, 0, 1]),
    np.array([7, 8, 9, 5]),
)


def test_an_evaluation_comes_back_as_it_was(tmp_path):
    write_evaluation(EVALUATION, tmp_path / "evaluation.json")
    assert read_evaluation(tmp_path / "evaluation.json") == EVALUATION


def test_predictions_come_back_as_they_were(tmp_path):
    write_predictions(PREDICTIONS, tmp_path / "predictions.npz")
    found = read_predictions(tmp_path / "predictions.npz")
    for name in ("probabilities", "labels", "rows"):
        assert np.array_equal(getattr(found, name), getattr(PREDICTIONS, name))


def test_the_images_of_a_cell_are_its_rows_in_the_file_the_largest_loss_first():
    found = PREDICTIONS.of_cell([0], [1])
    assert [(one.row, one.true) for one in found] == [(8, 0), (9, 0)]
    assert [one.loss for one in found] == [pytest.approx(-log(0.2)), pytest.approx(-log(0.4))]
    assert found[0].likeliest == ((1, pytest.approx(0.8)), (0, pytest.approx(0.2)))
    assert PREDICTIONS.of_cell([1], [0]) == ()


def test_a_cell_of_several_classes_is_read_a_page_at_a_time():
    everything = PREDICTIONS.of_cell([0, 1], [0, 1])
    assert len(everything) == 4
    assert PREDICTIONS.of_cell([0, 1], [0, 1], first=1, count=2) == everything[1:3]


def test_the_summary_is_json_with_the_promised_keys():
    found = json.loads(json.dumps(summary(EVALUATION)))
    assert found["accuracy"] == 7 / 8
    assert found["confusion"] == [[3, 1], [0, 4]]
    assert found["per_class"][0] == {
        "class": "a",
        "precision": 1.0,
        "recall": 0.75,
        "f1": pytest.approx(6 / 7),
        "support": 4,
    }


@pytest.mark.parametrize("text", ["", "{", "[]", '{"part": "moon", "loss": 1, "confusion": {}}'])
def test_a_damaged_evaluation_is_said_to_be_damaged(tmp_path, text):
    (tmp_path / "evaluation.json").write_text(text)
    with pytest.raises(UserError, match=r"evaluation\.json: is damaged"):
        read_evaluation(tmp_path / "evaluation.json")


def test_a_missing_evaluation_says_when_it_is_made(tmp_path):
    with pytest.raises(UserError, match="no evaluation yet"):
        read_evaluation(tmp_path / "evaluation.json")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 half a zip", b"\x80\x04pickle"])
def test_damaged_predictions_are_said_to_be_damaged(tmp_path, data):
    (tmp_path / "predictions.npz").write_bytes(data)
    with pytest.raises(UserError, match=r"predictions\.npz: is damaged"):
        read_predictions(tmp_path / "predictions.npz")
