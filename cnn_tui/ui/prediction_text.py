"""The Predict place in words: which model it is, how a prediction went, why there is no model."""

from pathlib import Path

from cnn_tui.results.evaluation import Evaluation
from cnn_tui.results.scores import wilson_interval
from cnn_tui.runs.model_answers import ModelFacts, Predicted
from cnn_tui.runs.run import Run
from cnn_tui.text import clean


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
