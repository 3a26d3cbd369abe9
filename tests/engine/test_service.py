"""The service as the screens use it: a real child process, asked and answered in frames."""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace

from cnn_tui.data.dataset import look_into, open_data
from cnn_tui.data.statistics import describe
from cnn_tui.engine.build import Network
from cnn_tui.engine.model_weights import About, Trained, write_model_weights
from cnn_tui.engine.weights import initialize
from cnn_tui.errors import UserError
from cnn_tui.interop.weight_files import read_weights
from cnn_tui.runs.client import Service, Stopped
from cnn_tui.runs.frames import HEADER_BYTES, MAX_BYTES, length, pack, unpack
from cnn_tui.spec.augmentation import Augmentation
from cnn_tui.spec.data import Data, Scaling, Source
from cnn_tui.spec.layers import Dense
from cnn_tui.spec.model import Model
from tests.discs import discs, write_discs


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    made = Service()
    yield made
    await made.close()


async def test_it_describes_data_as_the_data_room_does(service: Service, few_digits: Data):
    assert await service.describe(few_digits) == describe(open_data(few_digits))


async def test_it_finds_data(service: Service, few_digits: Data):
    found = await service.find([str(Path(few_digits.train.images).parent)])
    assert (found.train, found.test) == (few_digits.train, few_digits.test)


async def test_pictures_are_the_rows_that_were_asked_for(service: Service, few_digits: Data):
    dataset = open_data(few_digits).train
    pictures = await service.pictures(few_digits, "train", [7, 3, 10_000])
    assert pictures.rows == (7, 3)
    assert pictures.labels == tuple(dataset.labels[[7, 3]])
    assert np.array_equal(pictures.images.reshape(2, 784), dataset.images[[7, 3]])
    assert pictures.images.shape == (2, 28, 28, 1)


async def test_pictures_of_a_class_go_on_where_the_last_ones_ended(service: Service, few_digits: Data):
    dataset = open_data(few_digits).train
    rows = np.flatnonzero(dataset.labels == 4)
    first = await service.pictures_of_class(few_digits, "train", 4, 0, 3)
    more = await service.pictures_of_class(few_digits, "train", 4, 3, 3)
    assert first.rows + more.rows == tuple(rows[:6])


async def test_what_is_wrong_with_a_file_comes_back_as_its_sentence(service: Service, tmp_path: Path):
    with pytest.raises(UserError, match=r"gone: there is no such file or folder\."):
        await service.find([str(tmp_path / "gone")])
    (tmp_path / "X_train.tsv").write_text("1\t2\n1\tsix\n")
    (tmp_path / "y_train.tsv").write_text("0\n1\n")
    with pytest.raises(UserError, match=r"X_train\.tsv, line 2: column 2 holds"):
        await service.describe(await service.find([str(tmp_path)]))


async def test_a_reader_that_was_killed_is_started_again(service: Service, few_digits: Data):
    await service.describe(few_digits)
    assert service._process is not None
    service._process.kill()
    await service._process.wait()
    assert (await service.describe(few_digits)).train.images == 400


