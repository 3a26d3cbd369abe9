import csv
import gzip
import io
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cnn_tui.data.formats import tables
from cnn_tui.data.formats.tables import NumberTable, read_numbers
from cnn_tui.errors import UserError
from cnn_tui.shipped import shipped

PLAIN_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def attempt(path: Path) -> np.ndarray | None:
    """The values, or None when they are refused."""
    with suppress(UserError):
        return read_numbers(path, "no").values
    return None


@dataclass
class Slow:
    """An independent reader: csv splits, float() reads, a cell at a time."""

    text: str
    delimiter: str

    def values(self) -> np.ndarray | None:
        try:
            rows = list(csv.reader(io.StringIO(self.text, newline=""), delimiter=self.delimiter, strict=True))
        except csv.Error:
            return None
        while rows and not "".join(rows[-1]).strip():
            rows.pop()
        if not rows or {len(row) for row in rows} != {len(rows[0])}:
            return None
        cells = [cell.strip() for row in rows for cell in row]
        if not all(map(PLAIN_NUMBER.fullmatch, cells)):
            return None
        with np.errstate(over="ignore"):
            values = np.array([float(cell) for cell in cells]).astype(np.float32).reshape(len(rows), -1)
        if not np.isfinite(values).all():
            return None
        whole = ((values >= 0) & (values <= 255) & (values == np.floor(values))).all()
        return values.astype(np.uint8) if whole else values


good = st.one_of(
    st.integers(0, 255).map(str),
    st.integers(-(10**6), 10**12).map(str),
    st.floats(width=32, allow_nan=False, allow_infinity=False).map(repr),
    st.decimals(-1000, 1000, places=4, allow_nan=False).map(str),
    st.sampled_from(["+5", "007", " 7", "7 ", "5.", ".5", "1e2", "255.0", "-0", "2e-50"]),
)
bad = st.sampled_from(
    [
        "",
        "six",
        "nan",
        "NA",
        "inf",
        "1e400",
        "1_000",
        "１２",
        "0,5",
        "True",
        "0x1F",
        "1d5",
        '"5',
        "5;",
        "--5",
        "1 2",
        "#",
    ]
)


@st.composite
def table_text(draw, cells=good, narrowest=1):
    width = draw(st.integers(narrowest, 4))
    rows = draw(st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=6))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    last = draw(st.sampled_from(["", end, end * 3]))
    return end.join("\t".join(row) for row in rows) + last


@given(text=table_text(), zipped=st.booleans())
def test_every_table_of_numbers_is_read_as_a_slow_reader_reads_it(tmp_path_factory, text, zipped):
    path = tmp_path_factory.mktemp("tables") / "a"
    path.write_bytes(gzip.compress(text.encode()) if zipped else text.encode())
    table, slow = read_numbers(path), Slow(text, "\t").values()
    assert slow is not None
    assert table.values.dtype == slow.dtype
    assert table.values.flags.c_contiguous
    np.testing.assert_array_equal(table.values, slow)


