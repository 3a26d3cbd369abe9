"""What is told of a run when it is taken away: settings, layers, curves, matrix, scores, its worst mistakes."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from cnn_tui.results.curves import Curve
from cnn_tui.results.evaluation import Evaluation
from cnn_tui.results.numbers import Numbers

LAYER_COLUMNS = ("#", "layer", "settings", "output", "parameters", "multiply-adds", "sees")
WORST = 24
"""Mistakes that are shown with their pictures."""


class NamedCurve(Struct, frozen=True):
    """One quantity of the training over its epochs."""

    quantity: str
    """loss or accuracy; where numbers are predicted, loss or a metric."""
    part: str
    """train or validation."""
    points: Curve


class Mistake(Struct, frozen=True):
    """An image that was predicted wrong: where it is, what it is, what was said of it and how surely, and its PNG."""

    where: str
    true: str
    predicted: str
    chance: float
    picture: bytes


class Miss(Struct, frozen=True):
    """An image whose number was predicted wrong: where it is, which number, what is true, what was said, its PNG."""

    where: str
    number: str
    true: float
    predicted: float
    picture: bytes


class RunReport(Struct, frozen=True, kw_only=True):
    """Everything that is told of one run. Its texts are as they came: whoever shows them makes them safe."""

    name: str
    model: str
    ending: str
    """How it ended, a sentence."""
    made: str = ""
    """By what and when this was written."""
    settings: tuple[tuple[str, str], ...] = ()
    layers: tuple[tuple[str, ...], ...] = ()
    """In the order of LAYER_COLUMNS."""
    curves: tuple[NamedCurve, ...] = ()
    evaluation: Evaluation | Numbers
    mistakes: tuple[Mistake, ...] = ()
    misses: tuple[Miss, ...] = ()
    """The largest errors, where numbers are predicted."""
    why_no_mistakes: str = ""
    """Why none are shown, where there are some."""

    @property
    def quantities(self) -> tuple[str, ...]:
        """What there are curves of."""
        return tuple(dict.fromkeys(curve.quantity for curve in self.curves))


def written_at(version: str, now: datetime) -> str:
    """What stands at the end of a report."""
    return f"cnn-tui {version}, {now:%Y-%m-%d %H:%M}"


def epochs(report: RunReport) -> list[dict[str, Any]]:
    """The curves as a row an epoch: loss, accuracy, val_loss, val_accuracy and what else there is."""
    rows: dict[float, dict[str, Any]] = {}
    for curve in report.curves:
        name = curve.quantity if curve.part == "train" else f"val_{curve.quantity}"
        for epoch, value in curve.points:
            rows.setdefault(epoch, {"epoch": int(epoch)})[name] = value
    return [rows[epoch] for epoch in sorted(rows)]
