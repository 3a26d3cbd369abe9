"""Prediction files in Galaxy's layout: one column named `Predicted`, or a column of probabilities for each class."""

import csv
import io
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from cnn_tui.errors import writing
from cnn_tui.files import exporting

if TYPE_CHECKING:
    import numpy as np


def write_prediction_file(
    answers: "np.ndarray[Any, Any]", classes: tuple[str, ...], target: Path | IO[bytes], probabilities: bool
) -> None:
    """Writes probabilities [N, classes], or the class of the highest, tab-separated with a header, an image a row."""
    text = _probabilities(answers, classes) if probabilities else _labels(answers, classes)
    if not isinstance(target, Path):
        target.write(text.encode())
        target.flush()
        return
    with writing(target), exporting(target) as file:
        file.write(text.encode())


def _labels(answers: "np.ndarray[Any, Any]", classes: tuple[str, ...]) -> str:
    return _table(["Predicted"], ([classes[place]] for place in answers.argmax(axis=1)))


def _probabilities(answers: "np.ndarray[Any, Any]", classes: tuple[str, ...]) -> str:
    return _table(list(classes), answers.astype(str))  # the shortest digits that give the same float32 back


def _table(header: list[str], rows: Any) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()
