"""Augmentation against slow references and its own promises: nothing lost, nothing that a seed does not say."""

import random
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import asdict, replace
from scipy import ndimage

from cnn_tui.engine.attention import Attention, Interrupted
from cnn_tui.engine.augment import Augmenter, augmented
from cnn_tui.engine.batches import examples
from cnn_tui.engine.job import perform
from cnn_tui.runs.events import EpochEnd, Event, Finished, Started
from cnn_tui.runs.run import Run, create_run
from cnn_tui.spec.augmentation import Augmentation
from cnn_tui.spec.data import Scaling
from cnn_tui.spec.experiment import Experiment

BYTES = Scaling(divide=(255.0,))
CPU = torch.device("cpu")
SEED = 3
EVERYTHING = Augmentation(
    flip="both", shift=0.1, rotation=15, zoom=0.2, fill="border", brightness=0.3, contrast=0.4, noise=0.05
)


def pictures(count: int = 40, height: int = 9, width: int = 12, channels: int = 2, low: int = 0, high: int = 255):
    shape = (count, height, width, channels)
    return np.random.default_rng(0).integers(low, high + 1, shape, dtype=np.uint8)


def changed(images: np.ndarray, unit: Scaling = BYTES, seed: int = SEED, **settings: object) -> np.ndarray:
    """What a training batch becomes, before it is scaled."""
    augmenter = Augmenter(Augmentation(**settings), images.shape[1:], unit, CPU)
    torch.manual_seed(seed)
    return augmenter(torch.from_numpy(images.astype(np.float32))).numpy()


def test_without_settings_every_bit_stays():
    assert np.array_equal(changed(pictures()), pictures())


@pytest.mark.parametrize(
    ("flip", "ways"),
    [
        ("horizontal", [(1, 1), (1, -1)]),
        ("vertical", [(1, 1), (-1, 1)]),
        ("both", [(1, 1), (1, -1), (-1, 1), (-1, -1)]),
    ],
)
def test_every_picture_is_mirrored_in_a_way_that_was_asked_for(flip: str, ways: list[tuple[int, int]]):
    images = pictures()
    found = [
        [way for way in ways if np.array_equal(out, image[:: way[0], :: way[1]])]
        for image, out in zip(images, changed(images, flip=flip), strict=True)
    ]
    assert all(len(one) == 1 for one in found)
    assert {one[0] for one in found} == set(ways)


SCIPY_MODES = {"zeros": "grid-constant", "border": "nearest", "reflect": "reflect"}


def moved_by_scipy(images: np.ndarray, shift: float, rotation: float, zoom: float, fill: str) -> np.ndarray:
    """The same move pixel for pixel: out(p) = image(centre + matrix (p - centre - shift)), with the same draws."""
    count, height, width, channels = images.shape
    torch.manual_seed(SEED)
    angles = torch.deg2rad((torch.rand(count) * 2 - 1) * rotation).double().numpy()
    zooms = (1 + (torch.rand(count) * 2 - 1) * zoom).double().numpy() if zoom else np.ones(count)
    right = (torch.rand(count) * 2 - 1).double().numpy() * shift * width if shift else np.zeros(count)
    down = (torch.rand(count) * 2 - 1).double().numpy() * shift * height if shift else np.zeros(count)
    centre = np.array([height - 1, width - 1]) / 2
    out = np.empty(images.shape)
    for n in range(count):
        sine, cosine = np.sin(angles[n]), np.cos(angles[n])
        back = np.array([[cosine, -sine], [sine, cosine]]) / zooms[n]
        offset = centre - back @ (centre + np.array([down[n], right[n]]))
        for c in range(channels):
            source = images[n, :, :, c].astype(np.float64)
            out[n, :, :, c] = ndimage.affine_transform(source, back, offset, order=1, mode=SCIPY_MODES[fill])
    return out


