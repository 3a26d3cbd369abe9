"""The page about finding numbers: its commands as they stand there, one after the other, and its links."""

import json
import re
import shlex
from pathlib import Path

import pytest

from cnn_tui.runs.run import list_runs
from cnn_tui.runs.sweep_overview import OVER, SweepOverview
from cnn_tui.runs.sweeps import sweep_folder
from cnn_tui.spec.experiment import Experiment, dump_experiment
from tests import ROOT
from tests.cli.conftest import Said
from tests.conftest import with_training

PAGE = ROOT / "docs" / "finding.md"


def blocks() -> list[str]:
    """The commands that stand in blocks."""
    return re.findall(r"^cnn-tui (.+)$", PAGE.read_text(), re.MULTILINE)


@pytest.fixture
def asked(experiment: Experiment, tmp_path: Path) -> Experiment:
    """The experiment that the page speaks of."""
    short = with_training(experiment, epochs=1)
    (tmp_path / "experiment.json").write_text(dump_experiment(short))
    return short


def test_what_finds_a_number_runs_as_it_stands_and_leaves_no_run(say: Said, asked: Experiment, tmp_path: Path):
    commands = [command for command in blocks() if not command.startswith("sweep")]
    assert [command.split()[0] for command in commands] == ["find-rate", "find-batch", "train"]
    for command in commands:
        code, out, err = say(*shlex.split(command))
        assert code == 0, err
        assert out
    rates = json.loads(say(*shlex.split(commands[0]), "--json")[1])
    assert len(rates["rates"]) == len(rates["losses"]) <= 100
    assert [path.name for path in tmp_path.iterdir()] == ["experiment.json"]


def test_both_sweeps_run_as_they_stand_and_one_tells_of_them(say: Said, asked: Experiment, tmp_path: Path):
    pytest.importorskip("optuna")
    grid, drawn = (shlex.split(command) for command in blocks() if command.startswith("sweep"))
    code, out, err = say(*grid)
    assert code == 0, err
    folder = sweep_folder(tmp_path / "runs", asked.model.name)
    made = list_runs(folder)
    assert len(made) == 2 * 2
    assert len(out.splitlines()) == 1 + len(made) + 1
    assert out.splitlines()[-1] == str(folder)
    code, _, err = say(*drawn)
    assert code == 0, err
    assert len(list_runs(folder)) == len(made) + int(drawn[drawn.index("--random") + 1])
    (sweep,) = SweepOverview(folder.parent).look()
    assert all(trial.state in OVER for trial in sweep.trials)
    told = re.findall(r"`(cnn-tui runs[^`]*)`", PAGE.read_text())
    assert len(told) == 2
    for command in told:
        words = shlex.split(command.replace("runs/sweep-...", f"runs/{folder.name}"))
        code, out, err = say(*words[1:])
        assert code == 0, err
        assert folder.name in out or all(run.name in out for run in made)


def test_every_link_of_the_page_leads_somewhere():
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", PAGE.read_text()):
        assert (PAGE.parent / target).exists(), target
