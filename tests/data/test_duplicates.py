import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnn_tui.data import blocks
from cnn_tui.data.dataset import Dataset, Opened
from cnn_tui.data.duplicates import numbered
from cnn_tui.data.problems import find_problems
from cnn_tui.data.scan import scan_parts

CLASSES = ("cat", "dog")
PIXEL = st.integers(0, 2)


@pytest.fixture(autouse=True, scope="module")
def small_blocks():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "PIXELS", 9)
        yield


@st.composite
def parts(draw, names=("train", "validate", "test")):
    """A few tiny images a part, many of them equal; some parts as floats."""

    def part():
        rows = draw(st.lists(st.tuples(PIXEL, PIXEL, PIXEL), min_size=1, max_size=12))
        dtype = draw(st.sampled_from([np.uint8, np.float32]))
        labels = draw(st.lists(st.integers(0, 1), min_size=len(rows), max_size=len(rows)))
        return Dataset(np.array(rows, dtype), np.array(labels), CLASSES)

    return Opened(**{name: part() for name in names})


def found(opened: Opened) -> dict[tuple[str, str], list[tuple[int, ...]]]:
    kinds: dict[tuple[str, str], list[tuple[int, ...]]] = {}
    for one in find_problems(opened):
        if one.kind in ("leak", "duplicates", "two-classes"):
            assert one.count == len(one.rows)
            kinds.setdefault((one.kind, one.part), []).append(one.rows)
    return kinds


def by_sets(opened: Opened) -> dict[tuple[str, str], list[tuple[int, ...]]]:
    """The same, the slow way."""
    rows = {part: [tuple(image) for image in dataset.images.tolist()] for part, dataset in opened.parts.items()}
    uneven = {part: [row for row, image in enumerate(images) if len(set(image)) > 1] for part, images in rows.items()}
    labels = opened.train.labels.tolist()
    pairs = list(zip(rows["train"], labels, strict=True))
    classes = {image: {label for other, label in pairs if other == image} for image in rows["train"]}
    expected = {
        ("two-classes", "train"): [tuple(row for row in uneven["train"] if len(classes[rows["train"][row]]) > 1)],
        ("duplicates", "train"): [tuple(row for row in uneven["train"] if pairs[row] in pairs[:row])],
    }
    for part, known in (("validate", "train"), ("test", "train"), ("test", "validate")):
        shared = tuple(row for row in uneven[part] if rows[part][row] in set(rows[known]))
        expected.setdefault(("leak", part), []).append(shared)
    kept = {key: [rows for rows in values if rows] for key, values in expected.items()}
    return {key: values for key, values in kept.items() if values}


@given(opened=parts())
def test_what_is_there_twice_is_what_sets_find(opened):
    assert found(opened) == by_sets(opened)


@given(opened=parts())
def test_images_have_the_same_number_exactly_when_they_are_equal(opened):
    numbers = np.concatenate(list(numbered(scan_parts(opened)).values()))
    images = [tuple(image) for dataset in opened.parts.values() for image in dataset.images.tolist()]
    assert [[a == b for b in images] for a in images] == (numbers[:, None] == numbers).tolist()


def test_zero_is_the_same_as_minus_zero():
    images = np.array([[0.0, 1.5], [-0.0, 1.5]], np.float32)
    assert found(Opened(Dataset(images, np.zeros(2, int), CLASSES))) == {("duplicates", "train"): [(1,)]}


def sentences(images, labels) -> list[str]:
    kinds = ("duplicates", "two-classes")
    return [str(one) for one in find_problems(Opened(Dataset(images, labels, CLASSES))) if one.kind in kinds]


def test_duplicates_are_told_calmly():
    images = np.random.default_rng(0).integers(0, 256, (8, 5), dtype=np.uint8)
    images[3] = images[1]
    labels = np.array([0, 1, 0, 1, 0, 1, 0, 1])
    assert sentences(images, labels) == [
        "1 training image repeats an earlier one, pixel for pixel (row 4). "
        "Remove what is there twice by mistake: a copy that is held out for validation is no new image."
    ]
    images[5] = images[7] = images[1]
    assert sentences(images, labels) == [
        "3 training images repeat an earlier one, pixel for pixel (rows 4, 6 and 8). "
        "Remove what is there twice by mistake: a copy that is held out for validation is no new image."
    ]


def test_an_image_in_two_classes_is_named_with_both():
    images = np.random.default_rng(0).integers(0, 256, (8, 5), dtype=np.uint8)
    images[6] = images[1]
    assert sentences(images, np.array([0, 1, 0, 1, 0, 1, 0, 1])) == [
        '2 training images are in two classes, pixel for pixel the same: row 2 is "dog" and row 7 is "cat". '
        "Keep each in its true class."
    ]
