"""`cnn-tui tutorial` and `cnn-tui train`: an experiment, its run in a process of its own, and what came of it."""

from pathlib import Path
from statistics import median
from typing import Annotated, Any

import typer
from msgspec.structs import asdict

from cnn_tui.cli import options
from cnn_tui.cli.asked import with_experiment
from cnn_tui.cli.main import INTERRUPTED
from cnn_tui.cli.options import found_data, with_options
from cnn_tui.cli.output import complain, print_evaluation, print_final_scores, print_json, progress_console
from cnn_tui.cli.rooms import print_estimate
from cnn_tui.cli.watching import TERMINATED, Terminated, ending_with_us, watch
from cnn_tui.errors import UserError, one_of, writing
from cnn_tui.files import replace_text
from cnn_tui.machine import memory_bytes
from cnn_tui.results.evaluation import read_evaluation, summary
from cnn_tui.results.final_scores import final_document, read_final_scores
from cnn_tui.runs.events import EpochEnd
from cnn_tui.runs.history import History
from cnn_tui.runs.launch import launch
from cnn_tui.runs.run import Run, create_run
from cnn_tui.settings import runs_folder
from cnn_tui.spec.checks import around, check
from cnn_tui.spec.experiment import Experiment, data_meant, dump_experiment
from cnn_tui.spec.presets import PRESETS, SAMPLE_EPOCHS, PresetName
from cnn_tui.spec.presets import tutorial as tutorial_experiment
from cnn_tui.spec.shapes import total_parameters, trace


def tutorial(
    data: options.DataPaths = None,
    epochs: options.Epochs = None,
    preset: Annotated[
        str, typer.Option(help="The network: as the tutorial's text or as its workflow has it.")
    ] = "text",
    scale: options.Scale = None,
    seed: options.Seed = None,
    device: options.Device = None,
    precision: options.Precision = None,
    runs: options.Runs = None,
    as_json: options.AsJson = False,
) -> int:
    """The Galaxy CNN tutorial from files to confusion matrix; on the sample digits unless there is --data."""
    if preset not in PRESETS:
        raise UserError(f'there is no preset "{preset}"', "--preset", f"Use {one_of(tuple(PRESETS))}.")
    chosen: PresetName = "text" if preset == "text" else "workflow"
    found = found_data(data)
    experiment = with_options(
        tutorial_experiment(chosen, found),
        data={} if scale is None else {"scale": scale},
        training={"epochs": epochs, "seed": seed, "device": device, "precision": precision},
    )
    if found is None and epochs is None:
        progress_console().print(
            f"The sample digits are an eighth of MNIST, so this trains {experiment.training.epochs} epochs "
            f"instead of {PRESETS[chosen].epochs}."
            if PRESETS[chosen].epochs < SAMPLE_EPOCHS
            else f"Training {experiment.training.epochs} epochs on the sample digits."
        )
    return _run_to_the_end(experiment, runs_folder(runs), "tutorial", as_json, lines=False)


@with_experiment
def train(
    asked: Experiment,
    runs: options.Runs = None,
    name: options.Name = "",
    detach: Annotated[bool, typer.Option("--detach", help="Return at once; the run goes on by itself.")] = False,
    processes: Annotated[
        int, typer.Option(min=1, help="How many processes of this machine train it together: one for each GPU.")
    ] = 1,
    prepare: Annotated[
        bool, typer.Option("--prepare", help="Make the run and start nothing: torchrun will, on several machines.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON line an epoch, then one document.")] = False,
    export_experiment: Annotated[Path | None, typer.Option(help="Write the experiment and train nothing.")] = None,
    estimate: Annotated[
        bool, typer.Option("--estimate", help="Time some steps, say how long it would take, and train nothing.")
    ] = False,
) -> int:
    """Train an experiment, or a --model on --data: progress on a terminal, one line an epoch elsewhere."""
    if export_experiment:
        with writing(export_experiment):
            replace_text(export_experiment, dump_experiment(asked))
        return 0
    if estimate:
        return print_estimate(asked, as_json)
    if detach or prepare:
        run = make_run(asked, runs_folder(runs), name)
        if detach:
            launch(run, processes)
        print_json({"run": str(run.path)}) if as_json else print(run.path)
        return 0
    return _run_to_the_end(asked, runs_folder(runs), name, as_json, lines=True, processes=processes)


