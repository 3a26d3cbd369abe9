"""The process that answers the screens: what is in the data, and its images. Questions and answers are frames.

python -m cnn_tui.engine.service
"""

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import msgspec
import numpy as np

from cnn_tui.data.blocks import stage
from cnn_tui.data.class_means import class_means
from cnn_tui.data.dataset import Dataset, Opened, look_into
from cnn_tui.data.find import find_data
from cnn_tui.data.formats.content import Tell
from cnn_tui.data.statistics import describe
from cnn_tui.data.target_spreads import steps_of, targets_of
from cnn_tui.errors import UserError
from cnn_tui.runs.frames import HEADER_BYTES, length, pack, unpack
from cnn_tui.spec.data import Data, as_read, where
from cnn_tui.spec.experiment import experiment_of
from cnn_tui.spec.layers.windows import picture_shape

if TYPE_CHECKING:
    from cnn_tui.runs.frames import Arrays

Array = np.ndarray[Any, Any]
Question = dict[str, Any]
Answer = tuple[dict[str, Any], "Arrays"]

MAX_PICTURES = 1_000
MAX_PICTURE_BYTES = 2**28
"""Of larger images fewer are answered, but one is always."""
TELL_SECONDS = 0.1
_READING_SHARE = 0.8
"""The share of the time that reading takes, before what was read is described."""
_MOST_KEPT = 2


def serve(questions: IO[bytes], answers: IO[bytes]) -> None:
    """Answers until the questions end; says before an answer that takes long how far it is."""

    def send(message: dict[str, Any], arrays: "Arrays | None" = None) -> None:
        answers.write(pack(message, arrays))
        answers.flush()

    while header := questions.read(HEADER_BYTES):
        question, arrays = unpack(questions.read(length(header)))
        send(*_answer({**question, "arrays": arrays}, _now_and_then(lambda share: send({"progress": share}))))


def _now_and_then(tell: Tell) -> Tell:
    """Tells, but not more often than every tenth of a second."""
    due = time.monotonic() + TELL_SECONDS

    def told(share: float) -> None:
        nonlocal due
        if (now := time.monotonic()) >= due:
            due = now + TELL_SECONDS
            tell(share)

    return told


def _answer(question: Question, tell: Tell) -> Answer:
    answer = _ANSWERS[question["ask"]]
    try:
        return answer(question, tell)
    except UserError as error:
        return {"problem": error.problem, "where": str(error.where), "remedy": error.remedy}, {}


def _find(question: Question, tell: Tell) -> Answer:
    return {"data": msgspec.to_builtins(find_data([Path(path) for path in question["paths"]]))}, {}


def _describe(question: Question, tell: Tell) -> Answer:
    opened = _opened(_data(question), stage(tell, 0, _READING_SHARE))
    return {"report": msgspec.to_builtins(describe(opened, stage(tell, _READING_SHARE, 1)))}, {}


def _pictures(question: Question, tell: Tell) -> Answer:
    """Images of some rows, or of a class, or a step of a number, from one of them on."""
    dataset = _part(question, tell)
    if "rows" in question:
        rows = np.asarray(question["rows"], dtype=np.int64)
        rows = rows[(rows >= 0) & (rows < len(dataset))]
    else:
        labels = _in_classes(dataset, question, tell).labels
        rows = np.flatnonzero(labels == question["label"])[question["first"] :][: question["count"]]
    rows = rows[: _most(dataset)]
    message, arrays = _as_pictures(dataset.images[rows], dataset.labels[rows], rows)
    names = dataset.facts.names
    return {**message, "names": [names[row] for row in rows] if names else []}, arrays


def _means(question: Question, tell: Tell) -> Answer:
    """The mean image of each class, or step of a number, that has any; of bytes the nearest byte."""
    dataset = _in_classes(_part(question, tell), question, tell)
    classes = np.unique(dataset.labels)[: _most(dataset)]
    means = class_means(dataset, classes.tolist(), tell)
    if dataset.images.dtype == np.uint8:
        means = means.round().astype(np.uint8)
    return _as_pictures(means, classes, np.empty(0, np.int64))


def _in_classes(dataset: Dataset, question: Question, tell: Tell) -> Dataset:
    """The same images; where labels are numbers, the steps of one of them stand for classes."""
    if not dataset.targets:
        return dataset
    place = question.get("target", 0)
    target = targets_of(_opened(_data(question), tell))[place]
    names = tuple(map(str, range(len(target.edges) - 1)))
    return replace(dataset, labels=steps_of(dataset.labels[:, place], target), classes=names)


