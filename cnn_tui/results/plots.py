"""The matrix, or a scatter of numbers, and the curves of a run as one picture: PNG, SVG or PDF, by matplotlib."""

import io
import re
import warnings
from importlib.util import find_spec
from typing import IO, TYPE_CHECKING, Any

from cnn_tui.errors import UserError
from cnn_tui.results.evaluation import Evaluation
from cnn_tui.results.numbers import Numbers
from cnn_tui.results.run_report import RunReport
from cnn_tui.text import clean

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LONGEST_NAME = 24
MOST_NUMBERS = 30
"""Classes up to which every cell holds its number."""
MOST_NAMES = 100
"""Classes up to which the axes name them."""
MOST_SCATTERS = 4
"""Numbers of a label that have a scatter each."""
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
"""matplotlib repeats every text in one."""
_INCHES, _INCHES_A_CLASS, _LARGEST = 5.0, 0.3, 30.0


def unavailable() -> UserError | None:
    """Why no picture can be made on this machine; None: it can."""
    if find_spec("matplotlib") is not None:
        return None
    return UserError("pictures of results need matplotlib", remedy="Install it: pip install 'cnn-tui[plots]'")


def write_plot(report: RunReport, kind: str, out: IO[bytes]) -> None:
    """Draws the matrix and beside it the curves, into a file of the kind png, svg or pdf. Raises UserError."""
    if problem := unavailable():
        raise problem
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    evaluation = report.evaluation
    shown = 1 if isinstance(evaluation, Numbers) else len(evaluation.confusion.classes)
    side = min(_LARGEST, max(_INCHES, _INCHES_A_CLASS * shown + 1.5))
    with matplotlib.rc_context({"svg.fonttype": "path", "svg.hashsalt": "cnn-tui", "text.parse_math": False}):
        figure = Figure(figsize=(side + 5.0, side), layout="constrained")
        FigureCanvasAgg(figure)  # no window and no display, whatever the user's settings say
        left, right = figure.subfigures(1, 2, squeeze=False, width_ratios=(side, 5.0)).flat
        _draw_scatters(left, evaluation) if isinstance(evaluation, Numbers) else _draw_matrix(left, evaluation)
        _draw_curves(right, report)
        nothing: dict[str, Any] = {"png": {}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}[kind]
        drawn = io.BytesIO()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a letter that the font lacks is a box, which is no news
            figure.savefig(drawn, format=kind, dpi=150, metadata=nothing)
    content = drawn.getvalue()
    out.write(_COMMENT.sub(b"", content) if kind == "svg" else content)


def _draw_scatters(figure: "Any", numbers: Numbers) -> None:
    """Predicted against true, one below the other; on the line all would be right."""
    shown = numbers.targets[:MOST_SCATTERS]
    for target, axes in enumerate(figure.subplots(len(shown), 1, squeeze=False).flat):
        true, predicted = numbers.true[:, target], numbers.predicted[:, target]
        ends = [min(true.min(), predicted.min()), max(true.max(), predicted.max())]
        axes.plot(ends, ends, "--", color="grey", linewidth=1)
        axes.plot(true, predicted, ".", markersize=3)
        axes.set_xlabel("true")
        axes.set_ylabel("predicted")
        r2 = numbers.scores(target)[0].value
        told = "" if r2 is None else f", R² {r2:.4f}"
        axes.set_title(f"{_safe(shown[target])}, {numbers.part}: {numbers.images:,} images{told}", fontsize=10)


def _draw_matrix(figure: "Any", evaluation: Evaluation) -> None:
    import numpy as np

    confusion = evaluation.confusion
    counts = np.array(confusion.counts)
    shares = counts / counts.sum(axis=1, keepdims=True).clip(min=1)
    axes: Axes = figure.subplots()
    axes.imshow(shares, cmap="Greens", vmin=0, vmax=1, interpolation="nearest")
    if len(counts) <= MOST_NUMBERS:
        for (row, column), count in np.ndenumerate(counts):
            colour = "white" if shares[row, column] > 0.6 else "black"
            axes.text(column, row, f"{count:,}" if count else "·", ha="center", va="center", color=colour, fontsize=8)
    if len(counts) <= MOST_NAMES:
        names = [_safe(name) for name in confusion.classes]
        turned = 90 if max(map(len, names)) > 3 else 0
        axes.set_xticks(range(len(names)), names, rotation=turned, fontsize=8)
        axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.set_xlabel("predicted")
    axes.set_ylabel("true")
    axes.set_title(f"{evaluation.part}: accuracy {confusion.accuracy:.4f} of {confusion.images:,} images")


def _draw_curves(figure: "Any", report: RunReport) -> None:
    of_numbers = isinstance(report.evaluation, Numbers)
    shown = (*report.quantities, "", "")[:2] if of_numbers else ("loss", "accuracy")
    for axes, quantity in zip(figure.subplots(2, 1, sharex=True), shown, strict=True):
        for curve in report.curves:
            if curve.quantity == quantity and curve.points:
                style = "-" if curve.part == "train" else "o--"
                axes.plot(*zip(*curve.points, strict=True), style, label=curve.part, markersize=3)
        axes.set_ylabel(quantity)
        if axes.get_legend_handles_labels()[0]:
            axes.legend(frameon=False)
        axes.grid(alpha=0.3)
    axes.set_xlabel("epoch")


def _safe(name: str) -> str:
    """A name as matplotlib can draw it: without what its own formulas begin with, and not too long."""
    return clean(name, LONGEST_NAME)
