"""Who is at work on a run, and what is said of one that left without a word, hangs, or is on another machine."""

import json
import os
import platform
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from cnn_tui.errors import UserError
from cnn_tui.runs import ending, presence
from cnn_tui.runs.ending import end_trainer
from cnn_tui.runs.heartbeat import SILENT_AFTER_SECONDS, Heartbeat
from cnn_tui.runs.launch import launch
from cnn_tui.runs.run import Run, create_run
from cnn_tui.spec.experiment import Experiment
from tests import ROOT
from tests.conftest import with_training
from tests.recordings import at_work, beginning, interrupted, new_run, record

MANY = 20


@pytest.fixture
def left(tmp_path: Path) -> Run:
    """A run whose trainer left without a word, on this machine."""
    run = record(new_run(tmp_path), interrupted())
    presence.write_presence(run.machine_file, presence.ourselves(), {})
    return run


def amend(run: Run, **facts: object) -> None:
    run.machine_file.write_text(json.dumps(run.machine() | facts))


def test_a_trainer_that_was_killed_is_told_as_that(left: Run):
    assert left.history().state == "interrupted"
    assert "ended from outside" in left.history().text


def test_a_machine_that_was_started_anew_is_told(left: Run):
    amend(left, boot="another")
    assert left.history().text == "The machine was started anew while it was at work. Resume it."


def test_the_system_that_ends_processes_for_lack_of_memory_is_told(left: Run, tmp_path: Path, monkeypatch):
    (tmp_path / "vmstat").write_text("pgfault 1\noom_kill 3\n")
    monkeypatch.setattr(presence, "KILLS", tmp_path / "vmstat")
    assert "has ended 3 processes for lack of memory since it began" in left.history().text
    amend(left, out_of_memory_kills=3)
    assert "memory" not in left.history().text


def test_a_trainer_that_crashed_is_told_with_its_place(left: Run):
    left.log_file.write_text("Fatal Python error: Segmentation fault\n\nCurrent thread\n")
    assert "crashed: Fatal Python error: Segmentation fault" in left.history().text


def test_on_another_machine_signs_of_life_count_and_never_for_ever(left: Run):
    amend(left, host="elsewhere")
    assert left.history().state == "interrupted"
    assert "It ran on elsewhere, which gives no sign of life" in left.history().text
    Heartbeat(left.heartbeat_file).beat()
    assert left.is_running
    assert left.history().state != "interrupted"
    with pytest.raises(UserError, match="its trainer is at work on elsewhere"):
        end_trainer(left)
    ago = time.time() - presence.SECONDS_UNTIL_GIVEN_UP - 1
    os.utime(left.heartbeat_file, (ago, ago))
    assert not left.is_running
    with at_work(left):  # the lock of a machine that is gone
        assert not left.is_running


def test_signs_of_life_come_once_a_second_at_most(tmp_path: Path):
    heart = Heartbeat(tmp_path / "heartbeat")
    heart.beat()
    os.utime(tmp_path / "heartbeat", (0, 0))
    heart.beat()
    assert (tmp_path / "heartbeat").stat().st_mtime == 0
    heart._next = 0.0
    heart.beat()
    assert (tmp_path / "heartbeat").stat().st_mtime > 0


def test_a_silent_trainer_is_told_after_ten_seconds(tmp_path: Path):
    run = record(new_run(tmp_path), beginning())
    with at_work(run):
        assert run.seconds_silent == 0
        Heartbeat(run.heartbeat_file).beat()
        assert run.seconds_silent == 0
        ago = time.time() - SILENT_AFTER_SECONDS - 2
        os.utime(run.heartbeat_file, (ago, ago))
        assert run.seconds_silent == pytest.approx(12, abs=1)
    assert run.seconds_silent == 0


