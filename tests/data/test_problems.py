import numpy as np
import pytest

from cnn_tui.data import blocks as module
from cnn_tui.data.dataset import Dataset, Opened
from cnn_tui.data.formats.content import Facts
from cnn_tui.data.problems import find_problems
from cnn_tui.spec.report import Finding

CLASSES = ("a", "b", "c")


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(module, "PIXELS", 60)


def images(count: int = 30) -> np.ndarray:
    return np.random.default_rng(count).integers(0, 256, (count, 12), dtype=np.uint8)


def labels(count: int = 30) -> np.ndarray:
    return np.arange(count) % 3


def problems(pixels=None, codes=None, classes=CLASSES, test=None) -> tuple[str, ...]:
    train = Dataset(images() if pixels is None else pixels, labels() if codes is None else codes, classes)
    return tuple(map(str, find_problems(Opened(train, test=test))))


def test_good_data_has_no_problem():
    assert problems() == ()
    assert problems(test=Dataset(images(9), labels(9), CLASSES)) == ()
    assert problems(np.random.default_rng(0).normal(size=(30, 12)).astype(np.float32)) == ()
    assert problems(np.random.default_rng(0).integers(0, 256, (30, 4, 4, 3), dtype=np.uint8)) == ()


def test_a_first_row_that_counts_looks_like_a_header():
    pixels = images()
    pixels[0] = np.arange(12)
    assert problems(pixels) == (
        "The first training image counts from 0 to 11: these look like names of columns. Say --header yes if they are.",
    )


def test_a_single_class():
    assert problems(codes=np.ones(30, int)) == (
        'All training images are of the class "b", so there is nothing to tell apart. Add other classes.',
    )


def test_labels_that_are_all_different():
    assert problems(codes=np.arange(30), classes=tuple(map(str, range(30)))) == (
        "No two training labels are equal: they look like row numbers. Check the file of labels.",
    )


def test_classes_with_too_few_images():
    codes = labels()
    codes[codes == 1] = 0
    assert problems(codes=codes) == (
        "1 class has fewer than 2 training images: b. Add images, or leave the class out.",
    )
    codes[3] = 1
    assert problems(codes=codes, classes=(*CLASSES, "d")) == (
        "2 classes have fewer than 2 training images: b, d. Add images, or leave the class out.",
    )


def test_classes_that_differ_in_capitals():
    assert problems(classes=("Cat", "cat", "dog")) == (
        'The classes "Cat" and "cat" differ in capitals only. Write them alike if they are one.',
    )


def test_images_of_one_value():
    pixels = images()
    pixels[7] = 0
    assert problems(pixels) == (
        "1 training image has the same value in all pixels (row 8). Remove what is empty by mistake.",
    )
    pixels[[9, 11]] = 5
    assert problems(pixels) == (
        "3 training images have the same value in all pixels (rows 8, 10 and 12). Remove what is empty by mistake.",
    )
    pixels[20:25] = 0
    assert problems(pixels) == (
        "8 training images have the same value in all pixels (first in rows 8, 10 and 12). "
        "Remove what is empty by mistake.",
    )


def test_pixels_outside_0_to_255_among_whole_numbers_from_0_to_255():
    pixels = images().astype(np.float32)
    pixels[7, 3] = 300
    assert problems(pixels) == (
        "1 training pixel is outside 0 to 255, the first in row 8, column 4. Correct what is wrong.",
    )
    pixels[9, 0] = -1
    assert problems(pixels) == (
        "2 training pixels are outside 0 to 255, the first in row 8, column 4. Correct what is wrong.",
    )


@pytest.mark.parametrize(
    "change", [lambda pixels: pixels * 1.5, lambda pixels: pixels + 0.5, lambda pixels: pixels * 4]
)
def test_other_numbers_are_not_taken_for_pixels(change):
    assert problems(change(images().astype(np.float32)).astype(np.float32)) == ()


def test_a_column_that_gives_the_answer_away():
    pixels = images()
    pixels[:, 0] = labels()
    assert problems(pixels) == (
        "Column 1 of the training images is the label. Remove it: the model would read the answer there.",
    )
    pixels[:, 11] = pixels[:, 0] + 4
    assert problems(pixels, classes=("4", "5", "6")) == (
        "Column 12 of the training images is the label. Remove it: the model would read the answer there.",
    )


def test_a_class_without_a_test_image():
    assert problems(test=Dataset(images(2), labels(2), CLASSES)) == (
        "1 class has no test image: c. Add some: a class without any is not tested.",
    )
    assert problems(test=Dataset(images(1), labels(1), CLASSES)) == (
        "2 classes have no test image: b, c. Add some: a class without any is not tested.",
    )


def test_training_and_test_of_different_range():
    pixels, tested = images(), images(3)
    pixels[0, 0] = tested[0, 0] = 255
    scaled = Dataset((tested / 255).astype(np.float32), labels(3), CLASSES)
    assert problems(pixels, test=scaled) == (
        "Training pixels go up to 255 but test pixels up to 1. Make both in the same way.",
    )


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_test_images_that_are_among_the_training_images(dtype):
    pixels, tested = images(), images(6).astype(dtype)
    tested[4] = pixels[17]
    assert problems(pixels, test=Dataset(tested, labels(6), CLASSES)) == (
        "1 test image is among the training images too (row 5 of the test). Remove it from one side.",
    )
    tested[:4] = pixels[3]
    assert problems(pixels, test=Dataset(tested, labels(6), CLASSES)) == (
        "5 test images are among the training images too (first in rows 1, 2 and 3 of the test). "
        "Remove them from one side.",
    )


