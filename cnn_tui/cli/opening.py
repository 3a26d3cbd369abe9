"""Opening the application on what was given. It imports little, so that the first frame comes soon."""

import gc
import sys
from pathlib import Path

from msgspec.structs import replace

from cnn_tui.errors import Place, UserError
from cnn_tui.runs.run import Run, list_runs, open_run
from cnn_tui.runs.sweeps import is_sweep
from cnn_tui.settings import read_settings, runs_folder
from cnn_tui.spec.data import where
from cnn_tui.spec.experiment import Experiment, read_experiment
from cnn_tui.spec.json_text import read_json
from cnn_tui.spec.make import change
from cnn_tui.spec.presets import tutorial
from cnn_tui.text import clean
from cnn_tui.ui.session import Session


def open_application(path: Path | None = None, runs: Path | None = None) -> int:
    """Shows what a path holds, or the newest run, or else the tutorial; returns the exit code. Raises UserError."""
    folder = runs_folder(runs)
    newest = next(iter(list_runs(folder)), None)
    if path is not None:
        session, place = _session(path)
        folder = session.sweep.parent if session.sweep else folder
    elif newest is not None:
        session, place = _of_newest(newest)
    else:
        session, place = _of_experiment(tutorial()), "data"
    return _show(session, folder, place)


def open_demo(runs: Path | None = None) -> int:
    """Shows the tutorial on the sample digits, ready to train; returns the exit code. Raises UserError."""
    return _show(_of_experiment(tutorial()), runs_folder(runs), "data")


def _session(path: Path) -> tuple[Session, str]:
    """What a path holds, and the place where it is looked at. Raises UserError."""
    if not where(str(path)).path.exists():
        raise UserError(
            "there is no such file or folder", Place(path), "Give data, a model, an experiment, a run or a sweep."
        )
    if (path / "experiment.json").is_file():
        return _of_newest(open_run(path))
    if is_sweep(path := path.absolute()):
        return _of_sweep(path), "runs"
    if path.suffix == ".json":
        return _of_json(path)
    if path.suffix.lower() == ".ga":
        return _of_workflow(path)
    from cnn_tui.data.find import find_data

    return _of_experiment(replace(tutorial(), data=find_data([path]))), "data"


def _of_json(path: Path) -> tuple[Session, str]:
    from cnn_tui.interop.models import open_model

    try:
        return _of_experiment(read_experiment(path)), "data"
    except UserError as no_experiment:
        if isinstance(held := read_json(path), dict) and "data" in held:
            raise no_experiment from None
    model = open_model(path)
    return replace(_of_experiment(tutorial()), model=model, saved_model=model, model_file=path), "model"


def _of_workflow(path: Path) -> tuple[Session, str]:
    """The network and the training of a Galaxy workflow, on the sample digits: it holds no data itself."""
    from cnn_tui.interop.galaxy import read_workflow

    workflow = read_workflow(read_json(path), path.name)
    for note in (*workflow.notes, *workflow.cannot):
        print(clean(f"· {note}", 1000), file=sys.stderr)
    experiment = tutorial()
    experiment = replace(experiment, model=workflow.model, training=workflow.training)
    return _of_experiment(replace(experiment, data=change(experiment.data, "the data", **workflow.split))), "model"


def _of_newest(run: Run) -> tuple[Session, str]:
    """A run where there is most to see: at work, or tested."""
    session = replace(_of_experiment(run.experiment()), run=run)
    return session, "results" if run.has_results and not run.is_running else "train"


def _of_sweep(folder: Path) -> Session:
    """A sweep, with the experiment of the newest of its runs."""
    newest = next(iter(list_runs(folder)), None)
    return replace(_of_newest(newest)[0] if newest else _of_experiment(tutorial()), sweep=folder)


def _of_experiment(experiment: Experiment) -> Session:
    return Session(
        data=experiment.data, model=experiment.model, training=experiment.training, saved_model=experiment.model
    )


def _show(session: Session, folder: Path, place: str) -> int:
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):  # it is drawn on the last
        raise UserError(
            "the application needs a terminal", remedy="Use a command instead; `cnn-tui --help` lists them."
        )
    gc.disable()  # until the first frame: nothing is garbage yet, and the search for it would take a tenth of the time
    from cnn_tui.ui.app import run_app

    code = run_app(session, read_settings(), folder, place)
    for run in list_runs(folder):
        if run.is_running:
            print(f"The run goes on. To see it again: cnn-tui attach {clean(run.path)}")
    return code
