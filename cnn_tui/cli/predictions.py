"""Predictions as scripts read them, and the names that a person gives to classes."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnn_tui.errors import Place, UserError
from cnn_tui.results.evaluation import summary
from cnn_tui.results.prediction_file import named, top_classes

if TYPE_CHECKING:
    from cnn_tui.engine.predict_files import Answers


def class_names(text: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """The names in a text, separated by commas, or in the file that it names, one a line. Raises UserError."""
    if Path(text).is_file():
        try:
            lines = Path(text).read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError):
            raise UserError("is no text file of class names", Place(text), "Write one name a line.") from None
        return named([line for line in lines if line.strip()], known, Place(text))
    return named(text.split(","), known, "--classes")


def predictions_document(answers: "Answers", names: tuple[str, ...], probabilities: bool, top: int) -> dict[str, Any]:
    """A class and its probability for each image; on request the likeliest ones, or all; with labels how right it is.

    `probabilities` stand in the order of `classes`.
    """
    places, chances = top_classes(answers.probabilities, top)
    listed: list[dict[str, Any]] = [
        {"row": row, "predicted": names[first], "probability": chance}
        for row, (first, chance) in enumerate(zip(places[:, 0].tolist(), chances[:, 0].tolist(), strict=True))
    ]
    for one, name in zip(listed, answers.names, strict=False):
        one["name"] = name
    if top > 1:
        for one, row, likely in zip(listed, places.tolist(), chances.tolist(), strict=True):
            one["top"] = [{"class": names[at], "probability": chance} for at, chance in zip(row, likely, strict=True)]
    if probabilities:
        for one, shares in zip(listed, answers.probabilities.tolist(), strict=True):
            one["probabilities"] = shares
    document: dict[str, Any] = {"images": len(listed), "classes": list(names), "predictions": listed}
    if answers.asked.note:
        document["note"] = answers.asked.note
    if evaluation := answers.evaluation():
        document["evaluation"] = summary(evaluation) | {"classes": list(names)}
        for one, label in zip(listed, answers.asked.labels.tolist(), strict=True):  # type: ignore[union-attr]
            one["label"] = names[label]
    return document
