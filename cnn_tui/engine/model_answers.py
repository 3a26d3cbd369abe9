"""What the service answers about a trained model: what it is, what it says about a drawing and about files."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch

from cnn_tui.data.drawing import as_digit
from cnn_tui.engine.model_weights import Trained, read_model_weights
from cnn_tui.engine.predict import predict_images
from cnn_tui.engine.predict_files import Answers, predict_path
from cnn_tui.errors import refuse_to_replace
from cnn_tui.results.prediction_file import top_classes, write_number_file, write_prediction_file
from cnn_tui.spec.data import Reading
from cnn_tui.spec.pictures import picture_of
from cnn_tui.spec.shapes import total_parameters, trace

Question = dict[str, Any]
Tell = Callable[[float], None]
Answer = tuple[dict[str, Any], dict[str, "np.ndarray[Any, Any]"]]
TOP = 3
READ_SHARE = 0.3
"""The share of an export that is done when the model is read."""

_models: dict[tuple[str, int, int], Trained] = {}
_answers: dict[tuple[Any, ...], Answers] = {}


def about(question: Question, tell: Tell) -> Answer:
    """What the model is: its classes, the picture that it takes, or none, and where its weights come from."""
    trained = _trained(question)
    known, model = trained.about, trained.network.model
    return {
        "name": model.name,
        "classes": list(known.classes),
        "picture": picture_of(known.data_shape, model),
        "data_shape": list(known.data_shape),
        "epoch": known.epoch,
        "notes": list(trained.notes),
        "parameters": total_parameters(trace(model)),
        "numbers": known.numbers,
    }, {}


def drawn(question: Question, tell: Tell) -> Answer:
    """What the model says about a drawing, and the picture that was made of it for the model."""
    trained = _trained(question)
    height, width, channels = picture_of(trained.about.data_shape, trained.network.model) or (1, 1, 1)
    picture = as_digit(question["arrays"]["ink"], height, width)
    seen = _coloured(picture, channels)
    values = seen.astype(np.float32) * np.float32(question["brightest"] / 255)
    with _one_thread():
        chances = predict_images(trained, values[None])[0]
    return {}, {"seen": seen, "chances": chances}


def predicted(question: Question, tell: Tell) -> Answer:
    """What the model says about the images at a path; the likeliest classes of each, or its numbers."""
    answers = _answered(question, tell)
    if answers.are_numbers:
        numbers = {"numbers": answers.probabilities}
        if answers.asked.labels is not None:
            numbers["true"] = answers.asked.labels
        return {"names": list(answers.names), "note": answers.asked.note, "evaluation": None}, numbers
    places, chances = top_classes(answers.probabilities, TOP)
    arrays = {"places": places.astype(np.int32), "chances": chances}
    if answers.asked.labels is not None:
        arrays["labels"] = answers.asked.labels.astype(np.int32)
    evaluation = answers.evaluation()
    return {
        "names": list(answers.names),
        "note": answers.asked.note,
        "evaluation": msgspec.to_builtins(evaluation) if evaluation else None,
    }, arrays


def looked_at(question: Question, tell: Tell) -> Answer:
    """One of the images at a path, with the probability of every class."""
    answers = _answered(question, tell)
    row = question["row"]
    image = np.asarray(answers.asked.images[row])
    trained = _trained(question)
    picture = picture_of(image.shape, trained.network.model) or (1, image.size, 1)
    return {}, {
        "seen": np.ascontiguousarray(image).reshape(picture),
        "chances": np.ascontiguousarray(answers.probabilities[row]),
    }


def write(question: Question, tell: Tell) -> Answer:
    """Writes the predictions of a path in one of Galaxy's layouts."""
    answers = _answered(question, tell)
    names = tuple(question["names"]) or answers.classes
    if answers.are_numbers:
        write_number_file(answers.probabilities, answers.classes, Path(question["out"]))
        return {"images": len(answers.probabilities)}, {}
    write_prediction_file(answers.probabilities, names, Path(question["out"]), question["probabilities"])
    return {"images": len(answers.probabilities)}, {}


def export_model(question: Question, tell: Tell) -> Answer:
    """Writes the model in a format for other programs."""
    from cnn_tui.engine.export import export  # h5py, which no prediction waits for

    path, out = Path(question["model"]), Path(question["out"])
    refuse_to_replace(path, out)
    trained = _trained(question)
    tell(READ_SHARE)
    export(trained, out, question["to"], question["bake"])
    tell(1.0)
    return {}, {}


@contextmanager
def _one_thread() -> Iterator[None]:
    """For one picture: several threads wait for each other longer than the work takes, above all on a busy machine."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _trained(question: Question) -> Trained:
    """The model of a file; what was read last stays as long as the file does not change. Raises UserError."""
    key = _stamped(Path(question["model"]))
    if key not in _models:
        read = read_model_weights(Path(question["model"]))
        _models.clear()
        _models[key] = read
    return _models[key]


def _answered(question: Question, tell: Tell) -> Answers:
    """The answers of a model about a path; the last ones are kept, as they are looked at first and written later."""
    reading = msgspec.convert(question["reading"], Reading)
    paths = tuple(_stamped(Path(path)) for path in (question["model"], question["path"], question["labels"]) if path)
    key = *paths, reading
    if key not in _answers:
        answered = predict_path(_trained(question), question["path"], reading, question["labels"], tell)
        _answers.clear()
        _answers[key] = answered
    return _answers[key]


def _stamped(path: Path) -> tuple[str, int, int]:
    """A path with what changes when the file does."""
    try:
        found = path.stat()
    except OSError:
        return str(path), 0, 0
    return str(path), found.st_mtime_ns, found.st_size


def _coloured(picture: "np.ndarray[Any, Any]", channels: int) -> "np.ndarray[Any, Any]":
    """The same light in every channel, [height, width, channels]; a fourth one is opacity."""
    seen = np.repeat(picture[..., None], channels, axis=-1)
    if channels == 4:
        seen[..., 3] = 255
    return seen
