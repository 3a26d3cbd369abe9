"""`cnn-tui runs`, `attach`, `resume`, `stop`, `pause`, `save`: what runs there are, and telling one what to do."""

from typing import Annotated, Any

import typer

from cnn_tui.cli import options
from cnn_tui.cli.experiments import report
from cnn_tui.cli.main import INTERRUPTED
from cnn_tui.cli.output import console, print_json, progress_console, table
from cnn_tui.cli.watching import TERMINATED, Terminated, ending_with_us, warning, watch
from cnn_tui.errors import UserError
from cnn_tui.runs.control import Request, ask
from cnn_tui.runs.ending import end_trainer
from cnn_tui.runs.history import History
from cnn_tui.runs.launch import launch
from cnn_tui.runs.run import Run, list_runs, open_run
from cnn_tui.runs.sweep_overview import SweepLine, SweepOverview
from cnn_tui.settings import runs_folder
from cnn_tui.text import clean


def list_all(runs: options.Runs = None, as_json: options.AsJson = False) -> None:
    """The runs in a folder, the newest first."""
    found = [(run, run.history()) for run in list_runs(runs_folder(runs))]
    if as_json:
        print_json([_document(run, history) for run, history in found])
        return
    sweeps = SweepOverview(runs_folder(runs)).look()
    columns = ["run", "state", "epochs", "val accuracy", "train loss"]
    if found:
        cells = [_cells(run, history) for run, history in found]
        console().print(table(columns, cells, left=["run", "state"], whole=["run"]))
    for sweep in sweeps:
        console().print(_sweep_line(sweep), soft_wrap=True)
    if not found and not sweeps:
        console().print(f"There are no runs in {runs_folder(runs)}.")


def attach(run: options.RunPath, runs: options.Runs = None, as_json: options.AsJson = False) -> int:
    """Watch a run from any terminal, with its whole history; leaving it does not stop it."""
    opened = open_run(run, runs_folder(runs))
    try:
        history = watch(opened)
    except KeyboardInterrupt:
        progress_console().print("Left; the run goes on.")
        return INTERRUPTED
    return report(opened, history, as_json)


def resume(run: options.RunPath, runs: options.Runs = None, as_json: options.AsJson = False) -> int:
    """Let a paused run go on, or train an interrupted one on from its newest checkpoint."""
    opened = open_run(run, runs_folder(runs))
    if opened.is_running:
        progress_console().print("A trainer is at work on it already; this shows it.")
        ask(opened, "continue")
        return attach(run, runs, as_json)
    try:
        with ending_with_us(lambda: launch(opened)):
            history = watch(opened)
    except KeyboardInterrupt:
        return INTERRUPTED
    except Terminated:
        return TERMINATED
    return report(opened, history, as_json)


def stop(
    run: options.RunPath,
    runs: options.Runs = None,
    kill: Annotated[bool, typer.Option("--kill", help="End its process, if it does not listen any more.")] = False,
) -> None:
    """Ask a run to stop after the batch at hand and keep its best weights."""
    if not kill:
        _tell(run, runs, "stop", "It stops after the batch at hand.")
        return
    opened = open_run(run, runs_folder(runs))
    left = end_trainer(opened)
    console().print("It has saved and left." if left else "It did not listen and was killed.", end=" ")
    console().print(f"To go on: cnn-tui resume {clean(opened.path, 1000)}", soft_wrap=True)


def save(run: options.RunPath, runs: options.Runs = None) -> None:
    """Ask a run to make a checkpoint now."""
    _tell(run, runs, "save", "It saves after the batch at hand.")


def pause(run: options.RunPath, runs: options.Runs = None) -> None:
    """Ask a run to wait; `cnn-tui resume` lets it go on."""
    _tell(run, runs, "pause", "It waits after the batch at hand.")


def _tell(run: options.RunPath, runs: options.Runs, request: Request, words: str) -> None:
    ask(open_run(run, runs_folder(runs)), request)
    console().print(words)


def _sweep_line(sweep: SweepLine) -> str:
    best = "" if sweep.best is None else f", the best val accuracy is {sweep.best:.4f}"
    told = f"{sweep.name}: {sweep.over:,} of {len(sweep.trials):,} runs are over{best}."
    return f"{clean(told)} To list them: cnn-tui runs --runs {clean(sweep.folder, 1000)}"


def _document(run: Run, history: History) -> dict[str, Any]:
    last = history.epochs[-1] if history.epochs else None
    best = history.best or last
    return {
        "name": run.name,
        "path": str(run.path.absolute()),
        "state": history.state,
        "epoch": len(history.epochs),
        "epochs": history.epochs_wanted or _epochs_asked(run),
        "loss": last and last.loss,
        "accuracy": last and last.accuracy,
        "val_accuracy": best and best.val_accuracy,
        "images_per_second": history.images_per_second,
        "pid": run.pid,
        "text": history.text or None,
        "seconds_silent": round(run.seconds_silent, 1) or None,
        "warning": warning(run, history) or None,
        "started": history.started or None,
    }


def _epochs_asked(run: Run) -> int | None:
    try:
        return run.experiment().training.epochs
    except UserError:  # a damaged run must not hide the others
        return None


def _cells(run: Run, history: History) -> list[str]:
    known = _document(run, history)
    score, loss = known["val_accuracy"], known["loss"]
    return [
        run.name,
        f"{history.state}, no sign of life" if known["seconds_silent"] else history.state,
        f"{known['epoch']} of {known['epochs']}" if known["epochs"] else "",
        "" if score is None else f"{score:.4f}",
        "" if loss is None else f"{loss:.4f}",
    ]
