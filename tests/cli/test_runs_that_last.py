"""What the command line says of runs and of this machine: whole or not, silent, saved now, ended by the system."""

import json
import os
import sys
import threading
import time
from pathlib import Path

import pytest

from cnn_tui.cli import abilities
from cnn_tui.runs.control import asked
from cnn_tui.runs.events import EpochEnd, EventWriter, Sample, Saved, Started, Unsaved, now, read_events
from cnn_tui.runs.heartbeat import Heartbeat
from cnn_tui.runs.run import Run
from tests.cli.conftest import Said
from tests.recordings import at_work, beginning, interrupted, new_run, record

EVENTS = 100_000


def test_doctor_says_that_a_run_is_whole(say: Said, run: Run):
    code, out, _ = say("doctor", run.path)
    assert code == 0
    assert "It resumes from epoch-0003-step-000000." in out
    document = json.loads(say("doctor", run.path, "--json")[1])
    assert document["whole"] is True
    assert {"file": "epoch-0003-step-000000", "problem": None} in document["files"]


def test_doctor_names_what_is_damaged_and_repairs_only_leftovers(say: Said, tmp_path: Path):
    run = record(new_run(tmp_path), interrupted())
    (run.checkpoints_folder / "epoch-0001-step-000000").mkdir()
    (run.checkpoints_folder / ".epoch-0002-step-000000.77").mkdir()
    code, out, _ = say("doctor", run.path)
    assert code == 1
    assert "MANIFEST.json is missing" in out
    assert "there is no whole checkpoint" in out
    assert "Left half done by a trainer that was killed: checkpoints/.epoch-0002-step-000000.77." in out
    document = json.loads(say("doctor", run.path, "--repair", "--json")[1])
    assert document["removed"] == ["checkpoints/.epoch-0002-step-000000.77"]
    assert (run.checkpoints_folder / "epoch-0001-step-000000").exists()


def test_doctor_says_what_this_machine_can_do(say: Said):
    code, out, _ = say("doctor")
    assert code == 0
    assert {"Python", "torch", "memory", "terminal"} <= set(out.split())
    document = json.loads(say("doctor", "--json")[1])
    assert document["python"] == ".".join(map(str, sys.version_info[:3]))
    assert set(document) >= {"torch", "device", "memory_bytes", "disk_free_bytes", "size", "colours", "missing"}
    assert say("doctor", "--repair")[2].startswith("--repair: there is nothing to repair.")


def test_doctor_says_how_what_is_missing_is_installed(say: Said, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(abilities, "_is_there", lambda package: package != "kornia")
    assert "pip install 'cnn-tui[augment]'" in say("doctor")[1]
    assert json.loads(say("doctor", "--json")[1])["missing"] == {"augment": "pip install 'cnn-tui[augment]'"}


def test_a_silent_run_is_told_with_the_way_to_end_it(say: Said, tmp_path: Path):
    run = record(new_run(tmp_path / "runs"), beginning())
    with at_work(run):
        Heartbeat(run.heartbeat_file).beat()
        assert json.loads(say("runs", "--json", "--runs", tmp_path / "runs")[1])[0]["seconds_silent"] is None
        ago = time.time() - 15
        os.utime(run.heartbeat_file, (ago, ago))
        one = json.loads(say("runs", "--json", "--runs", tmp_path / "runs")[1])[0]
        assert one["seconds_silent"] == pytest.approx(15, abs=2)
        assert (
            one["warning"]
            == f"No sign of life for {one['seconds_silent']:.0f} s. To end it: cnn-tui stop --kill {run.path}"
        )
        assert "training, no sign of life" in say("runs", "--runs", tmp_path / "runs")[1]


def test_a_run_that_cannot_save_is_told(say: Said, tmp_path: Path):
    text = "Unsaved since epoch 1: Input/output error. It is tried again in 4 s."
    run = record(new_run(tmp_path / "runs"), [*beginning(), Unsaved(epoch=1, step=0, text=text)])
    with at_work(run):
        assert json.loads(say("runs", "--json", "--runs", tmp_path / "runs")[1])[0]["warning"] == text


def test_save_asks_for_a_checkpoint(say: Said, tmp_path: Path):
    run = record(new_run(tmp_path), beginning())
    with at_work(run):
        assert say("save", run.path) == (0, "It saves after the batch at hand.\n", "")
        assert asked(run).requests == ("save",)
    assert "nothing to save: this run is interrupted" in say("save", run.path)[2]
    assert "nothing to end: this run is interrupted" in say("stop", "--kill", run.path)[2]


def test_a_run_that_saved_at_a_signal_ends_with_143_and_one_that_was_killed_with_1(say: Said, tmp_path: Path):
    from cnn_tui.runs.events import Finished

    text = "The system asked it to end; it is saved and can be resumed."
    saved = record(new_run(tmp_path, "saved"), [*beginning(), Finished(how="interrupted", text=text)])
    code, _, err = say("attach", saved.path)
    assert (code, text in err, f"To go on: cnn-tui resume {saved.path}" in err) == (143, True, True)
    assert say("attach", record(new_run(tmp_path, "killed"), beginning()).path)[0] == 1


def long_run(folder: Path) -> Run:
    """As many events as a run of a week has."""
    run = new_run(folder)
    epochs, samples = EVENTS // 20, 18
    with run.events_file.open("ab") as file:
        path = folder / "some.jsonl"
        with EventWriter(path) as events:
            events.write(Started(time=now(), epochs=epochs, steps=samples, images=100, device="cpu", precision="fp32"))
            for epoch in range(1, epochs + 1):
                for step in range(1, samples + 1):
                    at = epoch + step / 20
                    events.write(
                        Sample(epoch=epoch, step=step, loss=0.5, accuracy=0.5, images_per_second=9.0, elapsed=at)
                    )
                events.write(
                    EpochEnd(
                        epoch=epoch,
                        loss=0.5,
                        accuracy=0.5,
                        val_loss=0.5,
                        val_accuracy=0.5,
                        seconds=1.0,
                        images_per_second=9.0,
                        elapsed=epoch + 1.0,
                    )
                )
                events.write(Saved(epoch=epoch, step=0, best=True, elapsed=epoch + 1.0))
        file.write(path.read_bytes())
    return run


def test_a_hundred_thousand_events_are_attached_to_in_less_than_two_seconds(say: Said, tmp_path: Path):
    run = long_run(tmp_path)
    assert len(read_events(run.events_file)[0]) > EVENTS
    begun = time.process_time()
    history = run.history()
    assert time.process_time() - begun < 1
    assert len(history.epochs) == EVENTS // 20
    begun = time.process_time()
    _, _, err = say("attach", run.path)
    assert time.process_time() - begun < 2
    assert err.count("epoch ") >= EVENTS // 20


def test_several_viewers_see_the_same(tmp_path: Path):
    from cnn_tui.cli.watching import histories

    run = record(new_run(tmp_path), beginning())
    seen: list[list[object]] = [[] for _ in range(5)]
    with at_work(run):
        viewers = [threading.Thread(target=lambda out=out: out.extend(histories(run))) for out in seen]
        for viewer in viewers:
            viewer.start()
        record(run, interrupted()[2:])
    for viewer in viewers:
        viewer.join(30)
    assert len({repr(views[-1]) for views in seen}) == 1
