"""`cnn-tui doctor`: what this machine and this terminal can do; or, of a run, whether its files are whole."""

from pathlib import Path
from typing import Annotated, Any

import typer

from cnn_tui.cli import options
from cnn_tui.cli.abilities import abilities
from cnn_tui.cli.output import console, print_json, table
from cnn_tui.errors import UserError
from cnn_tui.runs.health import Health, examine, repair
from cnn_tui.runs.run import open_run
from cnn_tui.settings import runs_folder
from cnn_tui.text import clean


def doctor(
    run: Annotated[Path | None, typer.Argument(metavar="[RUN]", help="A run's folder, or its name.")] = None,
    runs: options.Runs = None,
    mend: Annotated[bool, typer.Option("--repair", help="Remove what killed trainers left half done.")] = False,
    as_json: options.AsJson = False,
) -> int:
    """Say what this machine and this terminal can do; or whether a RUN's files are whole and what can be resumed."""
    if run is None:
        if mend:
            raise UserError("there is nothing to repair", "--repair", "Give a RUN.")
        return _machine(runs_folder(runs), as_json)
    opened = open_run(run, runs_folder(runs))
    removed = repair(opened) if mend else ()
    health = examine(opened)
    if as_json:
        print_json(_document(health, removed))
    else:
        _print(health, removed)
    return 0 if health.is_whole else 1


def _machine(folder: Path, as_json: bool) -> int:
    found = abilities(folder)
    if as_json:
        print_json({one.key: one.value for one in found if one.key})
        return 0
    rows = [(one.name, one.words) for one in found if one.words]
    console().print(table(["what", "is"], rows, left=["what", "is"]))
    return 0


def _print(health: Health, removed: tuple[str, ...]) -> None:
    out = console()
    rows = [(one.what, one.problem or "whole") for one in health.found]
    out.print(table(["file", "state"], rows, left=["file", "state"], whole=["file"]))
    start = health.resumes_from or "its beginning: there is no whole checkpoint"
    out.print(
        f"A trainer is at work on it, last saved at {start}." if health.is_running else f"It resumes from {start}."
    )
    if health.leftovers and not health.is_running:
        out.print(f"Left half done by a trainer that was killed: {clean(', '.join(health.leftovers), 1000)}.")
        out.print("--repair removes that; the next trainer does so too.")
    for name in removed:
        out.print(f"Removed {clean(name)}.")


def _document(health: Health, removed: tuple[str, ...]) -> dict[str, Any]:
    return {
        "whole": health.is_whole,
        "files": [{"file": one.what, "problem": one.problem or None} for one in health.found],
        "resumes_from": health.resumes_from or None,
        "running": health.is_running,
        "leftovers": list(health.leftovers),
        "removed": list(removed),
    }