@given(table_text(st.one_of(good, good, good, bad), narrowest=2))
@example("1\t2\n3\n")
@example("1\t2\n3\t4\t5\n")
@example("1\n\n2\n")
@example("0.5\n\n2\n")
def test_a_table_is_read_rightly_or_refused_with_a_sentence(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("tables") / "a.tsv"
    path.write_bytes(text.encode())
    read, slow = attempt(path), Slow(text, "\t").values()
    assert (read is None) == (slow is None)
    if read is not None:
        np.testing.assert_array_equal(read, slow)


@given(
    st.lists(st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=3, max_size=3), min_size=1)
)
def test_both_readers_of_fractions_agree(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("tables") / "a.csv"
    path.write_text("\n".join(",".join(map(repr, row)) for row in rows))
    layout = tables.look(path)
    by_arrow = np.concatenate([*tables._blocks_by_arrow(path, layout)])
    np.testing.assert_array_equal(by_arrow, tables._read_rest(path, layout, start=0))


def test_the_sample_digits_are_read_as_pandas_reads_them():
    path = shipped("sample_data/digits/X_test.tsv.gz")
    table = read_numbers(path)
    expected = pd.read_csv(path, sep="\t", header=None).to_numpy()
    np.testing.assert_array_equal(table.values, expected)
    assert (table.values.dtype, table.columns, table.header, table.delimiter) == (np.uint8, (), False, "\t")


@pytest.mark.parametrize("form", ["%d", "%.4f", "%.18e"])
@pytest.mark.parametrize("mark", ["\t", ",", ";", " "])
def test_whole_numbers_from_0_to_255_are_bytes_however_they_are_written(tmp_path, form, mark):
    values = np.random.default_rng(0).integers(0, 256, (20, 7))
    np.savetxt(tmp_path / "a.csv", values, fmt=form, delimiter=mark)
    table = read_numbers(tmp_path / "a.csv")
    assert (table.values.dtype, table.delimiter) == (np.uint8, mark)
    np.testing.assert_array_equal(table.values, values)


@pytest.mark.parametrize("value", ["300", "-1", "1.5", "256", "99999999999999999999999999", "0.1", "16777217"])
@pytest.mark.parametrize("row", [0, 1, 5000])
def test_other_numbers_make_the_table_float32_wherever_they_stand(write, value, row):
    cells = [["1", "2"] for _ in range(5001)]
    cells[row][1] = value
    values = read_numbers(write("a.tsv", "\n".join("\t".join(line) for line in cells))).values
    assert values.dtype == np.float32
    assert values[row, 1] == np.float32(float(value))
    assert (np.delete(values[:, 1], row) == 2).all()


def test_frames_of_pandas_are_read_back(tmp_path):
    frame = pd.DataFrame(np.random.default_rng(1).normal(size=(9, 3)), columns=["a", "b c", "d,e"])
    frame.to_csv(tmp_path / "a.csv", index=False)
    table = read_numbers(tmp_path / "a.csv")
    assert table.columns == ("a", "b c", "d,e")
    np.testing.assert_array_equal(table.values, frame.to_numpy().astype(np.float32))


def test_a_header_is_seen_said_or_denied(write):
    path = write("a.csv", "a,b\n1,2\n3,4\n")
    assert read_numbers(path).columns == read_numbers(path, "yes").columns == ("a", "b")
    assert read_numbers(path).values.tolist() == [[1, 2], [3, 4]]
    counted = write("b.csv", "0,1\n1.5,2\n3,4\n")
    assert len(read_numbers(counted).values) == 3
    assert read_numbers(counted, "yes").values.tolist() == [[1.5, 2], [3, 4]]


def test_quoted_numbers_are_numbers(write):
    text = '"1","2"\n3,"4"\n" 5 ", "6"\n'
    assert read_numbers(write("a.csv", text)).values.tolist() == [[1, 2], [3, 4], [5, 6]]
    fractions = read_numbers(write("b.csv", text.replace("6", "0.5"))).values
    assert fractions.tolist() == [[1, 2], [3, 4], [5, 0.5]]


def test_spaces_may_stand_around_cells_and_between_them(write):
    assert read_numbers(write("a.txt", "  1  2 3 \n 4 5    6\n")).values.tolist() == [[1, 2, 3], [4, 5, 6]]
    assert read_numbers(write("b.csv", "1, 2 ,3\n4,5, 6\n")).values.tolist() == [[1, 2, 3], [4, 5, 6]]


def test_one_row_and_one_column(write):
    assert read_numbers(write("a.tsv", "7")).values.tolist() == [[7]]
    assert read_numbers(write("a.tsv", "7\t8\n")).values.tolist() == [[7, 8]]
    assert read_numbers(write("a.tsv", "7\n8\n")).values.tolist() == [[7], [8]]


def test_a_table_cannot_be_changed_by_its_reader(write):
    table = read_numbers(write("a.tsv", "1\n"))
    with pytest.raises(AttributeError):
        table.header = True
    assert isinstance(table, NumberTable)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("last", ["+1\t2\n", "\n\n", " 1\t2", "1\t2"])
def test_what_the_fast_reader_leaves_is_read_by_the_strict_one(write, last):
    values = read_numbers(write("a.tsv", "0.5\t0.25\n" * 50 + last)).values
    assert values.tolist() == [[0.5, 0.25]] * 50 + ([[1, 2]] if last.strip() else [])


def test_numbers_in_columns_that_cannot_be_split_by_arrow_are_still_read(write):
    assert read_numbers(write("a.txt", "0.5 1\n2 3\n\n")).values.tolist() == [[0.5, 1], [2, 3]]
    assert read_numbers(write("a.tsv", "0.5\t+1\n2\t3\n\n")).values.tolist() == [[0.5, 1], [2, 3]]