def make_run(experiment: Experiment, folder: Path, name: str) -> Run:
    """The run. Raises UserError: everything is checked first, so that a mistake leaves nothing behind."""
    from cnn_tui.data.class_weights import class_weights
    from cnn_tui.data.dataset import open_data
    from cnn_tui.data.parts import split

    opened = open_data(data_meant(experiment))
    train, memory = opened.train, memory_bytes() if experiment.training.device == "cpu" else 0
    known = around(experiment, train.images.shape[1:], train.classes, train.targets, memory)
    for problem in check(experiment.model, known):
        raise problem.error
    parts = split(opened, experiment.data, experiment.training.seed)  # refused now or never, as are the weights
    if not train.targets:
        class_weights(experiment.data.class_weights, parts.training)
    return create_run(folder, experiment, name)


def _run_to_the_end(
    experiment: Experiment, folder: Path, name: str, as_json: bool, lines: bool, processes: int = 1
) -> int:
    """Trains in the foreground and says what came of it; returns the exit code."""

    def tell(epoch: EpochEnd, history: History) -> None:
        print_json(epoch_document(epoch))

    run = make_run(experiment, folder, name)
    try:
        with ending_with_us(lambda: launch(run, processes)) as process:
            history = watch(run, tell if as_json and lines else None)
    except KeyboardInterrupt:
        complain(f"Interrupted and saved. To go on: cnn-tui resume {run.path}")
        return INTERRUPTED
    except Terminated:
        return TERMINATED
    process.wait()
    return report(run, history, as_json)


def run_fold(experiment: Experiment, folder: Path, name: str) -> tuple[Run, int]:
    """Trains one fold in the foreground; the run, and an exit code that is not 0 if it did not come to its scores."""
    run = make_run(experiment, folder, name)
    try:
        with ending_with_us(lambda: launch(run)) as process:
            history = watch(run)
    except KeyboardInterrupt:
        complain(f"Interrupted and saved. To go on with this fold: cnn-tui resume {run.path}")
        return run, INTERRUPTED
    except Terminated:
        return run, TERMINATED
    process.wait()
    if history.state == "done":
        return run, 0
    complain(f"{run.path}: {history.text}")
    return run, 1


def report(run: Run, history: History, as_json: bool) -> int:
    """Says what came of a run that has ended; returns the exit code."""
    if history.state not in ("done", "stopped"):
        way_on = "" if history.state == "diverged" else f" To go on: cnn-tui resume {run.path}"
        complain(f"{run.path}: {history.text}{way_on}")
        if as_json:
            print_json(document(run, history))
        return TERMINATED if run.was_saved_by_signal else 1
    if as_json:
        print_json(document(run, history))
    else:
        if run.evaluation_file.exists():
            print_evaluation(read_evaluation(run.evaluation_file))
        if run.scores_file.exists():
            print_final_scores(read_final_scores(run.scores_file))
        print(f"{history.text}\n{run.path}")
    return 0


def document(run: Run, history: History) -> dict[str, Any]:
    """A run as scripts read it: its test when there was one, its epochs, speed and state."""
    tested = summary(read_evaluation(run.evaluation_file)) if run.evaluation_file.exists() else {}
    return {
        **tested,
        **_final_scores(run),
        "parameters": total_parameters(trace(run.experiment().model)),
        "epochs": [epoch_document(epoch) for epoch in history.epochs],
        "images_per_second": median(epoch.images_per_second for epoch in history.epochs) if history.epochs else 0.0,
        "state": history.state,
        "run": str(run.path),
    }


def _final_scores(run: Run) -> dict[str, Any]:
    """What the test was judged by; of predicted numbers also what scripts find of classes in their evaluation."""
    path = run.scores_file
    if not path.exists():
        return {}
    return final_document(read_final_scores(path))


def epoch_document(epoch: EpochEnd) -> dict[str, Any]:
    """An epoch as scripts read it; what was computed beside loss and accuracy stands among them by its name."""
    keys = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate", "seconds", "images_per_second")
    document = {key: value for key, value in asdict(epoch).items() if key in keys}
    return document | epoch.metrics | {f"val_{name}": value for name, value in epoch.val_metrics.items()}
