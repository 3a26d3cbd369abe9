"""Labels that are numbers: looked at as the screens do, described, and what is doubtful in them."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from msgspec.structs import replace
from PIL import Image
from pyarrow import parquet as pq

from cnn_tui.data.dataset import look_into, open_data
from cnn_tui.data.find import find_data
from cnn_tui.data.statistics import describe
from cnn_tui.data.target_spreads import steps_of
from cnn_tui.errors import UserError
from cnn_tui.spec.data import Data
from cnn_tui.spec.report import Finding, Report
from tests.data.pictures import encoded
from tests.discs import discs, write_discs


def reported(data: Data, **settings: Any) -> Report:
    return describe(look_into(replace(data, targets="numbers", **settings)))


def said(report: Report) -> dict[str, Finding]:
    return {finding.kind: finding for finding in report.problems}


@pytest.fixture
def data(tmp_path: Path) -> Data:
    write_discs(tmp_path / "discs")
    return find_data([tmp_path / "discs"])


def table(tmp_path: Path, true: Any, name: str = "y_train.tsv", rows: int = 40) -> Data:
    """Images of a few random pixels with these labels."""
    random = np.random.default_rng(3)
    np.savetxt(tmp_path / "X_train.tsv", random.integers(0, 256, (rows, 6)), fmt="%d", delimiter="\t")
    np.savetxt(tmp_path / name, true, fmt="%g", delimiter="\t")
    return find_data([tmp_path])


def test_numbers_are_described_by_what_they_are(data: Data):
    report = reported(data)
    _, radius, _ = discs(400, 1)
    (target,), (spread,) = report.targets, report.train.spreads
    assert (report.classes, report.train.counts, report.names) == ((), (), ("radius",))
    np.testing.assert_allclose(
        [spread.low, spread.high, spread.mean, spread.deviation],
        [radius.min(), radius.max(), radius.mean(), radius.std()],
        atol=1e-3,
    )
    assert sum(spread.counts) == 400
    assert target.name == "radius"
    assert report.problems == ()


def test_the_steps_are_numpys_and_the_same_for_all_parts(data: Data):
    opened = look_into(replace(data, targets="numbers"))
    report = describe(opened)
    for part, dataset in opened.parts.items():
        expected, _ = np.histogram(dataset.labels[:, 0], bins=report.targets[0].edges)
        assert list(report.parts[part].spreads[0].counts) == expected.tolist()
        steps = steps_of(dataset.labels[:, 0], report.targets[0])
        assert np.bincount(steps, minlength=10).tolist() == expected.tolist()


def test_each_of_a_few_whole_numbers_is_a_step_of_its_own(tmp_path: Path):
    report = reported(table(tmp_path, np.arange(40) % 4 + 2))
    assert report.targets[0].edges == (1.5, 2.5, 3.5, 4.5, 5.5)
    assert report.train.spreads[0].counts == (10, 10, 10, 10)


@pytest.mark.parametrize(
    ("true", "kind", "sentence"),
    [
        (np.full(40, 3.5), "one-number", 'have the same "number", 3.5, so there is nothing to learn'),
        (np.linspace(0, 250_000, 40), "large-numbers", "goes up to 2.5e+05, and numbers are not scaled"),
        (np.arange(40) % 4, "classes", "only 4 different whole ones: they may be classes. Say --targets classes"),
        (np.eye(4)[np.arange(40) % 4], "classes", "one-hot, a 1 among zeros"),
    ],
)
def test_what_is_doubtful_is_said_with_a_way_out(tmp_path: Path, true, kind: str, sentence: str):
    assert sentence in str(said(reported(table(tmp_path, true)))[kind])


def test_numbers_far_beyond_the_training_are_told_with_their_rows(data: Data, tmp_path: Path):
    lines = (tmp_path / "discs" / "y_test.tsv").read_text().splitlines()
    lines[3] = "25.0"
    (tmp_path / "discs" / "y_test.tsv").write_text("\n".join(lines) + "\n")
    found = said(reported(data))["beyond-training"]
    assert (found.part, found.rows) == ("test", (2,))
    assert found.sentence.startswith('1 test image has a "radius" far beyond the training, 2')


def test_equal_images_of_other_numbers_are_told(tmp_path: Path):
    data = table(tmp_path, np.linspace(0, 1, 40))
    lines = (tmp_path / "X_train.tsv").read_text().splitlines()
    lines[7] = lines[2]
    (tmp_path / "X_train.tsv").write_text("\n".join(lines) + "\n")
    assert said(reported(data))["two-numbers"].rows == (2, 7)


@pytest.mark.parametrize(
    ("write", "sentence"),
    [
        (lambda path: path.write_text("1.5\n" * 40), "1.5 is not a class"),
        (lambda path: path.write_text("1.5\t2.5\n" * 40), "not one-hot, nor is any other row"),
    ],
)
def test_numbers_that_are_read_as_classes_say_how_they_are_numbers(tmp_path: Path, write, sentence: str):
    table(tmp_path, np.ones(40))
    write(tmp_path / "y_train.tsv")
    with pytest.raises(UserError, match=sentence) as caught:
        look_into(find_data([tmp_path]))
    assert "say --targets numbers" in caught.value.remedy.replace("Say", "say")


def test_words_that_are_read_as_numbers_are_told_with_their_line(tmp_path: Path):
    data = table(tmp_path, np.ones(40))
    (tmp_path / "y_train.tsv").write_text("cat\n" + "dog\n" * 39)
    with pytest.raises(UserError, match=r"y_train.tsv, line \d: .*(cat|dog).*--targets classes"):
        reported(data)


def test_a_number_that_is_missing_is_told_with_its_line(tmp_path: Path):
    data = table(tmp_path, np.ones((40, 2)))
    (tmp_path / "y_train.tsv").write_text("1\t2\n" * 4 + "1\t\n" + "1\t2\n" * 35)
    with pytest.raises(UserError, match=r"line 5: column 2 is empty"):
        reported(data)


def test_images_without_numbers_can_be_looked_at(tmp_path: Path):
    np.savetxt(tmp_path / "X.tsv", np.random.default_rng(3).integers(0, 256, (20, 6)), fmt="%d", delimiter="\t")
    data = find_data([tmp_path / "X.tsv"])
    report = reported(data)
    assert (report.labelled, report.targets) == (False, ())
    assert "has no column of numbers to predict. Say --label-column" in str(said(report)["no-labels"])
    with pytest.raises(UserError, match="no column of numbers"):
        open_data(replace(data, targets="numbers"))


def test_numbers_stand_beside_paths_to_pictures(tmp_path: Path):
    images, radius, centres = discs(5, 1)
    for row, image in enumerate(images):
        (tmp_path / f"{row}.png").write_bytes(encoded(Image.fromarray(image.reshape(16, 16)), "PNG"))
    lines = [f"{row}.png,{radius[row]:.3f},{centres[row, 0]:.3f}" for row in range(5)]
    (tmp_path / "discs.csv").write_text("\n".join(["path,radius,down", *lines]) + "\n")
    data = find_data([tmp_path / "discs.csv"])
    one = look_into(replace(data, targets="numbers", label_column="radius")).train
    assert (one.classes, one.images.shape) == (("radius",), (5, 16, 16, 1))
    np.testing.assert_allclose(one.labels[:, 0], radius, atol=1e-3)
    both = look_into(replace(data, targets="numbers", label_column="2-3")).train
    assert both.classes == ("radius", "down")
    (tmp_path / "discs.csv").write_text("\n".join(["path,radius", "0.png,large"]) + "\n")
    with pytest.raises(UserError, match=r'discs.csv, line 2: "radius" is "large", which is no number'):
        look_into(replace(data, targets="numbers"))


def test_numbers_stand_beside_the_pixels_of_a_parquet_file(tmp_path: Path):
    images, radius, _ = discs(30, 1)
    pq.write_table(pa.table({"image": list(images), "radius": radius}), tmp_path / "discs.parquet")
    data = find_data([tmp_path / "discs.parquet"])
    train = look_into(replace(data, targets="numbers", label_column="radius")).train
    assert (train.images.shape, train.classes) == ((30, 256), ("radius",))
    np.testing.assert_allclose(train.labels[:, 0], radius, rtol=1e-6)
    assert not reported(data).labelled
