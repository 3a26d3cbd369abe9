"""Prediction files in Galaxy's layouts: one column named `Predicted`, or a column of probabilities for each class."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from cnn_tui.errors import Place, UserError, writing
from cnn_tui.files import exporting

if TYPE_CHECKING:
    import numpy as np


def write_prediction_file(
    answers: "np.ndarray[Any, Any]",
    classes: tuple[str, ...],
    target: Path | IO[bytes],
    probabilities: bool,
    top: int = 1,
) -> None:
    """Writes probabilities [N, classes], or the class of the highest, tab-separated with a header, an image a row.

    With a `top` above 1, the likeliest classes stand behind it, each with its probability.
    """
    if probabilities:
        text = _probabilities(answers, classes)
    else:
        text = _labels(answers, classes) if top == 1 else _likeliest(answers, classes, top)
    _write(text, target)


def write_number_file(answers: "np.ndarray[Any, Any]", targets: tuple[str, ...], target: Path | IO[bytes]) -> None:
    """Writes predicted numbers [N, targets], an image a row: a single column is named `Predicted`, as in Galaxy."""
    header = ["Predicted"] if len(targets) == 1 else list(targets)
    _write(_table(header, answers.astype(str)), target)


def _write(text: str, target: Path | IO[bytes]) -> None:
    if not isinstance(target, Path):
        target.write(text.encode())
        target.flush()
        return
    with writing(target), exporting(target) as file:
        file.write(text.encode())


def named(given: Sequence[str], known: Sequence[str], where: Place | str = "") -> tuple[str, ...]:
    """Names that a person gives to a model's classes, one for each. Raises UserError."""
    names = tuple(name.strip() for name in given)
    if len(names) != len(known):
        problem = f"holds {len(names):,} class names but the model has {len(known):,} classes"
        raise UserError(problem, where, "Give one name for each class, in their order.")
    if "" in names or len(set(names)) < len(names):
        raise UserError("holds an empty name, or one twice", where, "Give each class a name of its own.")
    return names


def top_classes(answers: "np.ndarray[Any, Any]", top: int) -> "tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]":
    """The places of the `top` likeliest classes of each row, the likeliest first, and their probabilities."""
    import numpy as np

    left = answers.copy()
    places = np.empty((len(answers), min(top, answers.shape[1])), np.int64)
    for rank in range(places.shape[1]):
        places[:, rank] = left.argmax(axis=1)
        left[np.arange(len(left)), places[:, rank]] = -np.inf
    return places, np.take_along_axis(answers, places, axis=1)


def _likeliest(answers: "np.ndarray[Any, Any]", classes: tuple[str, ...], top: int) -> str:
    places, chances = top_classes(answers, top)
    header = ["Predicted", "probability"]
    for place in range(2, places.shape[1] + 1):
        header += [f"choice {place}", f"probability {place}"]
    rows = (
        [cell for place, chance in zip(*row, strict=True) for cell in (classes[place], chance)]
        for row in zip(places.tolist(), chances.astype(str).tolist(), strict=True)
    )
    return _table(header, rows)


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
