import datetime
import decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet as pq

from cnn_tui.data.cache import Held
from cnn_tui.data.formats.label_files import read_label_array
from cnn_tui.data.read import read_images
from cnn_tui.errors import UserError
from cnn_tui.spec.data import Reading, Source, Where

PIXELS = np.random.default_rng(0).integers(0, 256, (40, 6))
LABELS = np.random.default_rng(1).integers(0, 3, 40)
CHOOSE = "Choose the columns that are pixels, and the column of labels."


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.parquet"


def columns(pixels: np.ndarray, kind: str = "int64") -> dict[str, Any]:
    return {f"p{index}": column.astype(kind) for index, column in enumerate(pixels.T)}


def written(path: Path, names: dict[str, Any], rows: int = 7) -> Path:
    pq.write_table(pa.table(names), path, row_group_size=rows, write_page_checksum=True)
    return path


def held(path: Path, **reading: Any) -> Held:
    return read_images(Source(images=str(path)), Reading(**reading))[0]


def sentence(path: Path, **reading: Any) -> str:
    with pytest.raises(UserError) as caught:
        held(path, **reading)
    return caught.value.sentence


def named(found: Held) -> list[str]:
    assert found.labels
    return [found.labels.classes[code] for code in found.labels.codes]


@pytest.mark.parametrize("kind", ["uint8", "int64", "uint16", "float16", "float32", "float64"])
def test_columns_of_numbers_are_pixels_and_the_column_called_label_is_labels(path, kind):
    found = held(written(path, {**columns(PIXELS, kind), "label": LABELS}))
    assert found.values.dtype == np.uint8
    assert np.array_equal(found.values, PIXELS)
    assert found.facts.columns == ("p0", "p1", "p2", "p3", "p4", "p5")
    assert named(found) == list(map(str, LABELS))


@pytest.mark.parametrize("kind", [pa.list_(pa.float32()), pa.list_(pa.float32(), 6), pa.large_list(pa.float32())])
def test_a_column_of_lists_is_the_row(path, kind):
    values = (PIXELS / 4).tolist()
    found = held(written(path, {"image": pa.array(values, kind), "label": LABELS}))
    assert np.array_equal(found.values, (PIXELS / 4).astype(np.float32))


@pytest.mark.parametrize("encoded", [False, True])
def test_a_column_of_words_is_labels(path, encoded):
    words = pa.array([("cat", "NA", "dog")[label] for label in LABELS])
    found = held(written(path, {"what": words.dictionary_encode() if encoded else words, **columns(PIXELS)}))
    assert np.array_equal(found.values, PIXELS)
    assert named(found) == words.to_pylist()
    assert found.labels.classes == ("NA", "cat", "dog")


@pytest.mark.parametrize(
    ("reading", "labels", "pixels"),
    [
        ({"label_column": "none"}, None, [0, 1, 2, 3, 4, 5]),
        ({"label_column": "first"}, 0, [1, 2, 3, 4, 5]),
        ({"label_column": "last"}, 5, [0, 1, 2, 3, 4]),
        ({"label_column": "3"}, 2, [0, 1, 3, 4, 5]),
        ({"label_column": "p3"}, 3, [0, 1, 2, 4, 5]),
        ({"columns": "2-3,p5"}, None, [1, 2, 5]),
        ({"columns": "all but p0,2"}, None, [2, 3, 4, 5]),
    ],
)
def test_columns_are_chosen(path, reading, labels, pixels):
    found = held(written(path, columns(PIXELS)), **reading)
    assert np.array_equal(found.values, PIXELS[:, pixels])
    assert (found.labels is None) if labels is None else named(found) == list(map(str, PIXELS[:, labels]))


def test_a_file_of_labels(path):
    words = ["dog", "cat", "dog"]
    labels = read_label_array(Where(written(path, {"what": words})))
    assert [labels.classes[code] for code in labels.codes] == words


def test_a_file_of_one_hot_labels(path):
    labels = read_label_array(Where(written(path, {"cat": [0, 1], "dog": [1, 0]})))
    assert labels.classes == ("cat", "dog")
    assert labels.codes.tolist() == [1, 0]


def test_one_hot_columns_beside_the_pixels(path):
    ones = {f"label_{name}": (place == LABELS).astype(int) for place, name in enumerate(("cat", "dog", "eel"))}
    found = held(written(path, {**columns(PIXELS), **ones}))
    assert np.array_equal(found.values, PIXELS)
    assert found.labels.classes == ("cat", "dog", "eel")
    assert found.labels.codes.tolist() == LABELS.tolist()
    assert held(path, label_column="7-9").labels.classes == ("cat", "dog", "eel")


