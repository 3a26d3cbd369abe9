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

from cnn_tui.data import growing
from cnn_tui.data.classes import Labels
from cnn_tui.data.formats import tables
from cnn_tui.data.formats.content import Facts, silently
from cnn_tui.data.formats.tables import NumberTable, read_numbers
from cnn_tui.data.growing import Growing
from cnn_tui.data.labels import read_labels
from cnn_tui.data.read import read_images
from cnn_tui.errors import UserError
from cnn_tui.shipped import shipped
from cnn_tui.spec.data import Reading, Source, Where

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
        if max(map(len, rows), default=0) > 1:
            rows = [row for row in rows if row and not row[0].startswith("#")]
        if not rows or {len(row) for row in rows} != {len(rows[0])}:
            return None
        if len(rows[0]) > 1 and not any(row[-1].strip() for row in rows):
            rows = [row[:-1] for row in rows]
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
@example("1\t2\n\n3\t4\n")
@example("1\t2\n \t\n3\t4\n")
@example("1\t\n2\t\n")
@example("1\t\n2\t3\n")
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
    by_arrow = read_numbers(path).values
    quoted = path.with_name("quoted.csv")  # which Arrow is not asked to read
    quoted.write_text("\n".join(",".join(f'"{cell!r}"' for cell in row) for row in rows))
    np.testing.assert_array_equal(by_arrow, read_numbers(quoted).values)


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


def opened(path: Path, **settings: str) -> tuple[list, Facts, Labels | None]:
    """The rows, the facts and the labels as the reader of tables gives them."""
    file = io.BytesIO()
    out = Growing(file)
    facts, labels = tables.read(Where(path), Reading(**settings), out, silently)
    out.finish()
    file.seek(0)
    return np.load(file).tolist(), facts, labels


def decoded(labels: Labels | None) -> list[str]:
    assert labels
    return [labels.classes[code] for code in labels.codes]


@pytest.mark.parametrize("pixels", [("1", "2"), ("0.5", "2")])
@pytest.mark.parametrize("mark", ["\t", ",", ";", "|"])
@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("words", [("cat", "dog"), ('"cat"', '"dog"')])
def test_labels_may_stand_in_any_column(write, pixels, mark, place, words):
    lines = [[*pixels[:place], word, *pixels[place:]] for word in (*words, words[0])]
    rows, facts, labels = opened(write("a.csv", "\n".join(map(mark.join, lines))))
    assert rows == [[float(cell) for cell in pixels]] * 3
    assert decoded(labels) == ["cat", "dog", "cat"]
    assert (facts.header, facts.notes) == (False, ())


@pytest.mark.parametrize("last", ["255", "0.5"])
def test_columns_of_a_frame_are_chosen_as_pandas_chooses_them(tmp_path, last):
    frame = pd.DataFrame(np.random.default_rng(2).integers(0, 256, (30, 5)).astype(str), columns=list("abcde"))
    frame.loc[29, "e"] = last
    frame.to_csv(tmp_path / "a.csv", index=False)
    rows, facts, labels = opened(tmp_path / "a.csv", label_column="c", columns="e, 1, 2")
    assert rows == frame[["e", "a", "b"]].astype(float).to_numpy().tolist()
    assert facts.columns == ("e", "a", "b")
    assert decoded(labels) == frame["c"].tolist()


def test_one_hot_columns_beside_the_pixels(write):
    text = "p0,label_cat,label_dog,label_ape\n1,0,1,0\n2,1,0,0\n0.5,0,1.0,0\n"
    rows, facts, labels = opened(write("a.csv", text))
    assert (rows, facts.columns) == ([[1], [2], [0.5]], ("p0",))
    assert labels
    assert (labels.classes, labels.codes.tolist()) == (("cat", "dog", "ape"), [1, 0, 1])
    assert opened(write("b.csv", "0,1,7\n1,0,8\n"), label_column="1-2")[2].classes == ("0", "1")


def test_words_for_nothing_and_no_word_at_all_are_classes(write):
    for pixel in ("1", "0.5"):
        text = f"label,p\ncat,1\nNA,1\nnull,1\nNone,1\n,{pixel}\n"
        assert decoded(opened(write("a.csv", text))[2]) == ["cat", "NA", "null", "None", ""]


@pytest.mark.parametrize("label", ["=1+1", "[red]", "[/]", "\x1b[31m", "\u202eabc", "１２", "1_000", "1e400", "-"])
@pytest.mark.parametrize("pixel", ["1", "0.5"])
def test_any_label_is_kept_as_it_is(write, label, pixel):
    labels = opened(write("a.csv", f"label,p\ncat,1\n{label},{pixel}\n{label},2\n"))[2]
    assert decoded(labels) == ["cat", label, label]
    assert decoded(read_labels(write("y.csv", f"cat\n{label}\n{label}\n"), Reading(header="no"))) == decoded(labels)


def test_a_label_may_hold_a_tab_in_quotes(write):
    assert decoded(opened(write("a.csv", 'label,p\n"a\tb",1\ncat,2\n'))[2]) == ["a\tb", "cat"]


