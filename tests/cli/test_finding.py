"""Commands that find numbers before a training: they say them and leave no run behind."""

import json
from pathlib import Path

from cnn_tui.spec.experiment import Experiment, dump_experiment
from cnn_tui.spec.rate_curve import rate_curve
from tests.cli.conftest import Said


def test_the_command_says_it_and_leaves_no_run(say: Said, experiment: Experiment, tmp_path: Path):
    (tmp_path / "asked.json").write_text(dump_experiment(experiment))
    code, out, _ = say("find-rate", "asked.json", "--json", "--seed", "8")
    document = json.loads(out)
    assert code == 0
    again = rate_curve(tuple(document["rates"]), tuple(document["losses"]), document["diverged"])
    assert (document["suggestion"], document["sentence"]) == (again.suggestion, again.sentence)
    assert [path.name for path in tmp_path.iterdir()] == ["asked.json"]