def test_a_file_of_lists_of_one_hot_labels(path):
    labels = read_label_array(Where(written(path, {"y": pa.array([[0, 1], [1, 0]], pa.list_(pa.int8()))})))
    assert (labels.classes, labels.codes.tolist()) == (("0", "1"), [1, 0])


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (
            {"p": [1, 2], "y_a": [0, 1], "y_b": [1, 1]},
            "a.parquet: row 2 is not one-hot. "
            "Give one column of labels, or one-hot columns: a single 1 in each row, and 0.",
        ),
        (
            {"p": [1, 2], "y_a": [0, 1], "y_b": ["1", "0"]},
            'a.parquet: row group 1, row 1: column "y_b" holds words, not the 0 and 1 of one-hot labels. '
            "Choose one column of labels, or one-hot columns.",
        ),
        (
            {"p": [1, 2], "y_a": [0, 1], "y_b": [1, None]},
            'a.parquet: row group 1, row 2: column "y_b" is empty. Fill it in, or remove the row.',
        ),
    ],
)
def test_what_is_said_of_one_hot_columns(path, names, expected):
    assert sentence(written(path, names)) == expected


ROW = [1] * 20


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (
            {"p": [*ROW, None], "q": [*ROW, 1]},
            'row group 3, row 21: column "p" is empty. Fill it in, or remove the row.',
        ),
        (
            {"p": ROW, "label": [*ROW[1:], None]},
            'row group 3, row 20: column "label" is empty. Fill it in, or remove the row.',
        ),
        (
            {"p": [*[[1, 2]] * 9, [1, 2, 3]]},
            'row group 2, row 10: column "p" holds 3 values where others hold 2. Give all images the same size.',
        ),
        (
            {"p": [*[[1, 2]] * 7, [1, 2, 3]]},
            "row group 2, row 8: has 3 values but the first row has 2. Give all images the same size.",
        ),
        (
            {"p": [*[[1, 2]] * 8, [1, None]]},
            'row group 2, row 9: column "p" is empty. Fill it in, or remove the row.',
        ),
        (
            {"p": [1.0, float("nan")]},
            'row 2, column "p" is not a number (nan). Fill it in, or remove the row and its label.',
        ),
        ({"p": [1.0, 1e39]}, 'row 2, column "p" is 1e+39, which is too large. Use numbers up to 3.4e+38.'),
        ({"p": [[[1]]]}, f'column "p" holds values of type list<element: list<element: int64>>, not numbers. {CHOOSE}'),
        ({"p": [decimal.Decimal("1.5")]}, f'column "p" holds values of type decimal128(2, 1), not numbers. {CHOOSE}'),
        (
            {"p": [datetime.datetime(2020, 1, 1)]},
            f'column "p" holds values of type timestamp[us], not numbers. {CHOOSE}',
        ),
        ({"p": ["six", "seven"]}, f'column "p" holds words, not numbers. {CHOOSE}'),
        (
            {"p": pa.array([b"1"]), "label": [1]},
            f'column "p" holds values of type binary, not numbers. {CHOOSE}',
        ),
        (
            {"image": [{"bytes": b"1", "path": "a.png"}], "label": [1]},
            'column "image" holds values of type struct<bytes: binary, path: string>, not numbers. '
            "Save the pictures as files, in a folder for each class.",
        ),
        ({"p": pa.array([], pa.int64())}, "holds no rows. Give a file with a row an image."),
        ({"label": [1], "q": ["a"]}, f'column "q" holds words, not numbers. {CHOOSE}'),
        (
            {"p": [1], "label": [0.5]},
            "row 1 holds the label 0.5, not a class. Classes are whole numbers or words; say --targets numbers to predict numbers.",
        ),
    ],
)
def test_what_is_said_of_bad_columns(path, names, expected):
    assert sentence(written(path, names)) == f"a.parquet: {expected}"


def test_an_extension_type_is_refused(path):
    tensor = pa.FixedShapeTensorArray.from_numpy_ndarray(np.zeros((3, 2, 2)))
    assert sentence(written(path, {"p": tensor})) == (
        f'a.parquet: column "p" holds values of the extension arrow.fixed_shape_tensor, not numbers. {CHOOSE}'
    )


def test_a_column_that_is_not_there(path):
    written(path, {"p": [1], "q": [2]})
    assert sentence(path, label_column="r") == 'a.parquet: has no column "r". Its columns are p, q.'
    assert sentence(path, columns="1-3") == "a.parquet: has no column 3. Its columns are 1 to 2."


def test_a_file_that_is_not_whole(path):
    whole = written(path, columns(PIXELS)).read_bytes()
    path.write_bytes(whole[:-1])
    assert sentence(path) == "a.parquet: breaks off: its end is missing. Copy or download it again."
    path.write_bytes(whole[:-9] + bytes(5) + whole[-4:])
    assert sentence(path) == "a.parquet: is a damaged Parquet file. Copy or download it again."
    path.write_bytes(b"\0" + whole[1:])
    with pytest.raises(UserError) as caught:
        read_images(Source(images=str(path), format="parquet"), Reading())
    assert caught.value.sentence == "a.parquet: is not a Parquet file. Give a table, or a Parquet file."


def test_any_damage_is_said_or_read_as_pyarrow_reads_it(path):
    whole = written(path, columns(PIXELS)).read_bytes()
    random = np.random.default_rng(7)
    said = 0
    for _ in range(50):
        changed = bytearray(whole)
        changed[random.integers(len(whole))] ^= 1 << int(random.integers(8))
        path.write_bytes(changed)
        try:
            values = held(path).values
        except UserError:
            said += 1
            continue
        expected = pq.read_table(path)
        assert np.array_equal(values, np.column_stack([column.to_numpy() for column in expected.columns]))
    assert said
