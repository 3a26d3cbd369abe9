"""A real trainer that is given other settings while it works, and killed: the run ends as those settings have it."""

from pathlib import Path

from cnn_tui.runs.control import Wish, asked, wish_for
from cnn_tui.runs.events import Changed, EpochEnd
from cnn_tui.runs.launch import launch
from cnn_tui.runs.run import create_run
from cnn_tui.spec.experiment import Experiment
from tests.conftest import with_training
from tests.runs.test_trainer_process import finish, wait_for


def test_a_running_run_takes_other_settings_survives_a_kill_with_them_and_a_finished_one_goes_on(
    tmp_path: Path, experiment: Experiment
):
    run = create_run(tmp_path, with_training(experiment, epochs=100_000))
    process = launch(run)
    wait_for(run, lambda event: isinstance(event, EpochEnd))
    wish_for(run, Wish(learning_rate=0.0005))
    changed = wait_for(run, lambda event: isinstance(event, Changed))
    assert isinstance(changed, Changed)
    assert (changed.learning_rate, changed.epochs) == (0.0005, None)
    wait_for(run, lambda event: isinstance(event, EpochEnd) and event.epoch >= changed.epoch + 2)
    process.kill()
    process.wait()

    epochs = len(run.history().epochs) + 2
    wish_for(run, Wish(epochs=epochs))
    assert finish(launch(run)) == 0
    history = run.history()
    assert (history.state, history.epochs_wanted, len(history.epochs)) == ("done", epochs, epochs)
    after = [end.learning_rate for end in history.epochs if end.epoch > changed.epoch + 1]
    assert set(after) == {0.0005}
    assert asked(run).wish == Wish()

    wish_for(run, Wish(epochs=epochs + 1))
    assert finish(launch(run)) == 0
    assert len(run.history().epochs) == epochs + 1
    assert run.evaluation_file.exists()