def test_a_trainer_that_hangs_is_ended_and_its_run_goes_on(experiment: Experiment, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(ending, "PATIENCE_SECONDS", 0.5)
    run = create_run(tmp_path, with_training(experiment, epochs=1))
    process = launch(run)
    process.send_signal(signal.SIGSTOP)
    assert run.is_running
    assert end_trainer(run) is False
    assert process.wait(60) == -signal.SIGKILL
    assert run.history().state == "interrupted"
    assert ending.KILLED in run.log_file.read_text()
    with pytest.raises(UserError, match="nothing to end: this run is interrupted"):
        end_trainer(run)


DEAF = """
import signal, subprocess, sys, time
from pathlib import Path
from cnn_tui.runs.lock import held
from cnn_tui.runs.presence import ourselves, write_presence
from cnn_tui.runs.run import Run

run = Run(Path(sys.argv[1]))
signal.signal(signal.SIGTERM, signal.SIG_IGN)
with held(run.lock_file):
    write_presence(run.machine_file, ourselves(), {})
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1e6)"])
    print("ready", flush=True)
    time.sleep(1e6)
"""
"""A trainer that does not listen, and that has started a process of its own."""


def test_what_a_trainer_has_started_is_killed_with_it(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(ending, "PATIENCE_SECONDS", 0.5)
    run = record(new_run(tmp_path), beginning())
    words = [sys.executable, "-c", DEAF, str(run.path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, start_new_session=True) as deaf:
        assert deaf.stdout
        assert deaf.stdout.readline() == b"ready\n"
        assert end_trainer(run) is False
        assert deaf.stdout.read() == b""  # its end comes when nobody holds the other one any more
        assert deaf.wait(60) == -signal.SIGKILL
    assert run.history().state == "interrupted"


def test_a_trainer_that_leads_no_group_is_killed_alone(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(ending, "PATIENCE_SECONDS", 0.5)
    run = record(new_run(tmp_path), beginning())
    with subprocess.Popen([sys.executable, "-c", DEAF, str(run.path)], stdout=subprocess.PIPE) as deaf:
        assert deaf.stdout
        assert deaf.stdout.readline() == b"ready\n"
        (child,) = psutil.Process(deaf.pid).children()
        assert end_trainer(run) is False
        assert deaf.wait(60) == -signal.SIGKILL
        child.kill()


def test_one_that_the_system_does_not_let_go_of_is_told(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(ending, "PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(ending, "_kill", lambda process: None)  # as if it waited for a disk for ever
    run = record(new_run(tmp_path), beginning())
    with subprocess.Popen(
        [sys.executable, "-c", DEAF, str(run.path)], stdout=subprocess.PIPE, start_new_session=True
    ) as deaf:
        assert deaf.stdout
        deaf.stdout.readline()
        with pytest.raises(UserError, match="waits for a disk or a device that does not answer"):
            end_trainer(run)
        os.killpg(deaf.pid, signal.SIGKILL)


def test_another_process_of_the_same_number_is_left_alone(tmp_path: Path):
    run = record(new_run(tmp_path), beginning())
    with at_work(run), subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        run.machine_file.write_text(json.dumps({"pid": stranger.pid, "host": platform.node(), "born": 1.0}))
        with pytest.raises(UserError, match="cannot be found"):
            end_trainer(run)
        assert stranger.poll() is None
        stranger.kill()


def test_of_twenty_at_once_one_trains_and_the_others_say_so(experiment: Experiment, tmp_path: Path):
    run = create_run(tmp_path, with_training(experiment, batch_size=1, epochs=1000))
    script = (
        "import sys; from pathlib import Path; from cnn_tui.errors import UserError\n"
        "from cnn_tui.runs.launch import launch; from cnn_tui.runs.run import Run\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "try: print(launch(Run(Path(sys.argv[1]))).pid)\n"
        "except UserError as error: print(error)"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": ROOT}
    many = [subprocess.Popen([sys.executable, "-c", script, run.path], **pipes) for _ in range(MANY)]
    assert {one.stdout.readline() for one in many} == {"ready\n"}
    for one in many:
        one.stdin.write("go\n")
        one.stdin.flush()
    answers = [one.communicate(timeout=120)[0].strip() for one in many]
    winners = [answer for answer in answers if answer.isdigit()]
    assert winners == [str(run.pid)]
    assert sum("this run has a trainer at work already" in answer for answer in answers) == MANY - 1
    os.kill(int(winners[0]), signal.SIGKILL)
