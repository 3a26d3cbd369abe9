"""A run's results as text files: CSV, TSV, JSON and Markdown."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from cnn_tui.results.cells import number_cell, text_cell
from cnn_tui.results.confusion import Confusion
from cnn_tui.results.evaluation import Evaluation, summary
from cnn_tui.results.numbers import WORDS, Numbers
from cnn_tui.results.run_report import LAYER_COLUMNS, RunReport, epochs
from cnn_tui.text import clean

CORNER = "true \\ predicted"
_SCORES = ("images", "precision", "recall", "f1")
_SPECIAL = "\\`*_[]<>|&~"


def delimited(report: RunReport, delimiter: str) -> str:
    """The matrix as a table, a row a true class, its scores behind it; of predicted numbers a row an image.

    Text cells are safe in spreadsheets.
    """
    out = io.StringIO()
    if isinstance(report.evaluation, Numbers):
        csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(_image_rows(report.evaluation))
        return out.getvalue()
    confusion = report.evaluation.confusion
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow([CORNER, *map(text_cell, confusion.classes), *_SCORES])
    for index, counts in enumerate(confusion.counts):
        scores = [number_cell(value) for value in _scores(confusion, index)[1:]]
        writer.writerow([text_cell(confusion.classes[index]), *counts, sum(counts), *scores])
    return out.getvalue()


def as_json(report: RunReport) -> str:
    """Everything but the pictures, for scripts."""
    evaluation = report.evaluation
    document = (numbers_document(evaluation) if isinstance(evaluation, Numbers) else summary(evaluation)) | {
        "run": report.name,
        "model": report.model,
        "ending": report.ending,
        "settings": dict(report.settings),
        "layers": [dict(zip(LAYER_COLUMNS, layer, strict=True)) for layer in report.layers],
        "epochs": epochs(report),
        "worst": [
            {"image": one.where, "true": one.true, "predicted": one.predicted, "probability": one.chance}
            for one in report.mistakes
        ]
        or [
            {"image": one.where, "number": one.number, "true": one.true, "predicted": one.predicted}
            for one in report.misses
        ],
    }
    return json.dumps(document, indent=1, allow_nan=False) + "\n"


def markdown(report: RunReport) -> str:
    """Everything but the pictures, for people."""
    evaluation = report.evaluation
    tested = _numbers_in_markdown(evaluation) if isinstance(evaluation, Numbers) else _classes_in_markdown(evaluation)
    keys = [key for name in report.quantities for key in (name, f"val_{name}")]
    keys = ["epoch", *(keys if isinstance(evaluation, Numbers) else _EPOCH_KEYS)]
    history = [[_score(row.get(key)) for key in keys] for row in epochs(report)]
    parts = [
        f"# {_plain(report.name)}",
        f"Model {_plain(report.model)}. {_plain(report.ending)}",
        *tested,
        *(["## Epochs", _table(keys, history)] if history else []),
        "## Layers",
        _table(list(LAYER_COLUMNS), [list(map(_plain, layer)) for layer in report.layers]),
        "## Settings",
        _table(["setting", "value"], [list(map(_plain, row)) for row in report.settings]),
        _plain(report.made),
    ]
    return "\n\n".join(parts) + "\n"


def numbers_document(numbers: Numbers) -> dict[str, Any]:
    """A test of predicted numbers as scripts read it: the scores of each number, and every image."""
    return {
        "loss": numbers.loss,
        "images": numbers.images,
        "part": numbers.part,
        "targets": list(numbers.targets),
        "per_target": [
            {"target": name, **{one.name: one.value for one in numbers.scores(at)}}
            for at, name in enumerate(numbers.targets)
        ],
        "rows": [row + 1 for row in numbers.rows.tolist()],
        "true": numbers.true.tolist(),
        "predicted": numbers.predicted.tolist(),
    }


def _classes_in_markdown(evaluation: Evaluation) -> list[str]:
    confusion = evaluation.confusion
    names = [_plain(name) for name in confusion.classes]
    counts = [[name, *map(_count, row)] for name, row in zip(names, confusion.counts, strict=True)]
    scores = [[name, *map(_score, _scores(confusion, index))] for index, name in enumerate(names)]
    return [
        f"{evaluation.part.capitalize()}: accuracy {confusion.accuracy:.4f}, loss {evaluation.loss:.4f}, "
        f"{confusion.correct:,} of {confusion.images:,} images right.",
        "## Confusion matrix\n\nRows: true class. Columns: predicted class.",
        _table([CORNER.replace("\\", "\\\\"), *names], counts),
        "## Scores",
        _table(["class", *_SCORES], scores),
    ]


def _numbers_in_markdown(numbers: Numbers) -> list[str]:
    rows = [
        [_plain(name), *(_score(one.value) for one in numbers.scores(at))] for at, name in enumerate(numbers.targets)
    ]
    return [
        f"{numbers.part.capitalize()}: loss {numbers.loss:.4f}, {numbers.images:,} images.",
        "## Scores",
        _table(["number", *WORDS.values()], rows),
    ]


def _image_rows(numbers: Numbers) -> Iterator[list[Any]]:
    """What is true, what was predicted and by how much that is too high, of every image in the order of the file."""
    kinds = ("true", "predicted", "error")
    yield ["row", *(text_cell(f"{kind} {name}") for name in numbers.targets for kind in kinds)]
    for at in numbers.order(0, "rows").tolist():
        cells = (numbers.missed(at, target) for target in range(len(numbers.targets)))
        yield [
            int(numbers.rows[at]) + 1,
            *(number_cell(one) for cell in cells for one in (cell.true, cell.predicted, cell.error)),
        ]


_EPOCH_KEYS = ("loss", "accuracy", "val_loss", "val_accuracy")


def _scores(confusion: Confusion, index: int) -> tuple[float | None, ...]:
    """Images, precision, recall and F1 of a class."""
    score = confusion.score(index)
    return score.support, score.precision, score.recall, score.f1


def _table(header: list[str], rows: list[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _plain(text: str) -> str:
    """A text that Markdown leaves as it is."""
    return "".join(f"\\{character}" if character in _SPECIAL else character for character in clean(text))


def _count(number: int) -> str:
    return f"{number:,}" if number else "·"


def _score(value: float | None) -> str:
    """A whole number as it is, any other to four digits; - where there is none."""
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else f"{value:.4f}"
