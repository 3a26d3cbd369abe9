"""Are a run's files whole: damage of every file is found and named, and a repair removes what is left over only."""

import random
import shutil
from pathlib import Path

import pytest

from cnn_tui.engine.attention import Attention
from cnn_tui.engine.job import perform
from cnn_tui.errors import UserError
from cnn_tui.runs.events import EventWriter, Finished
from cnn_tui.runs.health import examine, repair
from cnn_tui.runs.run import Run, create_run
from cnn_tui.spec.experiment import Experiment
from tests.conftest import with_training
from tests.recordings import at_work, new_run


@pytest.fixture(scope="module")
def trained(experiment: Experiment, tmp_path_factory: pytest.TempPathFactory) -> Run:
    run = create_run(tmp_path_factory.mktemp("trained"), with_training(experiment, batch_size=50))
    with EventWriter(run.events_file) as events:
        ending = perform(run, Attention(run), events.write)
        events.write(ending)
    assert isinstance(ending, Finished)
    return run


@pytest.fixture
def run(trained: Run, tmp_path: Path) -> Run:
    return Run(Path(shutil.copytree(trained.path, tmp_path / "copy")))


def problems(run: Run) -> dict[str, str]:
    return {one.what.partition(",")[0]: one.problem for one in examine(run).found if one.problem}


def test_a_whole_run_is_whole(run: Run):
    health = examine(run)
    assert health.is_whole
    assert health.resumes_from == "epoch-0003-step-000000"
    assert (health.leftovers, health.is_running) == ((), False)
    names = {one.what.partition(",")[0] for one in health.found}
    assert names >= {
        "experiment.json",
        "events.jsonl",
        "machine.json",
        "data.json",
        "model.safetensors",
        "evaluation.json",
    }


def test_every_flipped_bit_of_checkpoints_and_weights_is_found(run: Run):
    dice = random.Random(0)
    files = [*run.checkpoints_folder.rglob("*.*"), run.weights_file]
    for number in range(300):
        file = files[number % len(files)]
        whole = file.read_bytes()
        place = dice.randrange(len(whole))
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << dice.randrange(8)]) + whole[place + 1 :])
        damaged = problems(run)
        if file == run.weights_file and not damaged:
            assert place < 8 + int.from_bytes(whole[:8], "little")  # a name in its header that nobody reads
        else:
            assert list(damaged) == [file.name if file == run.weights_file else file.parent.name]
        file.write_bytes(whole)


def test_the_checkpoint_that_it_resumes_from_is_the_newest_whole_one(run: Run):
    newest, *others = sorted(run.checkpoints_folder.iterdir(), reverse=True)
    (newest / "state.json").unlink()
    health = examine(run)
    assert problems(run) == {newest.name: "state.json is missing"}
    assert health.resumes_from == others[0].name


@pytest.mark.parametrize("name", ["experiment.json", "machine.json", "data.json", "evaluation.json", "predictions.npz"])
def test_a_file_that_cannot_be_read_is_named(name: str, run: Run):
    (run.path / name).write_bytes(b"{")
    assert list(problems(run)) == [name]


def test_events_that_are_none_and_a_half_line_are_told(run: Run):
    with run.events_file.open("ab") as file:
        file.write(b'nonsense\n{"event":"sam')
    assert problems(run) == {"events.jsonl": "1 of its lines are no events; its last line is half written"}


def test_a_repair_removes_what_is_left_over_and_nothing_else(run: Run):
    before = sorted(path.relative_to(run.path) for path in run.path.rglob("*"))
    (run.checkpoints_folder / ".epoch-0004-step-000000.123").mkdir()
    (run.checkpoints_folder / ".epoch-0001-step-000000.surplus").mkdir()
    (run.path / ".model.safetensors.abcd_123").write_bytes(b"half")
    (run.path / ".reserve").write_bytes(b"blocks")
    (run.path / ".mine").write_bytes(b"a stranger's")
    assert set(examine(run).leftovers) == set(repair(run))
    (run.path / ".mine").unlink()
    assert sorted(path.relative_to(run.path) for path in run.path.rglob("*")) == before
    assert repair(run) == ()


def test_a_checkpoint_that_lost_only_its_name_is_no_leftover(run: Run):
    newest = max(run.checkpoints_folder.iterdir())
    newest.rename(newest.with_name(f".{newest.name}.older"))
    assert examine(run).leftovers == ()
    repair(run)
    assert newest.exists()


def test_a_run_at_work_is_looked_at_and_not_repaired(tmp_path: Path):
    run = new_run(tmp_path)
    with at_work(run):
        assert examine(run).is_running
        with pytest.raises(UserError, match="a trainer is at work on this run"):
            repair(run)


def test_weights_that_are_lost_or_damaged_come_back_from_the_best_checkpoint(run: Run):
    whole = run.weights_file.read_bytes()
    for damage in (b"", whole[:100], None):
        run.weights_file.unlink() if damage is None else run.weights_file.write_bytes(damage)
        assert perform(run, Attention(run), lambda event: None).how == "done"
        assert run.weights_file.read_bytes() == whole
