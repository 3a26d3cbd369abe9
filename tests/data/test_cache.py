import os
import stat
import sys

import numpy as np
import pytest

from cnn_tui.data import read as module
from cnn_tui.data.cache import cache_folder, held
from cnn_tui.data.formats.tables import read, read_numbers
from cnn_tui.data.read import read_images
from cnn_tui.errors import UserError
from cnn_tui.spec.data import Reading, Source

TABLE = "a\tb\n1\t2\n3\t4\n"


def read_table(path, header="auto"):
    return read_images(Source(images=str(path)), Reading(header=header))[0]


def never(*_: object) -> None:
    raise AssertionError("the table was read anew")


@pytest.mark.parametrize("text", [TABLE, "1;2;3\n", "0.5 1\n2 3\n"])
def test_the_second_time_the_table_comes_from_the_cache(write, monkeypatch, text):
    path = write("a.tsv", text)
    expected = read_numbers(path)
    first = read_table(path)
    monkeypatch.setitem(module.READERS, "table", never)
    second = read_table(path)
    for table in (first, second):
        np.testing.assert_array_equal(table.values, expected.values)
        assert table.values.dtype == expected.values.dtype
        assert (table.facts.columns, table.facts.header) == (expected.columns, expected.header)


def test_the_values_are_a_map_of_the_file_that_nobody_can_write_to(write):
    values = read_table(write("a.tsv", TABLE)).values
    assert isinstance(values, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        values[0, 0] = 9


def test_any_reader_of_npy_can_read_an_entry(write, cache):
    read_table(write("a.tsv", TABLE))
    (entry,) = cache.iterdir()
    assert np.load(entry).tolist() == [[1, 2], [3, 4]]


def test_the_content_counts_not_the_name(write, monkeypatch):
    read_table(write("a.tsv", TABLE))
    same = write("elsewhere/b.csv", TABLE)
    monkeypatch.setitem(module.READERS, "table", never)
    assert read_table(same).facts.columns == ("a", "b")


def test_other_content_and_other_ways_of_reading_are_other_tables(write):
    path = write("a.tsv", "0\t1\n3\t4\n")
    assert len(read_table(path).values) == 2
    assert len(read_table(path, "yes").values) == 1
    path.write_text("5\t6\n")
    assert read_table(path).values.tolist() == [[5, 6]]


def test_an_entry_with_a_byte_changed_or_cut_off_is_read_anew(write, cache):
    path = write("a.tsv", TABLE)
    read_table(path)
    (entry,) = cache.iterdir()
    whole = entry.read_bytes()
    for place in [*range(0, len(whole), 5), len(whole) - 1]:
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        for content in (bytes(damaged), whole[:place]):
            entry.write_bytes(content)
            table = read_table(path)
            assert (table.values.tolist(), table.facts.columns) == ([[1, 2], [3, 4]], ("a", "b"))
            assert entry.read_bytes() == whole


def test_a_folder_in_the_place_of_an_entry_does_no_harm(write, cache):
    path = write("a.tsv", TABLE)
    read_table(path)
    (entry,) = cache.iterdir()
    entry.unlink()
    entry.mkdir()
    assert read_table(path).values.tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize("place", ["file", "proc"])
def test_a_cache_that_cannot_be_written_does_not_stop_the_reading(write, tmp_path, monkeypatch, place):
    if place == "proc" and sys.platform != "linux":
        pytest.skip("the folder that nobody may write to is one of Linux")
    (tmp_path / "file").touch()
    monkeypatch.setenv("CNN_TUI_CACHE", str(tmp_path / "file") if place == "file" else "/proc/self/task")
    values = read_table(write("a.tsv", TABLE)).values
    assert values.tolist() == [[1, 2], [3, 4]]
    with pytest.raises(ValueError, match="read-only"):
        values[0, 0] = 9


@pytest.mark.skipif(sys.platform != "linux", reason="the disk that is always full is one of Linux")
def test_a_full_disk_is_said_with_the_way_out(cache):
    def fill(out: object) -> None:
        with open("/dev/full", "wb", buffering=0) as disk:  # noqa: PTH123
            disk.write(b"1")

    with pytest.raises(UserError) as caught:
        held(("a",), fill)
    assert caught.value.sentence == (
        "images: has no room for what is read. Make room, or set CNN_TUI_CACHE to a folder on another disk."
    )
    assert not list(cache.iterdir())


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has these permissions")
def test_nobody_else_may_look_into_the_cache(write, cache):
    cache.mkdir(mode=0o755)
    read_table(write("a.tsv", TABLE))
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700
    assert [stat.S_IMODE(entry.stat().st_mode) for entry in cache.iterdir()] == [0o600]


def test_without_a_wish_the_cache_is_in_the_folder_of_the_user(monkeypatch):
    from platformdirs import user_cache_path

    monkeypatch.delenv("CNN_TUI_CACHE")
    assert cache_folder() == user_cache_path("cnn_tui") / "images"


def test_a_table_that_cannot_be_read_leaves_no_entry(write, cache):
    with pytest.raises(UserError, match='the word "six"'):
        read_table(write("a.tsv", "1\t2\n3\tsix\n"))
    assert not list(cache.iterdir())


def test_a_file_that_changes_while_it_is_read(write, monkeypatch):
    path = write("a.tsv", TABLE)

    def read_and_grow(*arguments: object) -> object:
        found = read(*arguments)
        path.write_text(TABLE + "5\t6\n")
        return found

    monkeypatch.setitem(module.READERS, "table", read_and_grow)
    with pytest.raises(UserError) as caught:
        read_table(path)
    assert caught.value.sentence == "a.tsv: changed while it was read. Read it again when it is complete."


def test_a_file_that_is_not_there_or_not_readable(tmp_path):
    with pytest.raises(UserError) as caught:
        read_table(tmp_path / "none.tsv")
    assert caught.value.sentence == "none.tsv: there is no such file. Check the path."