def _augmented(question: Question, tell: Tell) -> Answer:
    """What the augmentation makes of an image, again and again."""
    from cnn_tui.data.scaling import fit_scaling
    from cnn_tui.engine.augment import augmented  # torch, which no question about data waits for

    data, dataset = _data(question), _part(question, tell)
    rows = np.full(min(question["count"], _most(dataset)), question["row"])
    message, arrays = _as_pictures(dataset.images[rows], dataset.labels[rows], rows)
    if data.augmentation is None:
        return message, arrays
    train = _opened(data, tell).train
    unit = fit_scaling(train.images, np.arange(len(train)), "unit")
    return message, {"images": augmented(arrays["images"], data.augmentation, question["seed"], unit)}


def _of_a_model(question: Question, tell: Tell) -> Answer:
    """What needs a trained model."""
    from cnn_tui.engine import model_answers  # torch, which no question about data waits for

    answer: Callable[[Question, Tell], Answer] = getattr(model_answers, question["ask"])
    return answer(question, tell)


def _export_run(question: Question, tell: Tell) -> Answer:
    """Writes what a run came to into a file of the kind that its name says."""
    from cnn_tui.engine.run_report import export_run

    export_run(Path(question["run"]), Path(question["out"]), tell)
    return {}, {}


def _find_rate(question: Question, tell: Tell) -> Answer:
    """The curve of a learning-rate range test."""
    from cnn_tui.engine.rate_finder import find_rate

    asked = experiment_of(json.loads(question["experiment"]), Path("experiment.json"))
    return msgspec.to_builtins(find_rate(asked, tell)), {}


def _keep_drawing(question: Question, tell: Tell) -> Answer:
    """Adds a drawing to a file of drawings."""
    from cnn_tui.data.drawings_file import keep_drawing

    kept = keep_drawing(Path(question["out"]), question["arrays"]["picture"], question["label"])
    return {"images": kept}, {}


_ANSWERS: dict[str, Callable[[Question, Tell], Answer]] = {
    "find": _find,
    "describe": _describe,
    "pictures": _pictures,
    "means": _means,
    "augmented": _augmented,
    "about": _of_a_model,
    "drawn": _of_a_model,
    "predicted": _of_a_model,
    "looked_at": _of_a_model,
    "write": _of_a_model,
    "keep_drawing": _keep_drawing,
    "export_run": _export_run,
    "export_model": _of_a_model,
    "find_rate": _find_rate,
}


def _as_pictures(images: Array, labels: Array, rows: Array) -> Answer:
    """Images as [n, height, width, channels], with their labels and rows."""
    values = int(np.prod(images.shape[1:]))
    shape = picture_shape(images.shape[1:]) or (1, values, 1)
    pictures = np.ascontiguousarray(images).reshape(len(images), *shape)
    said = {"numbers": labels.tolist()} if labels.ndim == 2 else {"labels": labels.tolist()}
    return {**said, "rows": rows.tolist()}, {"images": pictures}


def _most(dataset: Dataset) -> int:
    """How many images one answer holds."""
    return max(1, min(MAX_PICTURES, MAX_PICTURE_BYTES // max(1, int(dataset.images[0].nbytes))))


def _data(question: Question) -> Data:
    return msgspec.convert(question["data"], Data)


def _part(question: Question, tell: Tell) -> Dataset:
    """The part that is asked for; the training when the data has no such part."""
    opened = _opened(_data(question), tell)
    return opened.parts.get(question["part"], opened.train)


_Key = tuple[Data, tuple[tuple[int, int] | None, ...]]
_kept: dict[_Key, Opened] = {}


def _opened(data: Data, tell: Tell) -> Opened:
    """The data; what was opened last stays open as long as its files do not change."""
    files = [path for source in data.sources.values() for path in (source.images, source.labels) if path]
    key = as_read(data), tuple(_stamp(where(path).path) for path in files)
    opened = _kept.pop(key, None) or look_into(data, tell)
    _kept[key] = opened
    if len(_kept) > _MOST_KEPT:
        del _kept[next(iter(_kept))]
    return opened


def _stamp(path: Path) -> tuple[int, int] | None:
    """What changes when a file does."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def main() -> None:
    """Answers on the standard streams; whatever a library prints goes to the error stream, not among the frames."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that a half-written file is removed
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