def finding(kind: str, pixels=None, codes=None, classes=CLASSES, **parts):
    train = Dataset(images() if pixels is None else pixels, labels() if codes is None else codes, classes)
    found = [one for one in find_problems(Opened(train, **parts)) if one.kind == kind]
    assert len(found) == 1
    return found[0]


def test_a_finding_counts_and_has_its_first_rows():
    pixels = images(90)
    pixels[30:60] = 0
    found = finding("constant-images", pixels, labels(90))
    assert (found.part, found.count, found.rows) == ("train", 30, tuple(range(30, 50)))


def test_a_finding_about_classes_leads_to_their_rows():
    codes = labels()
    codes[codes == 1] = 0
    codes[7] = 1
    found = finding("rare-classes", codes=codes)
    assert (found.count, found.rows) == (1, (7,))


def test_a_single_image():
    assert problems(images(1), labels(1)) == (
        "There is only 1 training image, so none can be held out for validation. Add images.",
    )


def test_classes_of_very_different_size():
    pixels, codes = images(1000), np.zeros(1000, int)
    codes[:9], codes[9:40] = 1, 2
    assert problems(pixels, codes) == (
        'The class "a" has 960 training images but "b" only 9, 106 times fewer. '
        "Add images of rare classes, or let them count more: balanced class weights.",
    )
    codes[9] = 1
    assert problems(pixels, codes) == ()


def test_more_classes_than_anybody_can_look_at():
    classes = tuple(map(str, range(10_000)))
    assert problems(images(20_000), np.arange(20_000) % 10_000, classes) == (
        "There are 10,000 classes, and the last layer needs a unit for each. Check that the labels are classes.",
    )


@pytest.mark.parametrize(
    ("classes", "sentence"),
    [
        (("a b", "ab", "dog"), 'The classes "a b" and "ab" differ in blanks only. Write them alike if they are one.'),
        (("1", "01", "2"), 'The classes "1" and "01" are the same number. Write them alike if they are one.'),
        (
            ("Cat", "cat", "CAT"),
            'The classes "Cat" and "cat" differ in capitals only, and 1 more such. Write them alike if they are one.',
        ),
    ],
)
def test_classes_that_may_be_one(classes, sentence):
    assert problems(classes=classes) == (sentence,)


def test_a_long_name_does_not_fill_the_screen():
    long = "x" * 200_000
    for one, other in ((long, f"{long}y"), (long, long.upper())):
        assert all(len(sentence) < 300 for sentence in problems(classes=(one, other, "dog")))
    assert len(problems(codes=np.zeros(30, int), classes=(long, "cat", "dog"))[0]) < 300


def test_a_class_that_is_called_as_if_it_were_missing():
    assert problems(classes=("NA", "cat", "dog")) == (
        '10 training labels are "NA", which is taken as a class like any other. Remove the rows if it means no label.',
    )


def test_a_class_without_a_validation_image():
    validate = Dataset(images(2), labels(2), CLASSES)
    assert str(finding("missing-classes", validate=validate)) == (
        "1 class has no validation image: c. Add some: a class without any is not watched."
    )


def test_columns_of_a_table_that_never_change():
    pixels = images()
    pixels[:, 3] = 7
    assert problems(pixels) == (
        "1 column has the same value in all training rows (column 4). Leave out what tells nothing.",
    )
    pixels[:, [5, 6, 11]] = 9
    assert problems(pixels) == (
        "4 columns have the same value in all training rows (first in columns 4, 6 and 7). "
        "Leave out what tells nothing.",
    )


@pytest.mark.parametrize("shape", [(30, 64), (30, 784), (30, 3072), (30, 5, 5, 1)])
def test_pixels_of_pictures_may_always_be_dark(shape):
    pixels = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    pixels[:, 0] = 0
    assert problems(pixels) == ()


def test_one_column_more_than_a_picture_has():
    pixels = np.random.default_rng(0).integers(0, 256, (30, 785), dtype=np.uint8)
    assert problems(pixels) == (
        "The training images have 785 columns, one more than 28x28 pixels. "
        "Leave the column out if it is the label or the number of the row.",
    )
    assert problems(pixels.astype(np.float32) / 7) == ()
    assert problems(pixels[:, :784]) == ()
    pixels[:, 0] = labels()
    assert problems(pixels, classes=("0", "1", "2")) == (
        "Column 1 of the training images is the label. Remove it: the model would read the answer there.",
    )


def test_a_validation_of_different_range():
    pixels, watched = images(), images(3)
    pixels[0, 0] = watched[0, 0] = 255
    scaled = Dataset((watched / 255).astype(np.float32), labels(3), CLASSES)
    assert str(finding("other-range", pixels, validate=scaled)) == (
        "Training pixels go up to 255 but validation pixels up to 1. Make both in the same way."
    )


def test_what_a_reader_noted_comes_first():
    note = Finding(kind="resized", sentence="3 pictures were resized to 12x1.")
    train = Dataset(images(), np.ones(30, int), CLASSES, Facts(format="array", notes=(note,)))
    assert [found.kind for found in find_problems(Opened(train))] == ["resized", "one-class"]
