"""What the tests of the commands share: running one, and a run that was made once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cnn_tui.cli.main import run as run_command
from cnn_tui.runs.run import Run, list_runs
from cnn_tui.spec.experiment import Experiment, dump_experiment

Said = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Said:
    """Runs a command in a folder of its own: exit code, standard output, standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def said(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run_command([str(word) for word in words])
        out, err = capsys.readouterr()
        return code, out, err

    return said


@pytest.fixture(scope="module")
def runs(experiment: Experiment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one run in it, made by `train`."""
    folder = tmp_path_factory.mktemp("runs")
    path = folder / "asked.json"
    path.write_text(dump_experiment(experiment))
    assert run_command(["train", str(path), "--runs", str(folder), "--name", "small"]) == 0
    return folder


@pytest.fixture
def run(runs: Path) -> Run:
    return list_runs(runs)[0]
