"""`cnn-tui sweep`: a run for every combination of settings, in a folder of their own, and a table, the best first."""

import re
from typing import Annotated, Any

import typer

from cnn_tui.cli import options
from cnn_tui.cli.asked import with_experiment
from cnn_tui.cli.main import INTERRUPTED
from cnn_tui.cli.output import complain, console, print_json, progress_console, table
from cnn_tui.cli.pruning import Pruning
from cnn_tui.cli.sweep_queue import Outcome, Queue, Wanted
from cnn_tui.cli.watching import TERMINATED, Terminated, ending_with_us
from cnn_tui.errors import UserError
from cnn_tui.runs.events import EpochEnd
from cnn_tui.runs.sweeps import rank, shown_scores, sweep_folder
from cnn_tui.settings import runs_folder
from cnn_tui.spec.estimate import duration
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.sweep import axis, combinations, combined, title
from cnn_tui.text import clean


@with_experiment
def sweep(
    asked: Experiment,
    grid: Annotated[
        list[str] | None,
        typer.Option(
            "--grid",
            metavar="SETTING=VALUES",
            help="Values of a setting of training, data or a layer, one option each: learning_rate=0.001,0.01, "
            "conv2d.filters=16,32; with --random also learning_rate=0.0001..0.1.",
        ),
    ] = None,
    drawn: Annotated[
        int | None, typer.Option("--random", min=1, help="Draw so many combinations by the seed, instead of all.")
    ] = None,
    at_once: Annotated[int, typer.Option(min=1, help="How many runs train at the same time.")] = 1,
    prune: Annotated[
        bool, typer.Option("--prune", help="Stop runs that are worse than the median of those done (Optuna).")
    ] = False,
    runs: options.Runs = None,
    name: options.Name = "",
    as_json: options.AsJson = False,
) -> int:
    """Train an experiment with every combination of settings; said again, it goes on where it was interrupted."""
    if not grid:
        raise UserError("nothing varies", "--grid", "Give a setting and its values: --grid learning_rate=0.001,0.01.")
    axes = tuple(map(axis, grid))
    chosen = combinations(axes, drawn, asked.training.seed)
    wanted = [Wanted(one, combined(asked, one)) for one in chosen]
    label = re.sub(r"[^A-Za-z0-9._-]+", "-", name or asked.model.name).strip("-.") or "runs"
    folder = sweep_folder(runs_folder(runs), label).absolute()
    queue = Queue(folder, at_once, Pruning() if prune else None, lambda one, count: _say(one, count, len(wanted)))
    code = _worked(queue, wanted)
    ranked = sorted(queue.outcomes, key=lambda one: rank(one.history.best))
    if as_json:
        print_json(
            {"folder": str(folder), "settings": [one.name for one in axes], "runs": list(map(_document, ranked))}
        )
    elif ranked:
        _print(ranked, [one.name for one in axes])
        print(folder)
    return code or (0 if any(one.history.best for one in ranked) else 1)


def _worked(queue: Queue, wanted: list[Wanted]) -> int:
    """Works through the queue; the exit code, 0 if it came to its end."""
    try:
        with ending_with_us(lambda: queue):
            queue.work(wanted)
    except KeyboardInterrupt:
        complain("Interrupted and saved. The same command again goes on.")
        return INTERRUPTED
    except Terminated:
        return TERMINATED
    return 0


def _say(one: Outcome, count: int, of: int) -> None:
    """A line on standard error for every run that has ended."""
    best = one.history.best
    words = one.problem or (_scores(best) if best else one.history.text)
    state = "" if one.history.state == "done" or one.problem else f" ({one.history.state})"
    progress_console().print(clean(f"{count}/{of} {title(one.combination)}: {words}{state}", 1000), soft_wrap=True)


def _scores(best: EpochEnd) -> str:
    known = {name: getattr(best, name) for name in ("val_accuracy", "val_loss", "accuracy", "loss")}
    return " ".join(f"{name} {value:.4f}" for name, value in known.items() if value is not None)


def _print(ranked: list[Outcome], names: list[str]) -> None:
    """The table; of the training's own scores only where nothing watched it."""
    scores = shown_scores(one.history.best for one in ranked if one.history.best)
    columns = ["", *names, *scores, "epoch", "time", "state"]
    rows = [[place, *_cells(one, names, scores)] for place, one in enumerate(ranked, start=1)]
    console().print(table(columns, rows, left=["state", *names], whole=columns[:-1]))


def _cells(one: Outcome, names: list[str], scores: tuple[str, ...]) -> list[Any]:
    best, history = one.history.best, one.history
    numbers = [getattr(best, name, None) for name in scores]
    shown = ["–" if value is None else f"{value:.4f}" for value in numbers]
    time, state = duration(history.elapsed), clean(one.problem or history.state, 200)
    return [*(one.combination[name] for name in names), *shown, best.epoch if best else "–", time, state]


def _document(one: Outcome) -> dict[str, Any]:
    best, history = one.history.best, one.history
    scores = {name: getattr(best, name, None) for name in ("val_accuracy", "val_loss", "accuracy", "loss")}
    return {
        "settings": one.combination,
        **scores,
        "best_epoch": best.epoch if best else None,
        "epochs": len(history.epochs),
        "seconds": history.elapsed,
        "state": history.state if one.run else "impossible",
        "problem": one.problem or None,
        "run": str(one.run.path) if one.run else None,
    }
