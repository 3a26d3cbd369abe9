"""Results in Galaxy's layouts: the tables to the letter, the picture as large as there."""

import io

import numpy as np
import pytest

from cnn_tui.results.confusion import Confusion
from cnn_tui.results.evaluation import Predictions
from cnn_tui.results.galaxy_files import history_table, predicted_chances, result_table, true_classes
from cnn_tui.results.galaxy_plot import write_galaxy_plot
from tests import SHARED

PREDICTIONS = Predictions(
    np.array([[0.25, 0.75], [0.9, 0.1], [1.0, 1e-7]], np.float32), np.array([1, 0, 1]), np.array([0, 1, 2])
)


def test_scores_are_one_row_under_their_names_sorted():
    assert result_table({"loss": 0.5, "acc": 0.25, "accuracy": 0.25}) == "acc\taccuracy\tloss\n0.25\t0.25\t0.5\n"


def test_the_table_of_scores_is_galaxys_own():
    file = SHARED / "fixtures" / "galaxy" / "eval.tabular"
    if not file.exists():
        pytest.skip("the files of Galaxy are not here")
    names, numbers = (line.split("\t") for line in file.read_text().splitlines())
    assert result_table(dict(zip(names, map(float, numbers), strict=True))) == file.read_text()


def test_epochs_are_a_row_each_under_keras_names():
    table = history_table([(1, 2.5, 0.5, 1.5, 0.75), (2, None, 0.5, None, None)])
    assert table == "epoch\tloss\tacc\tval_loss\tval_acc\n1\t2.5\t0.5\t1.5\t0.75\n2\t\t0.5\t\t\n"


def test_true_and_predicted_classes_are_numbered_from_0():
    assert true_classes(PREDICTIONS) == "0\n1\n0\n1\n"
    assert predicted_chances(PREDICTIONS) == "0\t1\n0.25\t0.75\n0.9\t0.1\n1\t1e-07\n"


@pytest.mark.parametrize("classes", [("0", "1"), tuple(f"a $long^ name_{place}" for place in range(60))])
def test_the_picture_is_as_large_as_galaxys_whatever_the_classes_are_called(classes: tuple[str, ...]):
    pytest.importorskip("matplotlib")
    from PIL import Image

    counts = tuple(tuple(row + column for column in range(len(classes))) for row in range(len(classes)))
    out = io.BytesIO()
    write_galaxy_plot(Confusion(classes, counts), out)
    picture = Image.open(out)
    assert (picture.format, picture.size) == ("PNG", (875, 875))
