"""The Predict place in words: which model it is, how a prediction went, why there is no model."""

from collections.abc import Sequence
from pathlib import Path

from rich.cells import cell_len, set_cell_size

from cnn_tui.results.evaluation import Evaluation
from cnn_tui.results.regression import mean_absolute_error
from cnn_tui.results.scores import wilson_interval
from cnn_tui.runs.model_answers import ModelFacts, Predicted
from cnn_tui.runs.run import Run
from cnn_tui.text import clean

MOST_NUMBERS = 3
"""Numbers of an image that a line has room for."""
WIDEST_NAME = 20


def model_words(model: ModelFacts, weights: Path) -> str:
    """Which model answers."""
    run = weights.parent.name if weights.name == "model.safetensors" else weights.name
    epoch = f" · epoch {model.epoch:,}" if model.epoch else ""
    return f"{clean(run, 60)}{epoch} · {model.parameters:,} parameters"


def rows_title(images: Path, answer: Predicted | None, evaluation: Evaluation | None, only_wrong: bool) -> str:
    """What was predicted, and how right it is where that is known."""
    name = clean(images.name, 40)
    if answer is None:
        return name
    many = f"{len(answer.places):,} images"
    if answer.numbers is not None:
        return " · ".join([many, *([_off(answer)] if answer.true is not None else []), name])
    if evaluation is None:
        return f"{many} · {name}"
    confusion = evaluation.confusion
    low, high = wilson_interval(confusion.correct, confusion.images)
    accuracy = f"accuracy {confusion.accuracy:.4f} (95 % {low:.4f}–{high:.4f})"
    return " · ".join([*(["only wrong"] if only_wrong else []), many, accuracy, name])


def why_no_model(run: Run | None) -> str:
    """Why nothing can be predicted yet, and what to do."""
    if run is None:
        return "There is no trained model yet.\n3 Train makes one; m takes a run or a file of weights."
    return f"{clean(run.name, 60)} has no weights yet; they are written after its first epoch.\nm takes another model."


def _off(answer: Predicted) -> str:
    """How far predicted numbers are off, on average."""
    assert answer.numbers is not None
    errors = [mean_absolute_error(*pair) for pair in zip(answer.true.T, answer.numbers.T, strict=True)]  # type: ignore[union-attr]
    return f"mean error {', '.join(f'{error:.3g}' for error in errors[:MOST_NUMBERS])}"


def number_lines(names: tuple[str, ...], values: Sequence[float], true: Sequence[float] = ()) -> list[str]:
    """What is predicted of one image, a line each number; beside it what is true, where that is known."""
    shown = [clean(name, WIDEST_NAME) for name in names]
    width = max(map(cell_len, shown), default=0)
    lines = []
    for place, name in enumerate(shown):
        value = f"{values[place]:>12.5g}" if len(values) else ""
        beside = f"   true {true[place]:.5g} ({values[place] - true[place]:+.3g})" if len(true) else ""
        lines.append(f"{set_cell_size(name, width)} {value}{beside}")
    return lines
