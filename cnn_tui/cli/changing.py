"""`cnn-tui set`: other settings for a run while it is at work, or for when it is resumed."""

from cnn_tui.cli import options
from cnn_tui.cli.output import console
from cnn_tui.errors import UserError
from cnn_tui.runs.control import FIELDS, Wish, wish_for
from cnn_tui.runs.run import open_run
from cnn_tui.settings import runs_folder
from cnn_tui.spec.make import check


def set_settings(
    run: options.RunPath,
    learning_rate: options.LearningRate = None,
    epochs: options.Epochs = None,
    runs: options.Runs = None,
) -> None:
    """Give a run another learning rate or number of epochs from the next batch on; it is recorded in the run."""
    given = {"learning_rate": learning_rate, "epochs": epochs}
    for name, value in given.items():
        if value is not None:
            check(FIELDS[name], value, f"--{name.replace('_', '-')}")
    if learning_rate is None and epochs is None:
        raise UserError("there is nothing to set", remedy="Give --learning-rate X, --epochs N or both.")
    opened = open_run(run, runs_folder(runs))
    wish_for(opened, Wish(learning_rate=learning_rate, epochs=epochs))
    is_running = opened.is_running
    console().print("It holds from the next batch on." if is_running else "It holds from when the run is resumed.")
