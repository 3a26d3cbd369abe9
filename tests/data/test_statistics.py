import subprocess
import sys

import numpy as np
import pytest

from cnn_tui.data import blocks as module
from cnn_tui.data.dataset import Dataset, Opened, open_data
from cnn_tui.data.statistics import describe, pixels_of
from cnn_tui.spec.presets import sample_digits

RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize(
    "images",
    [
        RANDOM.integers(0, 256, (30, 12), dtype=np.uint8),
        RANDOM.integers(100, 120, (30, 12), dtype=np.uint8),
        RANDOM.integers(0, 256, (9, 4, 5, 3), dtype=np.uint8),
        RANDOM.normal(-3, 100, (30, 12)).astype(np.float32),
        np.full((3, 4), 7, np.uint8),
        np.full((3, 4), 4e20, np.float32),
        np.array([[-3e38, 3e38, 0, 1e38]], np.float32),
        np.array([[0, 1e-45, 3e-45]], np.float32),
    ],
)
@pytest.mark.parametrize("block", [50, 10**6])
def test_pixels_are_described_as_numpy_describes_them(monkeypatch, images, block):
    monkeypatch.setattr(module, "PIXELS", block)
    pixels = pixels_of(images)
    exact = images.astype(np.float64)
    assert (pixels.low, pixels.high) == (exact.min(), exact.max())
    assert pixels.mean == pytest.approx(exact.mean())
    assert pixels.deviation == pytest.approx(exact.std())
    if pixels.low < pixels.high:
        assert pixels.histogram == tuple(np.histogram(exact, 16)[0].tolist())
    assert sum(pixels.histogram) == images.size


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("block", [7, 50, 10**6])
def test_each_channel_of_pictures_has_its_own_mean_and_deviation(monkeypatch, dtype, block):
    monkeypatch.setattr(module, "PIXELS", block)
    images = RANDOM.integers(0, [20, 100, 256], (9, 4, 5, 3)).astype(dtype)
    pixels = pixels_of(images)
    expected = [(images[..., channel].mean(), images[..., channel].std()) for channel in range(3)]
    assert np.allclose(pixels.channels, expected, rtol=1e-5)
    assert pixels_of(images.reshape(9, 60)) == pixels._replace(
        channels=(), mean=pytest.approx(pixels.mean), deviation=pytest.approx(pixels.deviation)
    )


def test_pixels_that_never_change_are_counted():
    images = RANDOM.integers(0, 256, (9, 4, 5, 1), dtype=np.uint8)
    images[:, 0, :2] = 7
    assert describe(Opened(Dataset(images, np.zeros(9, int), ("a",)))).train.constant == 2


def test_describing_tells_how_far_it_is_and_can_be_ended():
    opened = Opened(Dataset(RANDOM.normal(size=(50, 2**16)).astype(np.float32), np.zeros(50, int), ("a",)))
    shares: list[float] = []
    describe(opened, shares.append)
    assert shares == sorted(shares)
    assert (len(shares) > 5, shares[-1]) == (True, 1.0)

    def enough(share: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        describe(opened, enough)


def test_a_report_counts_the_images_of_each_class():
    train = Dataset(np.arange(12, dtype=np.uint8).reshape(4, 3), np.array([0, 2, 2, 0]), ("a", "b", "c"))
    test = Dataset(np.ones((1, 3), np.float32) / 2, np.array([1]), ("a", "b", "c"))
    report = describe(Opened(train, test=test))
    assert (report.format, report.classes) == ("array", ("a", "b", "c"))
    assert (report.train.images, report.train.shape, report.train.dtype) == (4, (3,), "uint8")
    assert (report.test.images, report.test.shape, report.test.dtype) == (1, (3,), "float32")
    assert (report.train.counts, report.test.counts) == ((2, 0, 2), (0, 1, 0))


def test_data_without_a_test_part_has_no_report_of_it():
    train = Dataset(np.arange(12, dtype=np.uint8).reshape(4, 3), np.array([0, 1, 1, 0]), ("a", "b"))
    assert describe(Opened(train)).test is None


def test_the_sample_digits_have_no_problem():
    report = describe(open_data(sample_digits()))
    assert report.problems == ()
    assert report.train.counts == (801, 902, 793, 826, 784, 690, 811, 856, 755, 782)
    assert report.test.counts == (200, 225, 198, 206, 196, 173, 203, 214, 189, 196)
    assert (report.train.low, report.train.high) == (0, 255)
    pixels = open_data(sample_digits()).train.images
    assert report.train.constant == (np.ptp(pixels, axis=0) == 0).sum()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the peak of memory is counted otherwise")
@pytest.mark.parametrize("shape", [(512, 1024, 1024, 1), (2**19, 1024)])
def test_images_on_the_disk_may_be_larger_than_memory(tmp_path, shape):
    """Half a gigabyte is looked at in much less than half of it, and says what the bytes say."""
    images = np.lib.format.open_memmap(tmp_path / "x.npy", "w+", np.uint8, shape)
    images[7, 5], images[500] = 200, 3
    expected = int(images[:600].sum())
    images.flush()
    code = (
        "import resource, numpy as np, sys\n"
        "from cnn_tui.data.dataset import Dataset, Opened\n"
        "from cnn_tui.data.statistics import describe\n"
        "images = np.load(sys.argv[1], mmap_mode='r')\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "train = describe(Opened(Dataset(images, np.arange(len(images)) % 2, ('a', 'b')))).train\n"
        "print(train.high, round(train.mean * images.size), train.counts)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code, tmp_path / "x.npy"], capture_output=True, text=True, check=True)
    said, grown = ran.stdout.splitlines()
    assert said == f"200.0 {expected} {(shape[0] // 2,) * 2}"
    assert int(grown) < 200 * 1024
