"""Data that is not what a run was begun on: refused with the first difference, however small."""

import random
from dataclasses import replace as with_fields
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from cnn_tui.data.dataset import Dataset, Opened
from cnn_tui.engine.attention import Attention, Stopped
from cnn_tui.engine.fingerprint import fingerprint, keep_fingerprint, refuse_other_data
from cnn_tui.engine.job import perform
from cnn_tui.errors import UserError
from cnn_tui.runs.events import Event, Saved
from cnn_tui.runs.run import create_run
from cnn_tui.spec.experiment import Experiment

IMAGES = 130


@pytest.fixture
def opened() -> Opened:
    dice = np.random.default_rng(0)
    images = dice.integers(0, 256, (IMAGES, 4, 4), np.uint8)
    train = Dataset(images, dice.integers(0, 3, IMAGES), ("cat", "dog", "owl"))
    return Opened(train, test=Dataset(images[:20].copy(), np.zeros(20, np.int64), ("cat", "dog", "owl")))


def refusal(path: Path, opened: Opened) -> str:
    with pytest.raises(UserError) as refused:
        refuse_other_data(path, fingerprint(opened, lambda: None))
    assert "Put the data back as it was, or start a new run." in str(refused.value)
    return refused.value.problem


@pytest.fixture
def kept(opened: Opened, tmp_path: Path) -> Path:
    path = tmp_path / "data.json"
    keep_fingerprint(path, fingerprint(opened, lambda: None))
    return path


def test_the_same_data_is_taken(kept: Path, opened: Opened):
    refuse_other_data(kept, fingerprint(opened, lambda: None))


def test_a_run_without_a_fingerprint_is_taken(tmp_path: Path, opened: Opened):
    refuse_other_data(tmp_path / "none.json", fingerprint(opened, lambda: None))


@pytest.mark.parametrize("seed", range(20))
def test_one_bit_is_noticed_with_the_images_among_which_it_is(seed: int, kept: Path, opened: Opened):
    dice = random.Random(seed)
    images, row = opened.train.images.copy(), dice.randrange(IMAGES)
    images[row, dice.randrange(4), dice.randrange(4)] ^= 1 << dice.randrange(8)
    said = refusal(kept, with_fields(opened, train=with_fields(opened.train, images=images)))
    first, last = (int(word) for word in said.partition("among ")[2].split()[::2][:2])
    assert first <= row + 1 <= last
    assert last - first < 3


def test_what_else_may_be_another_is_named(kept: Path, opened: Opened):
    def other(**fields: object) -> str:
        return refusal(kept, with_fields(opened, train=with_fields(opened.train, **fields)))

    train = opened.train
    labels = train.labels.copy()
    labels[7] = (labels[7] + 1) % 3
    assert other(labels=labels).endswith("labels are others")
    assert other(images=train.images[:-1], labels=train.labels[:-1]).endswith("it has 129 images and had 130")
    assert other(images=train.images.astype(np.float32)).endswith("its images are 4x4 float32 and were 4x4 uint8")
    assert other(classes=("cat", "owl", "dog")).endswith("its classes are in another order")
    assert other(classes=("cat", "dog", "fox")).endswith('the class "owl" is gone')
    assert other(classes=("cat", "dog", "owl", "yak")).endswith('the class "yak" is new')
    assert refusal(kept, with_fields(opened, test=None)).endswith(
        "the test data has changed since this run began: it is not there any more"
    )


class StopsSoon(Attention):
    """Is asked to stop as soon as something is saved."""

    saved = False

    def look(self) -> None:
        if self.saved:
            raise Stopped
        super().look()


def test_a_resumed_run_refuses_other_data_before_it_trains(tmp_path: Path, experiment: Experiment):
    images = tmp_path / "images.tsv"
    images.write_bytes(Path(experiment.data.train.images).read_bytes())
    data = replace(experiment.data, train=replace(experiment.data.train, images=str(images)))
    run = create_run(tmp_path, replace(experiment, data=data))
    attention = StopsSoon(run)

    def say(event: Event) -> None:
        attention.saved = attention.saved or isinstance(event, Saved)

    assert perform(run, attention, say).how == "stopped"
    before = {path: path.read_bytes() for path in run.checkpoints_folder.rglob("*") if path.is_file()}
    images.write_bytes(images.read_bytes().replace(b"\t0\t", b"\t1\t", 1))
    with pytest.raises(UserError, match=r"the train data has changed since this run began: an image among 1 to 7"):
        perform(run, Attention(run), say)
    assert before == {path: path.read_bytes() for path in run.checkpoints_folder.rglob("*") if path.is_file()}
    images.write_bytes(Path(experiment.data.train.images).read_bytes())
    assert perform(run, Attention(run), say).how == "done"
