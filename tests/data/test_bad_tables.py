import gzip
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnn_tui.data.formats.tables import read_numbers
from cnn_tui.data.labels import read_labels
from cnn_tui.errors import UserError
from cnn_tui.spec.data import Reading


def sentence(path: Path, header: str = "auto") -> str:
    with pytest.raises(UserError) as caught:
        read_numbers(path, header)
    return caught.value.sentence


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1\t2\n3\n", "a.tsv, line 2: has 1 column but the first row has 2. Give all rows the same columns."),
        ("1\t2\n3\t4\t5\n", "a.tsv, line 2: has 3 columns but the first row has 2. Give all rows the same columns."),
        (
            "a\tb\n1\t2\n3\t4\t5\n",
            "a.tsv, line 3: has 3 columns but the first row has 2. Give all rows the same columns.",
        ),
        ("1\t2\n3\tsix\n", 'a.tsv, line 2: column 2 holds the word "six". Write a number.'),
        (
            "one\t2\nthree\t4\n",
            'a.tsv, line 1: column 1 holds the word "one". Say --header yes if the first line names the columns.',
        ),
        ("1\t2\n\t4\n", "a.tsv, line 2: column 1 is empty. Fill it in, or remove the row and its label."),
        (
            "1\t2\t\n3\t4\t5\n",
            "a.tsv, line 2: column 3 is not empty as in the first row. Give all rows the same columns.",
        ),
        ("1\t2\t\n3\t4\n", "a.tsv, line 2: has 2 columns but the first row has 3. Give all rows the same columns."),
        (
            "1\t2\n3\tnan\n",
            'a.tsv, line 2: column 2 holds "nan", not a number. Fill it in, or remove the row and its label.',
        ),
        (
            "1\t2\n3\tNA\n",
            'a.tsv, line 2: column 2 holds "NA", not a number. Fill it in, or remove the row and its label.',
        ),
        ("1\t2\n-inf\t3\n", "a.tsv, line 2: column 1 holds -inf, which is too large. Use numbers up to 3.4e+38."),
        ("1\t2\n3\t1e400\n", "a.tsv, line 2: column 2 holds 1e400, which is too large. Use numbers up to 3.4e+38."),
        ("1\t2\n3\t-1e39\n", "a.tsv, line 2: column 2 holds -1e39, which is too large. Use numbers up to 3.4e+38."),
        (
            "1\t2\n3\t1_000\n",
            'a.tsv, line 2: column 2 holds "1_000", which is not a plain number. Write numbers such as 1000 or 0.5.',
        ),
        (
            "1\t2\n3\t１２\n",
            'a.tsv, line 2: column 2 holds "１２", which is not a plain number. Write numbers such as 1000 or 0.5.',
        ),
        ("1\t2\n3\t0,5\n", 'a.tsv, line 2: column 2 holds "0,5". Write decimals with a point, such as 0.5.'),
        ("1\n\n3\n", "a.tsv, line 2: is empty. Fill it in, or remove it from every table."),
        ("1\t2\n\t\n3\t4\n", "a.tsv, line 2: is empty. Fill it in, or remove it from every table."),
        (
            "1\t2\n3\t\0\n",
            "a.tsv, line 2: holds binary data, not text: character 3 is a NUL byte. "
            "Give a table as text, such as .tsv or .csv.",
        ),
        ("a\tb\ta\n1\t2\t3\n", 'a.tsv, line 1: names two columns "a". Give each column its own name.'),
        (
            "1\t2\n3\t1,000.5\n",
            'a.tsv, line 2: column 2 holds "1,000.5", which is not a plain number. Write numbers such as 1000 or 0.5.',
        ),
        (
            "1\t2\n3\t$5\n",
            'a.tsv, line 2: column 2 holds "$5", which is not a plain number. Write numbers such as 1000 or 0.5.',
        ),
        (
            "1\t2\n3\t5%\n",
            'a.tsv, line 2: column 2 holds "5%", which is not a plain number. Write numbers such as 1000 or 0.5.',
        ),
        (
            "1\t2\n3\t=1+1\n",
            'a.tsv, line 2: column 2 holds "=1+1", which is not a plain number. Write numbers such as 1000 or 0.5.',
        ),
        (
            "1\t2\n3\t" + "9" * 5000 + "\n",
            f"a.tsv, line 2: column 2 holds {'9' * 40}..., which is too large. Use numbers up to 3.4e+38.",
        ),
        (
            "1\t2\n3\t" + "7" * 200_000 + "x\n",
            f'a.tsv, line 2: column 2 holds the word "{"7" * 40}...". Write a number.',
        ),
        (
            '1\t2\n3\t"4\n5\t6\n7\t8\n',
            "a.tsv, line 2: column 2 opens a double quote that is not closed in its line. Close it, or take it away.",
        ),
        (
            "1\t2\n3\t" + "x" * 50 + "\n",
            f'a.tsv, line 2: column 2 holds the word "{"x" * 40}...". Write a number.',
        ),
        ('"1"\n""\n"2"\n', "a.tsv, line 2: column 1 is empty. Fill it in, or remove the row and its label."),
        ('"1"\n" "\n"2"\n', "a.tsv, line 2: column 1 is empty. Fill it in, or remove the row and its label."),
        (
            '"1"\t"2"\n"3\t4"\n',
            "a.tsv, line 2: has 1 column but the first row has 2. Give all rows the same columns.",
        ),
        (
            '"1"\t"2"\n"3"4\t"5"\n',
            "a.tsv, line 2: column 1 goes on behind its closing double quote. Quote whole cells, or none.",
        ),
        (
            '"a ""b"""\t1\n"c"\t"2\n"d"\t3"\n',
            "a.tsv, line 2: column 2 opens a double quote that is not closed in its line. Close it, or take it away.",
        ),
        (
            "NA\t1\ncat\t2\n",
            'a.tsv, line 1: column 1 holds "NA", not a number. '
            "Say --label-column first if it is the label, or write a number.",
        ),
        (
            "1\t=1+1\n2\t3\n",
            'a.tsv, line 1: column 2 holds "=1+1", which is not a plain number. '
            "Say --label-column last if it is the label, or write a number.",
        ),
        (
            "1\tnan\t3\n2\t3\t4\n",
            'a.tsv, line 1: column 2 holds "nan", not a number. Fill it in, or remove the row and its label.',
        ),
    ],
)
@pytest.mark.parametrize("name", ["a.tsv", "a.tsv.gz"])
def test_what_is_said_of_a_bad_table(write, name, text, expected):
    assert sentence(write(name, text)) == expected.replace("a.tsv", name)


