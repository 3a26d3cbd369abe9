"""The service as the screens use it: a real child process, asked and answered in frames."""

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from cnn_tui.data.dataset import open_data
from cnn_tui.data.statistics import describe
from cnn_tui.errors import UserError
from cnn_tui.runs.client import Service
from cnn_tui.runs.frames import HEADER_BYTES, MAX_BYTES, length, pack, unpack
from cnn_tui.spec.data import Data


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
