"""Which runs a list shows, and in which order."""

from collections.abc import Sequence
from typing import Literal, get_args

from cnn_tui.runs.overview import RunLine
from cnn_tui.runs.sweep_overview import SweepLine, Trial
from cnn_tui.spec.sweep import title

Line = RunLine | SweepLine
Order = Literal["newest", "name", "accuracy", "loss", "state", "speed"]
ORDERS: tuple[Order, ...] = get_args(Order)


def listed(lines: Sequence[Line], words: str, order: Order) -> tuple[Line, ...]:
    """The runs and sweeps whose name or state holds every word, in this order; what has no value comes last."""
    found = [line for line in lines if _holds(f"{line.name} {line.state}", words)]
    match order:
        case "newest":
            found.sort(key=lambda line: (line.made, line.name), reverse=True)
        case "name":
            found.sort(key=lambda line: line.name)
        case "accuracy":
            found.sort(key=lambda line: -1.0 if line.best is None else line.best, reverse=True)
        case "loss":
            found.sort(key=_last_loss)
        case "state":
            found.sort(key=lambda line: line.state)
        case "speed":
            found.sort(key=lambda line: -line.images_per_second if isinstance(line, RunLine) else 0.0)
    return tuple(found)


def with_words(trials: Sequence[Trial], words: str) -> tuple[Trial, ...]:
    """The trials of a sweep whose settings or state hold every word."""
    return tuple(one for one in trials if _holds(f"{title(one.combination)} {one.state}", words))


def _holds(text: str, words: str) -> bool:
    return all(word in text.lower() for word in words.lower().split())


def _last_loss(line: Line) -> float:
    last = line.losses[-1] if isinstance(line, RunLine) and line.losses else None
    return float("inf") if last is None else last
