"""A sweep in words: how far it is, and what there is to say of one of its combinations."""

from collections import Counter

from cnn_tui.runs.sweep_overview import IMPOSSIBLE, NOT_BEGUN, PRUNED, WAITING, SweepLine, Trial
from cnn_tui.spec.sweep import title
from cnn_tui.text import clean

_ORDER = ("training", "starting", "paused", "done", "stopped", PRUNED, "interrupted", "diverged", "failed", IMPOSSIBLE)


def progress(sweep: SweepLine) -> str:
    """Its name and how many runs are in which state."""
    states = Counter(trial.state for trial in sweep.trials)
    words = [f"{states[state]:,} {state}" for state in (*_ORDER, WAITING, NOT_BEGUN) if states[state]]
    return " · ".join([clean(sweep.name, 40), *words])


def about(trial: Trial | None) -> str:
    """The combination under the cursor, and why it has no better end."""
    if trial is None:
        return ""
    said = clean(title(trial.combination) or (trial.line.name if trial.line else ""), 300)
    match trial.state:
        case "impossible":
            return f"{said}: {clean(trial.problem, 400)}"
        case "waiting":
            return f"{said}: its turn comes."
        case "not begun":
            return f"{said}: not begun. The command that began the sweep goes on with it."
        case "pruned":
            after = f"after epoch {trial.line.epochs:,}" if trial.line else "early"
            return f"{said}: pruned {after}, worse than the median of the runs that were done. r goes on with it."
        case _:
            best = trial.best
            return f"{said}: best in epoch {best.epoch:,}." if best else said
