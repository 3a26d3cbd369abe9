from pathlib import Path

import pytest
from msgspec.structs import replace

from cnn_tui.spec.data import Data, Source
from cnn_tui.spec.presets import sample_digits
from cnn_tui.ui.recent import KEPT, recent_data, remember


@pytest.fixture(autouse=True)
def own_config(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path


def data(name: object) -> Data:
    return Data(train=Source(images=f"/data/{name}"))


def recent_file(folder: Path) -> Path:
    remember(data("x"))
    return next(folder.rglob("recent.json"))


def test_what_was_opened_last_comes_first_and_only_so_many_are_kept():
    for number in range(KEPT + 3):
        remember(data(number))
    assert recent_data() == tuple(data(number) for number in range(KEPT + 2, 2, -1))


def test_the_same_files_are_kept_once_as_they_were_read_last():
    remember(data("a"))
    remember(data("b"))
    remember(replace(data("a"), header="no"))
    assert recent_data() == (replace(data("a"), header="no"), data("b"))


def test_the_sample_digits_are_not_kept_whatever_their_scale():
    remember(replace(sample_digits(), scale="unit"))
    assert recent_data() == ()


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'[{"train": {"images": 3}}]', b"\xff\xfe"])
def test_a_damaged_list_is_an_empty_one_and_is_written_anew(own_config, content):
    recent_file(own_config).write_bytes(content)
    assert recent_data() == ()
    remember(data("a"))
    assert recent_data() == (data("a"),)


def test_a_list_that_cannot_be_written_costs_nothing_else(own_config):
    file = recent_file(own_config)
    file.unlink()
    file.mkdir()
    (file / "in the way").write_text("")
    remember(data("a"))
    assert recent_data() == ()