def test_a_word_in_the_first_line_may_be_a_header(write):
    assert sentence(write("a.tsv", "one\ttwo\n1\t2\n"), "no") == (
        'a.tsv, line 1: column 1 holds the word "one". Say --header yes if the first line names the columns.'
    )


def test_names_of_columns_without_rows(write):
    assert sentence(write("a.tsv", "one\ttwo\n")) == (
        "a.tsv: names columns but holds no rows. Add the rows, or say --header no."
    )


@pytest.mark.usefixtures("small_blocks")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.integers(1, 40),
    width=st.integers(1, 5),
    word=st.sampled_from(["six", "", "nan", "1e400", "1_0"]),
    floats=st.booleans(),
    data=st.data(),
)
def test_the_bad_cell_is_named_by_its_line_and_column(tmp_path_factory, rows, width, word, floats, data):
    cells = [["0.5" if floats else "5"] * width for _ in range(rows)]
    row, column = data.draw(st.integers(0, rows - 1)), data.draw(st.integers(0, width - 1))
    cells[row][column] = word
    path = tmp_path_factory.mktemp("tables") / "a.tsv"
    path.write_text("0\t" * (width - 1) + "0\n" + "\n".join("\t".join(line) for line in cells) + "\n0" * 0)
    blank = width == 1 and not word
    if blank and row == rows - 1:
        return
    told = sentence(path)
    assert told.startswith(f"a.tsv, line {row + 2}: " + ("is empty" if blank else f"column {column + 1} "))


@pytest.mark.usefixtures("small_blocks")
def test_a_row_of_another_width_is_found_after_blocks_of_good_ones(write):
    assert sentence(write("a.tsv", "0.5\t0.25\n" * 50 + "1\n" * 50)) == (
        "a.tsv, line 51: has 1 column but the first row has 2. Give all rows the same columns."
    )


def test_infinity_among_fractions_is_named_by_its_line(write):
    rows = ["0.5\t0.25"] * 3000 + ["0.5\tinf"] + ["0.5\t0.25"] * 10
    assert sentence(write("a.tsv", "\n".join(["a\tb", *rows]))) == (
        "a.tsv, line 3,002: column 2 holds inf, which is too large. Use numbers up to 3.4e+38."
    )


def test_the_cells_of_strangers_cannot_steer_the_terminal(write):
    assert "\x1b" not in sentence(write("a.tsv", "1\t2\n1\tx\x1b]0;title\x07\n"))


SAMPLE = b"a\tb\n1\t2\n3\t0.5\n255\t0\n"
edits = st.lists(st.tuples(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255)), min_size=1, max_size=4)


@given(
    content=st.one_of(
        st.binary(max_size=40),
        st.text('019.,;\t "\r\n-ex\0', max_size=40).map(str.encode),
        edits.map(lambda changes: edited(SAMPLE, changes)),
        edits.map(lambda changes: edited(gzip.compress(SAMPLE, mtime=0), changes)),
    ),
    header=st.sampled_from(["auto", "yes", "no"]),
)
def test_any_bytes_are_a_table_or_a_sentence(tmp_path_factory, content, header):
    path = tmp_path_factory.mktemp("tables") / "a.tsv"
    path.write_bytes(content)
    with suppress(UserError):
        values = read_numbers(path, header).values
        assert values.ndim == 2
        assert values.size
        assert np.isfinite(values).all()
    with suppress(UserError):
        labels = read_labels(path, Reading(header=header))
        assert len(labels.codes)
        assert set(labels.codes) <= set(range(len(labels.classes)))


def edited(content: bytes, changes: list[tuple[int, int]]) -> bytes:
    changed = bytearray(content)
    for place, byte in changes:
        changed[place] = byte
    return bytes(changed)
