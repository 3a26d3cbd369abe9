import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.preprocessing import MinMaxScaler

from cnn_tui.data import scaling as module
from cnn_tui.data.scaling import fit_scaling, scaled
from cnn_tui.spec.data import Scaling

RANDOM = np.random.default_rng(0)
BYTES = RANDOM.integers(0, 256, (50, 12), dtype=np.uint8)
FLOATS = RANDOM.normal(5, 3, (50, 12)).astype(np.float32)
COLOURS = RANDOM.integers(0, 256, (50, 4, 5, 3), dtype=np.uint8) // np.array([1, 2, 3], np.uint8)
VOLUMES = RANDOM.normal([1, 50], [3, 7], (50, 2, 3, 4, 2)).astype(np.float32)
ROWS = np.arange(0, 50, 2)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(module, "_BLOCK", 60)


@pytest.mark.parametrize("images", [BYTES, FLOATS, COLOURS])
def test_none_leaves_pixels_as_they_are(images):
    assert fit_scaling(images, ROWS, "none") == Scaling()
    np.testing.assert_array_equal(scaled(images, Scaling()), images.astype(np.float32))


def test_unit_divides_bytes_by_255_whatever_their_range():
    assert fit_scaling(BYTES // 2, ROWS, "unit") == Scaling((0.0,), (255.0,))


def test_unit_brings_other_numbers_from_0_to_1_as_scikit_learn_does():
    expected = MinMaxScaler().fit(FLOATS[ROWS].reshape(-1, 1)).transform(FLOATS.reshape(-1, 1))
    result = scaled(FLOATS, fit_scaling(FLOATS, ROWS, "unit"))
    np.testing.assert_allclose(result.reshape(-1, 1), expected, atol=1e-6)
    assert (result[ROWS].min(), result[ROWS].max()) == (0, 1)


@pytest.mark.parametrize("images", [BYTES, FLOATS, BYTES.reshape(50, 3, 4)])
def test_standard_has_one_mean_and_deviation_for_a_table(images):
    scaling = fit_scaling(images, ROWS, "standard")
    training = images[ROWS].astype(np.float64)
    np.testing.assert_allclose(scaling.subtract, [training.mean()])
    np.testing.assert_allclose(scaling.divide, [training.std()])


@pytest.mark.parametrize("images", [COLOURS, COLOURS[..., :1], VOLUMES], ids=["colours", "grey", "volumes"])
def test_standard_has_a_mean_and_deviation_for_each_channel(images):
    scaling = fit_scaling(images, ROWS, "standard")
    training = images[ROWS].astype(np.float64)
    all_but_channels = tuple(range(images.ndim - 1))
    np.testing.assert_allclose(scaling.subtract, training.mean(axis=all_but_channels))
    np.testing.assert_allclose(scaling.divide, training.std(axis=all_but_channels))
    result = scaled(images, scaling)
    assert result.dtype == np.float32
    np.testing.assert_allclose(result[ROWS].mean(axis=all_but_channels), 0, atol=1e-5)
    np.testing.assert_allclose(result[ROWS].std(axis=all_but_channels), 1, atol=1e-5)


@given(
    images=arrays(np.float32, (6, 4), elements=st.floats(-1e6, 1e6, width=32)),
    other=arrays(np.float32, (6, 4), elements=st.floats(-1e6, 1e6, width=32)),
    scale=st.sampled_from(["none", "unit", "standard"]),
)
def test_rows_that_are_held_out_change_nothing(images, other, scale):
    rows = np.array([0, 2, 3])
    changed = other.copy()
    changed[rows] = images[rows]
    assert fit_scaling(images, rows, scale) == fit_scaling(changed, rows, scale)


@pytest.mark.parametrize("value", [0, 0.1, -1e6, 3e-8])
@pytest.mark.parametrize("scale", ["unit", "standard"])
def test_pixels_that_are_all_alike_become_0(value, scale):
    images = np.full((50, 12), value, np.float32)
    scaling = fit_scaling(images, ROWS, scale)
    assert scaling.divide == (1.0,)
    np.testing.assert_allclose(scaled(images, scaling), 0, atol=1e-12)


def test_a_map_of_a_file_is_scaled_too(tmp_path):
    np.save(tmp_path / "images.npy", BYTES)
    mapped = np.load(tmp_path / "images.npy", mmap_mode="r")
    assert fit_scaling(mapped, ROWS, "standard") == fit_scaling(BYTES, ROWS, "standard")