def test_a_row_that_is_taken_for_names_is_said_with_what_it_holds(write):
    def said(text: str) -> list[str]:
        return [str(note) for note in opened(write("a.csv", text), header="yes", label_column="none")[1].notes]

    assert said("7,2,1\n4,5,6\n") == [
        "The first line was taken for names, but it holds numbers: 7, 2, 1. Say --header no if it is a row."
    ]
    assert said(",".join(map(str, range(2, 30))) + "\n" + ",".join("1" * 28) + "\n") == [
        "The first line was taken for names, but it holds numbers: "
        "2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, ... (28 in all). Say --header no if it is a row."
    ]
    for names in ("0,1,2", "1,2,3", "a,1,2"):
        assert said(f"{names}\n4,5,6\n") == []


def test_a_label_that_begins_as_a_comment_is_never_lost_silently(write):
    for pixel in ("1", "0.5"):
        rows, facts, labels = opened(write("a.csv", f"label,p\ncat,1\n#1,2\ndog,{pixel}\n"))
        assert len(rows) == len(decoded(labels)) == 2
        assert str(facts.notes[0]) == "1 empty line or comment was left out, the first in line 3."


def test_labels_look_as_in_a_file_of_their_own(write):
    for text in (["7.0", "3.0"], ["07", "3"], ["1", "1.0"], ["10", "9"], ["-1", "1000000000000"], ["x", "10"]):
        alone = read_labels(write("y.tsv", "\n".join(text)), Reading(header="no"))
        beside = opened(write("a.tsv", "\n".join(f"5\t{label}" for label in text)), label_column="last", header="no")[2]
        assert (beside.classes, beside.codes.tolist()) == (alone.classes, alone.codes.tolist())


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("1\t2\n\n# why\n3\t4\n", ["2 empty lines or comments were left out, the first in line 2."]),
        ("1\t2\t\n3\t4\t\n", ["Every line ends with a delimiter: the empty last column was left out."]),
        ("cat\t1\n dog\t2\ncat \t3\n", ["2 labels had spaces around, first in row 2; they were taken away."]),
        ("1\t2\n3\t4\n\n", []),
    ],
)
@pytest.mark.parametrize("more", ["", "0.5"])
def test_what_is_left_out_is_said(write, text, sentences, more):
    text = text.replace("2", "0.5", 1) if more and "cat" not in text else text
    _, facts, labels = opened(write("a.tsv", text))
    assert [str(note) for note in facts.notes + (labels.notes if labels else ())] == sentences


@pytest.mark.parametrize(
    ("text", "settings", "expected"),
    [
        ("cat\t1\ndog\tsix\n", {}, 'a.tsv, line 2: column 2 holds the word "six". Write a number.'),
        ("cat\t0.5\ndog\tsix\n", {}, 'a.tsv, line 2: column 2 holds the word "six". Write a number.'),
        (
            "cat\t1\t2\ndog\t3\n",
            {},
            "a.tsv, line 2: has 2 columns but the first row has 3. Give all rows the same columns.",
        ),
        (
            "label\tp\n1\t1\n\n0.5\t2\n",
            {},
            "a.tsv, line 4: 0.5 is not a class. Classes are whole numbers or words; say --targets numbers to predict numbers.",
        ),
        (
            "label_a\tlabel_b\tp\n0\t1\t3\n\n1\t1\t3\n",
            {},
            "a.tsv, line 4: is not one-hot. "
            "Give one column of labels, or one-hot columns: a single 1 in each row, and 0.",
        ),
        (
            "cat\t1\ndog\t\n",
            {},
            "a.tsv, line 2: column 2 is empty. Fill it in, or remove the row and its label.",
        ),
        (
            "a\tb\n1\t2\n",
            {"label_column": "label"},
            'a.tsv: has no column "label". Its columns are a, b.',
        ),
    ],
)
def test_what_is_said_of_tables_with_labels(write, text, settings, expected):
    with pytest.raises(UserError) as caught:
        opened(write("a.tsv", text), **settings)
    assert caught.value.sentence == expected


def test_a_table_that_may_hold_its_labels_says_so(write):
    row = "\t".join(["0"] * 785)
    assert tables.no_labels(write("a.tsv", row), 785).sentence == (
        "a.tsv: has no labels that can be told from its 785 columns: 784 pixels and perhaps a label. "
        "Say --label-column first or last, or give the file of labels too."
    )


def test_a_table_is_held_a_block_at_a_time(write, monkeypatch):
    monkeypatch.setattr(tables, "BLOCK_BYTES", 2**16)
    sizes: list[int] = []
    told: list[float] = []

    class Watched(Growing):
        def add(self, block: np.ndarray) -> None:
            sizes.append(block.nbytes)
            super().add(block)

    path = write("a.tsv", "\t".join(map(str, range(100))) + "\n" + ("0\t" * 99 + "1\n") * 5000)
    out = Watched(io.BytesIO())
    tables.read(Where(path), Reading(), out, told.append)
    assert (out.rows, out.row_shape) == (5001, (100,))
    assert max(sizes) <= 2**16
    assert told == sorted(told)
    assert told[-1] == 1


@pytest.mark.parametrize("first", ["0.5", "1"])
def test_fractions_of_many_blocks_are_kept_with_their_labels(write, monkeypatch, first):
    monkeypatch.setattr(growing, "BLOCK_BYTES", 64)
    path = write("a.csv", "".join(f"{label},{first},{row}.5\n" for row in range(50) for label in ("cat", "dog")))
    for _ in range(2):
        held, _ = read_images(Source(images=str(path)), Reading())
        assert held.values.tolist() == [[float(first), row + 0.5] for row in range(50) for _ in range(2)]
        assert decoded(held.labels) == ["cat", "dog"] * 50
