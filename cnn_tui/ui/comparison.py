"""Runs looked at together: their curves, the settings that differ, and whether one predicts better than the other."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from cnn_tui.errors import UserError
from cnn_tui.results.compare import difference, mcnemar
from cnn_tui.results.curves import Curve, finite
from cnn_tui.results.evaluation import read_evaluation, read_predictions
from cnn_tui.results.numbers import Numbers, is_same_test, read_numbers
from cnn_tui.results.settings_compared import Difference, differing
from cnn_tui.runs.history import History
from cnn_tui.runs.run import Run
from cnn_tui.ui.run_curves import Quantity, training_curve, validation_curve

MOST_CELLS = 8
LIKELY = 0.05


class Comparison(Struct, frozen=True):
    """What can be said of several runs."""

    differences: tuple[Difference, ...]
    sentences: tuple[str, ...]
    """Of two runs: which predicts better, and the cells of the matrix that changed most."""


def compare(runs: Sequence[Run]) -> Comparison:
    """Reads what is needed of the runs; what cannot be compared is said in a sentence."""
    documents: list[dict[str, Any]] = []
    sentences: list[str] = []
    for run in runs:
        try:
            experiment = run.experiment()
        except UserError as error:
            sentences.append(error.sentence)
            documents.append({})
            continue
        model = [msgspec.to_builtins(layer) for layer in experiment.model.layers]
        documents.append(
            {
                "training": msgspec.to_builtins(experiment.training),
                "data": msgspec.to_builtins(experiment.data),
                "layers": model,
            }
        )
    if len(runs) == 2:
        try:
            sentences += _two(*runs)
        except UserError as error:
            sentences.append(error.sentence)
    return Comparison(differing(documents), tuple(sentences))


def curve(history: History, quantity: Quantity, validation: bool) -> Curve:
    """A curve of a run: the validation, or the training, which is all there is when nothing was held out."""
    held_out = validation_curve(history, quantity) if validation else ()
    return held_out or (training_curve(history, quantity) if not validation else _ends(history, quantity))


def _ends(history: History, quantity: Quantity) -> Curve:
    return finite((float(end.epoch), getattr(end, quantity)) for end in history.epochs)


def _two(first: Run, second: Run) -> list[str]:
    """McNemar's test of two runs, and where their matrices differ most; of predicted numbers which is nearer."""
    numbers = [_numbers(run) for run in (first, second)]
    if any(numbers):
        return _two_of_numbers(*numbers)
    one, other = read_evaluation(first.evaluation_file).confusion, read_evaluation(second.evaluation_file).confusion
    test = mcnemar(read_predictions(first.predictions_file), read_predictions(second.predictions_file))
    verdict = "no more than chance would do" if test.p_value > LIKELY else "more than chance would do"
    statistic = "" if test.statistic is None else f"χ² = {test.statistic:.3f}, "
    exact = "exact " if test.is_exact else ""
    sentences = [
        f"accuracy {one.accuracy:.4f} and {other.accuracy:.4f}; of {test.images:,} images {test.only_first:,} are "
        f"right only in the first, {test.only_second:,} only in the second",
        f"McNemar: {statistic}{exact}p = {test.p_value:.3g}, {verdict}",
    ]
    changes = difference(one, other)
    cells = [(int(change), true, said) for true, row in enumerate(changes) for said, change in enumerate(row) if change]
    cells.sort(key=lambda cell: -abs(cell[0]))
    names = one.classes
    told = [f"{names[true]} → {names[said]} {change:+,}" for change, true, said in cells[:MOST_CELLS]]
    if not told:
        return [*sentences, "The matrices are the same."]
    return [*sentences, f"cells that changed most: {', '.join(told)}", "All of them: enter, then c in 4 Results."]


def _numbers(run: Run) -> Numbers | None:
    """What the test of a run that predicts numbers came to; None: it tells classes apart, or was not tested."""
    if run.evaluation_file.exists() or not run.has_results:
        return None
    return read_numbers(run.scores_file, run.predictions_file)


def _two_of_numbers(one: Numbers | None, other: Numbers | None) -> list[str]:
    """How far off two runs are, and on how many images each is nearer. Raises UserError where that says nothing."""
    if one is None or other is None:
        raise UserError("one of the runs predicts numbers and the other does not, or was not tested")
    if one.targets != other.targets or not is_same_test(one, other):
        raise UserError("the runs were tested on other images or numbers, so that nobody can say which is better")
    sentences = []
    for target, name in enumerate(one.targets):
        first, second = (abs(numbers.errors[:, target]) for numbers in (one, other))
        sentences.append(
            f"{name}: mean error {first.mean():.4g} and {second.mean():.4g}; of {one.images:,} images the first is "
            f"nearer on {int((first < second).sum()):,}, the second on {int((second < first).sum()):,}"
        )
    return sentences
