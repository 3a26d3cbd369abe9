"""Which runs a list shows, and in which order."""

from collections.abc import Sequence
from typing import Literal, get_args

from cnn_tui.runs.overview import RunLine

Order = Literal["newest", "name", "accuracy", "loss", "state", "speed"]
ORDERS: tuple[Order, ...] = get_args(Order)


def listed(lines: Sequence[RunLine], words: str, order: Order) -> tuple[RunLine, ...]:
    """The runs whose name or state holds every word, in this order; what has no value comes last."""
    wanted = words.lower().split()
    found = [line for line in lines if all(word in f"{line.run.name} {line.state}".lower() for word in wanted)]
    match order:
        case "name":
            found.sort(key=lambda line: line.run.name)
        case "accuracy":
            found.sort(key=lambda line: -1.0 if line.best is None else line.best, reverse=True)
        case "loss":
            found.sort(key=_last_loss)
        case "state":
            found.sort(key=lambda line: line.state)
        case "speed":
            found.sort(key=lambda line: -line.images_per_second)
    return tuple(found)


def _last_loss(line: RunLine) -> float:
    last = line.losses[-1] if line.losses else None
    return float("inf") if last is None else last
