"""A run that is made and not started waits for torchrun, or for `resume`."""

import json
from pathlib import Path

from cnn_tui.runs.run import Run
from cnn_tui.spec.experiment import Experiment, dump_experiment
from tests.cli.conftest import Said


def test_a_prepared_run_is_whole_and_nobody_works_on_it(say: Said, experiment: Experiment, tmp_path: Path):
    (tmp_path / "asked.json").write_text(dump_experiment(experiment))
    code, out, _ = say("train", "asked.json", "--prepare", "--json", "--name", "later", "--epochs", "9")
    run = Run(Path(json.loads(out)["run"]))
    assert code == 0
    assert run.name.endswith("-later")
    assert run.experiment().training.epochs == 9
    assert not run.is_running
    assert not run.events_file.exists()


def test_no_processes_are_wrong_usage(say: Said, experiment: Experiment, tmp_path: Path):
    (tmp_path / "asked.json").write_text(dump_experiment(experiment))
    code, _, err = say("train", "asked.json", "--processes", "0")
    assert code == 2
    assert "--processes" in err