@pytest.mark.parametrize("fill", SCIPY_MODES)
@pytest.mark.parametrize(
    "move", [{"rotation": 30.0}, {"shift": 0.3}, {"zoom": 0.4}, {"rotation": 180.0, "shift": 0.2, "zoom": 0.5}], ids=str
)
def test_moves_are_those_of_scipy(move: dict[str, float], fill: str):
    images = pictures()
    expected = moved_by_scipy(images, **{"shift": 0.0, "rotation": 0.0, "zoom": 0.0, **move}, fill=fill)
    assert np.abs(expected - images).max() > 50
    assert np.abs(changed(images, **move, fill=fill) - expected).max() < 0.05


def test_brightness_adds_one_number_to_a_picture():
    images = pictures(count=400, low=100, high=150)
    added = changed(images, brightness=0.2) - images
    per_picture = added.mean(axis=(1, 2, 3), keepdims=True)
    assert np.allclose(added, per_picture, atol=1e-3)
    assert -0.2 * 255 <= per_picture.min() < -0.19 * 255
    assert 0.19 * 255 < per_picture.max() <= 0.2 * 255


def test_contrast_stretches_each_channel_about_its_mean():
    images = pictures(count=400, low=100, high=150).astype(np.float64)
    mean = images.mean(axis=(1, 2), keepdims=True)
    out = changed(images, contrast=0.5)
    factor = (out - mean).std(axis=(1, 2, 3), keepdims=True) / (images - mean).std(axis=(1, 2, 3), keepdims=True)
    assert np.allclose(out, mean + factor * (images - mean), atol=1e-2)
    assert 0.5 <= factor.min() < 0.52
    assert 1.48 < factor.max() <= 1.5


def test_noise_has_the_deviation_that_was_asked_for():
    images = np.full((50, 20, 20, 2), 127, np.uint8)
    added = changed(images, noise=0.1) - images
    assert added.mean() == pytest.approx(0, abs=0.5)
    assert added.std() == pytest.approx(0.1 * 255, rel=0.02)
    assert np.unique(added).size > 0.9 * added.size


def test_values_stay_in_the_range_of_the_data():
    out = changed(pictures(), brightness=1.0, contrast=1.0, noise=1.0)
    assert out.min() == 0
    assert out.max() == 255


def test_a_setting_means_the_same_whatever_the_values_are():
    images, everything = pictures().astype(np.float32), {**asdict(EVERYTHING), "fill": "reflect"}
    wide = changed(images * 4 - 100, Scaling((-100.0,), (1020.0,)), **everything)
    assert np.allclose(wide, changed(images, **everything) * 4 - 100, atol=0.05)


def test_flat_rows_become_what_their_pictures_become():
    images = pictures().astype(np.float32)
    augmenter = Augmenter(EVERYTHING, images.shape[1:], BYTES, CPU)
    torch.manual_seed(SEED)
    flat = augmenter(torch.from_numpy(images.reshape(len(images), -1)))
    assert np.array_equal(flat.numpy(), changed(images, **asdict(EVERYTHING)).reshape(flat.shape))


ANY = st.builds(
    Augmentation,
    flip=st.sampled_from(["none", "horizontal", "vertical", "both"]),
    shift=st.floats(0, 0.5),
    rotation=st.floats(0, 180),
    zoom=st.floats(0, 0.9),
    fill=st.sampled_from(["zeros", "border", "reflect"]),
    brightness=st.floats(0, 1),
    contrast=st.floats(0, 1),
    noise=st.floats(0, 1),
)


@settings(deadline=None, max_examples=60)
@given(
    augmentation=ANY,
    shape=st.tuples(st.integers(1, 3), st.integers(1, 7), st.integers(1, 7), st.integers(1, 4)),
    seed=st.integers(0, 2**53),
)
def test_a_preview_keeps_shape_and_type_and_is_the_same_for_the_same_seed(
    augmentation: Augmentation, shape: tuple[int, int, int, int], seed: int
):
    images = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    for given_images in (images, images.astype(np.float32) / 50 - 2):
        before = given_images.copy()
        out = augmented(given_images, augmentation, seed)
        assert (out.shape, out.dtype) == (given_images.shape, given_images.dtype)
        assert np.isfinite(out).all()
        assert np.array_equal(out, augmented(given_images, augmentation, seed))
        assert np.array_equal(given_images, before)