@pytest.fixture
def many_digits(few_digits: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Data:
    """Digits that nobody has read yet, and that take a while."""
    monkeypatch.setenv("CNN_TUI_CACHE", str(tmp_path / "cache"))
    rows = Path(few_digits.train.images).read_bytes() * 25
    (tmp_path / "X_train.tsv").write_bytes(rows)
    (tmp_path / "y_train.tsv").write_bytes(Path(few_digits.train.labels or "").read_bytes() * 25)
    return Data(train=Source(images=str(tmp_path / "X_train.tsv"), labels=str(tmp_path / "y_train.tsv")))


async def test_a_long_question_tells_how_far_it_is(service: Service, many_digits: Data):
    await service.find([str(Path(many_digits.train.images).parent)])  # the process has started
    shares: list[float] = []
    begin = time.monotonic()
    report = await service.describe(many_digits, shares.append)
    seconds = time.monotonic() - begin
    assert report.train.images == 10_000
    assert shares == sorted(shares)
    assert 0 < len(shares) <= 10 * seconds
    assert 0 <= shares[0] <= shares[-1] <= 1


async def test_a_question_can_be_stopped_and_leaves_nothing_half_read(
    service: Service, many_digits: Data, few_digits: Data, tmp_path: Path
):
    with pytest.raises(Stopped, match=r"^The reading was stopped\. Open the data again to go on\.$"):
        await service.describe(many_digits, lambda share: service.stop())
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert (await service.describe(few_digits)).train.images == 400


async def test_whoever_asks_can_be_cancelled(service: Service, many_digits: Data, few_digits: Data):
    begun = asyncio.Event()
    asking = asyncio.create_task(service.describe(many_digits, lambda share: begun.set()))
    await asyncio.wait_for(begun.wait(), 60)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert (await service.describe(few_digits)).train.images == 400


async def test_to_stop_when_nothing_is_asked_does_nothing(service: Service, few_digits: Data):
    service.stop()
    await service.describe(few_digits)
    service.stop()
    assert (await service.describe(few_digits)).train.images == 400


async def test_means_are_the_mean_image_of_each_class_as_bytes(service: Service, few_digits: Data):
    dataset = open_data(few_digits).test
    assert dataset
    means = await service.means(few_digits, "test")
    assert (means.labels, means.rows) == (tuple(np.unique(dataset.labels).tolist()), ())
    for label, image in zip(means.labels, means.images, strict=True):
        expected = dataset.images[dataset.labels == label].mean(axis=0).round()
        assert np.array_equal(image.reshape(784), expected)


async def test_augmented_pictures_are_the_same_for_the_same_seed(service: Service, few_digits: Data):
    pytest.importorskip("kornia")
    data = replace(few_digits, augmentation=Augmentation(rotation=30, noise=0.1))
    first, again, other = [await service.augmented(data, "train", 7, seed, 4) for seed in (1, 1, 2)]
    assert (first.images.shape, first.images.dtype, first.rows) == ((4, 28, 28, 1), np.uint8, (7,) * 4)
    assert np.array_equal(first.images, again.images)
    assert not np.array_equal(first.images, other.images)
    assert not np.array_equal(first.images[0], first.images[1])


async def test_without_augmentation_a_picture_stays_as_it_is(service: Service, few_digits: Data):
    pictures = await service.augmented(few_digits, "train", 7, 1, 3)
    original = await service.pictures(few_digits, "train", [7])
    assert np.array_equal(pictures.images, np.repeat(original.images, 3, axis=0))


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    file = tmp_path / "model.safetensors"
    model = Model((4,), (Dense(units=3, activation="softmax"),), "small")
    about = About(classes=("a", "b", "c"), data_shape=(4,), scaling=Scaling(), epoch=1)
    network = Network(model).eval()
    initialize(network, 0)
    write_model_weights(Trained(network, about), file)
    return file


async def test_a_model_is_written_for_another_program_and_never_over_itself(service: Service, weights: Path):
    out = weights.with_name("net.keras")
    shares: list[float] = []
    await service.export_model(str(weights), str(out), "keras", told=shares.append)
    held, before = read_weights(out), read_weights(weights)
    assert held.arrays.keys() == before.arrays.keys()
    assert all(np.array_equal(held.arrays[name], before.arrays[name]) for name in before.arrays)
    assert shares == sorted(shares)
    with pytest.raises(UserError, match="would be replaced by what is made of it"):
        await service.export_model(str(weights), str(weights), "safetensors")


async def test_an_export_whose_asker_leaves_writes_nothing_and_the_next_is_answered(service: Service, weights: Path):
    out = weights.with_name("net.h5")
    with pytest.raises(TimeoutError):  # torch alone takes longer to load
        await asyncio.wait_for(service.export_model(str(weights), str(out), "h5"), 0.1)
    assert list(weights.parent.iterdir()) == [weights]
    await service.export_model(str(weights), str(out), "h5")
    assert out.exists()


async def test_questions_about_data_never_wait_for_torch(few_digits: Data):
    question = {"data": msgspec.to_builtins(few_digits), "part": "train", "rows": [1]}
    asked = b"".join(pack({"ask": ask, **question}) for ask in ("describe", "pictures", "means"))
    code = (
        "import io, sys; from cnn_tui.engine import service; answers = io.BytesIO(); "
        "service.serve(io.BytesIO(sys.stdin.buffer.read()), answers); "
        "assert answers.tell(); print('torch' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", code], input=asked, capture_output=True, check=True, timeout=60)
    assert ended.stdout.split() == [b"False"]


def test_frames_come_back_as_they_were():
    arrays = {"a": np.arange(6, dtype=np.uint8).reshape(2, 3), "b": np.array([0.5], np.float32)}
    frame = pack({"ask": "x", "text": "é\x1b"}, arrays)
    assert length(frame[:HEADER_BYTES]) == len(frame) - HEADER_BYTES
    message, back = unpack(frame[HEADER_BYTES:])
    assert message == {"ask": "x", "text": "é\x1b"}
    assert all(np.array_equal(arrays[name], back[name]) for name in arrays)


@pytest.mark.parametrize("blob", [b"", b"x", b"\xff" * 20, pack({})[HEADER_BYTES:][:-1], b"\x02" + b"\0" * 7 + b"{}"])
def test_what_is_no_frame_is_refused(blob: bytes):
    with pytest.raises(ValueError, match="not a frame"):
        unpack(blob)


def test_a_frame_has_an_end():
    with pytest.raises(ValueError, match="too large"):
        length((MAX_BYTES + 1).to_bytes(8, "little"))


async def test_numbers_are_described_and_browsed_by_their_steps(service: Service, tmp_path: Path):
    write_discs(tmp_path / "discs", numbers=2)
    data = replace(await service.find([str(tmp_path / "discs")]), targets="numbers")
    report = await service.describe(data)
    assert report == describe(look_into(data))
    seen = await service.pictures(data, "train", [3, 5])
    _, radius, centres = discs(400, 1)
    expected = np.column_stack([radius, centres[:, 0]])
    np.testing.assert_allclose(seen.numbers, expected[[3, 5]], atol=1e-4)
    assert seen.labels == ()
    for target in (0, 1):
        low, high = report.targets[target].edges[2:4]
        inside = np.flatnonzero((expected[:, target] >= low) & (expected[:, target] < high))
        shown = await service.pictures_of_class(data, "train", 2, 0, 24, target)
        assert list(shown.rows) == inside[:24].tolist()
    assert (await service.means(data, "train", 1)).labels == tuple(range(10))
