"""The page about several processes and machines: what one machine can do is done, two machines are two torchruns here."""

import os
import re
import shlex
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from cnn_tui.runs.run import Run, list_runs
from cnn_tui.spec.experiment import Experiment, dump_experiment
from tests import ROOT
from tests.cli.conftest import Said
from tests.conftest import with_training

PAGE = ROOT / "docs" / "many-machines.md"
PATIENCE_SECONDS = 180
A_RUN = "/shared/runs/2026-11-22-1203-large"


def blocks() -> list[str]:
    return re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL)


def block_with(words: str) -> str:
    (found,) = (one for one in blocks() if words in one)
    return found


def torchruns() -> list[list[str]]:
    """What torchrun is given, wherever the page calls it; variables of the shell as the number 2."""
    joined = [one.replace("\\\n", " ") for one in blocks()]
    calls = [call for one in joined for call in re.findall(r"^(?:srun )?torchrun (.+)$", one, re.MULTILINE)]
    return [shlex.split(call.replace('"$SLURM_NNODES"', "2")) for call in calls]


@pytest.fixture
def asked(experiment: Experiment, tmp_path: Path) -> Experiment:
    """The experiment that the page speaks of."""
    short = with_training(experiment, epochs=1)
    (tmp_path / "experiment.json").write_text(dump_experiment(short))
    return short


def test_four_processes_train_as_it_stands(say: Said, asked: Experiment, tmp_path: Path):
    code, _, err = say(*shlex.split(block_with("--processes"))[1:])
    assert code == 0, err
    (run,) = list_runs(tmp_path / "runs")
    assert (run.history().state, run.machine()["team"]) == ("done", 4)


def test_two_machines_train_what_was_prepared(say: Said, asked: Experiment, tmp_path: Path):
    code, out, err = say(*shlex.split(block_with("--prepare"))[1:])
    assert code == 0, err
    run = Run(tmp_path / out.strip())
    assert run in list_runs(tmp_path / "runs")
    with socket.socket() as free:
        free.bind(("localhost", 0))
        address = f"localhost:{free.getsockname()[1]}"
    script = block_with("first-machine")
    for there, here in (("first-machine:29500", address), ("per-node 4", "per-node 1"), (A_RUN, str(run.path))):
        assert there in script
        script = script.replace(there, here)
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    machines = [
        subprocess.Popen(["bash", "-e", "-c", script], env=environment, stderr=subprocess.PIPE) for _ in range(2)
    ]
    said = [machine.communicate(timeout=PATIENCE_SECONDS)[1].decode() for machine in machines]
    assert [machine.returncode for machine in machines] == [0, 0], said
    assert (run.history().state, run.machine()["team"]) == ("done", 2)
    (shown,) = re.findall(r"`cnn-tui (attach [^`]+)`", PAGE.read_text())
    code, _, err = say(*shlex.split(shown.replace(A_RUN, str(run.path))))
    assert (code, "epoch 1/1" in err) == (0, True)


def test_what_torchrun_is_given_it_knows():
    from torch.distributed.run import parse_args

    for words in torchruns():
        known = parse_args(words)
        assert known.module
        assert known.training_script == "cnn_tui.engine.trainer"
        assert (known.nnodes, known.nproc_per_node, known.max_restarts, known.rdzv_backend) == ("2", "4", 3, "c10d")
    assert len(torchruns()) == 2


def test_the_script_for_slurm_is_one_that_bash_reads(say: Said):
    script = block_with("#SBATCH")
    done = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    exports = re.findall(r"export .*?(PYTHONSAFEPATH=.*)", PAGE.read_text())
    assert len(set(exports)) == 1
    assert len(exports) == 2


def test_every_option_of_the_program_that_the_page_names_is_in_its_help(say: Said):
    calls = re.findall(r"(?:^|`)(?:srun )?cnn-tui ([^`\n]+)", PAGE.read_text(), re.MULTILINE)
    assert len(calls) == 4
    for call in calls:
        command, *words = shlex.split(call)
        code, out, _ = say(command, "--help")
        assert code == 0
        assert all(word in out for word in words if word.startswith("--")), call


def test_every_link_of_the_page_leads_somewhere():
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", PAGE.read_text()):
        assert (PAGE.parent / target).exists(), target