def test_one_picture_given_often_comes_back_in_as_many_ways():
    images = np.repeat(pictures(count=1), 12, axis=0)
    out = augmented(images, EVERYTHING, SEED)
    assert len({picture.tobytes() for picture in out}) == 12
    assert not np.array_equal(out, augmented(images, EVERYTHING, SEED + 1))


def test_only_the_seed_says_what_a_preview_is():
    first = augmented(pictures(), EVERYTHING, SEED)
    torch.manual_seed(11)
    random.seed(11)
    np.random.seed(11)
    before = torch.get_rng_state()
    assert np.array_equal(first, augmented(pictures(), EVERYTHING, SEED))
    assert torch.equal(torch.get_rng_state(), before)


def test_a_batch_is_augmented_before_it_is_scaled():
    images, labels = pictures(), np.zeros(40, np.int64)
    source = examples(images, labels, Scaling(subtract=(100.0,), divide=(50.0,)), CPU)
    torch.manual_seed(SEED)
    batch, _ = source.batch(torch.arange(40), Augmenter(EVERYTHING, images.shape[1:], BYTES, CPU))
    assert np.allclose(batch.numpy(), (changed(images, **asdict(EVERYTHING)) - 100) / 50, atol=1e-5)


class Ending(Attention):
    """Ends the training some batches after its first epoch."""

    left: int | None = None

    def look(self) -> None:
        super().look()
        if self.left is not None:
            self.left -= 1
            if self.left == 0:
                raise Interrupted


def performed(run: Run, attention: Attention) -> tuple[Finished, list[Event]]:
    events: list[Event] = []

    def say(event: Event) -> None:
        events.append(event)
        if isinstance(event, EpochEnd) and isinstance(attention, Ending):
            attention.left = 5

    return perform(run, attention, say), events


@pytest.fixture
def asked(experiment: Experiment) -> Experiment:
    return replace(experiment, data=replace(experiment.data, augmentation=EVERYTHING))


def newest_checkpoint(run: Run) -> list[bytes]:
    newest = max(run.checkpoints_folder.glob("epoch-*"))
    return [(newest / name).read_bytes() for name in ("model.safetensors", "optimizer.safetensors")]


def ends(events: list[Event]) -> list[tuple[int, float, float | None]]:
    return [(event.epoch, event.loss, event.val_loss) for event in events if isinstance(event, EpochEnd)]


def test_an_augmented_run_that_was_ended_in_an_epoch_goes_on_to_the_bit(asked: Experiment, tmp_path: Path):
    whole, halved = create_run(tmp_path, asked, "whole"), create_run(tmp_path, asked, "halved")
    _, expected = performed(whole, Attention(whole))
    ended, first = performed(halved, Ending(halved))
    assert ended.how == "interrupted"
    done, second = performed(halved, Attention(halved))
    assert done.how == "done"
    started = next(event for event in second if isinstance(event, Started))
    assert (started.epoch, started.step > 0) == (1, True)
    assert ends(first) + ends(second) == ends(expected)
    assert newest_checkpoint(halved) == newest_checkpoint(whole)


def test_only_training_images_are_augmented(asked: Experiment, experiment: Experiment, tmp_path: Path):
    """With a learning rate that moves nothing, the validation loss is that of a run without augmentation."""
    frozen = replace(asked.training, epochs=1, optimizer=replace(asked.training.optimizer, learning_rate=1e-30))
    with_it = create_run(tmp_path, replace(asked, training=frozen), "with")
    without = create_run(tmp_path, replace(experiment, training=frozen), "without")
    ((_, loss, validation),) = ends(performed(with_it, Attention(with_it))[1])
    ((_, plain_loss, plain_validation),) = ends(performed(without, Attention(without))[1])
    assert validation == plain_validation
    assert loss != plain_loss
    assert with_it.evaluation_file.read_bytes() == without.evaluation_file.read_bytes()
