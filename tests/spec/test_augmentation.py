"""Augmentation as it is asked for: its settings, its file, and the picture in which it is done."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from cnn_tui.errors import UserError
from cnn_tui.spec.augmentation import Augmentation, picture_to_augment, unavailable
from cnn_tui.spec.data import Data, as_read
from cnn_tui.spec.experiment import Experiment, dump_experiment, read_experiment
from cnn_tui.spec.fields import fields
from cnn_tui.spec.layers import Dense, Flatten, Reshape, Shape
from cnn_tui.spec.make import make
from cnn_tui.spec.model import Model

EVERYTHING = Augmentation(
    flip="both", shift=0.1, rotation=15, zoom=0.2, fill="reflect", brightness=0.3, contrast=0.4, noise=0.05
)
PLAIN = (Flatten(), Dense(units=2, activation="softmax"))


def test_an_experiment_keeps_its_augmentation(experiment: Experiment, tmp_path: Path):
    asked = replace(experiment, data=replace(experiment.data, augmentation=EVERYTHING))
    file = tmp_path / "experiment.json"
    file.write_text(dump_experiment(asked))
    assert json.loads(file.read_text())["data"]["augmentation"] == {
        "flip": "both",
        "shift": 0.1,
        "rotation": 15,
        "zoom": 0.2,
        "fill": "reflect",
        "brightness": 0.3,
        "contrast": 0.4,
        "noise": 0.05,
    }
    assert read_experiment(file).data.augmentation == EVERYTHING


def test_files_are_not_read_again_for_another_augmentation(few_digits: Data):
    assert as_read(replace(few_digits, augmentation=EVERYTHING)) == as_read(few_digits)


SENTENCES = [
    ({"shift": 0.6}, "shift 0.6 is more than 0.5. Use a number from 0 to 0.5."),
    ({"rotation": -1}, "rotation -1 is less than 0. Use a number from 0 to 180."),
    ({"zoom": 1}, "zoom 1 is more than 0.9. Use a number from 0 to 0.9."),
    ({"flip": "horizontl"}, 'flip is "horizontl". Did you mean "horizontal"?'),
    ({"noize": 1}, 'has no setting "noize". Did you mean "noise"?'),
]


@pytest.mark.parametrize(("settings", "sentence"), SENTENCES)
def test_each_mistake_has_its_sentence(settings: dict, sentence: str):
    with pytest.raises(UserError) as error:
        make(Data, {"train": {"images": "x.tsv"}, "augmentation": settings}, "e.json, data")
    assert error.value.sentence == f"e.json, data, augmentation: {sentence}"


@pytest.mark.parametrize(
    ("data_shape", "model", "picture"),
    [
        ((28, 20, 3), Model((28, 20, 3), PLAIN), (28, 20, 3)),
        ((784,), Model((28, 28, 1), PLAIN), (28, 28, 1)),
        ((784,), Model((784,), (Reshape(target_shape=(14, 56, 1)), *PLAIN)), (14, 56, 1)),
        ((784,), Model((784,), (Reshape(target_shape=(14, -1, 2)), *PLAIN)), (14, 28, 2)),
        ((784,), Model((784,), PLAIN), (28, 28, 1)),
        ((28, 28), Model((28, 28), PLAIN), (28, 28, 1)),
        ((784,), Model((784,), (Reshape(target_shape=(5, 5, 5)), *PLAIN)), (28, 28, 1)),
        ((784,), Model((30, 30, 1), PLAIN), (28, 28, 1)),
    ],
)
def test_rows_are_augmented_as_the_pictures_that_the_model_sees(data_shape: Shape, model: Model, picture: Shape):
    assert picture_to_augment(EVERYTHING, model, data_shape) == picture


def test_what_is_no_picture_is_refused_with_the_way_out():
    with pytest.raises(UserError) as error:
        picture_to_augment(EVERYTHING, Model((785,), PLAIN), (785,))
    assert error.value.sentence == (
        "the data: an image of 785 values is no picture that could be augmented. "
        "Begin the model with a Reshape to height x width x channels, or leave the augmentation out."
    )


@pytest.mark.parametrize("nothing", [None, Augmentation(), Augmentation(fill="border")])
def test_where_nothing_is_asked_nothing_is_refused(nothing: Augmentation | None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "kornia", None)
    assert picture_to_augment(nothing, Model((785,), PLAIN), (785,)) is None


def test_without_kornia_the_way_out_is_said(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "kornia", None)  # what an import of it that cannot succeed looks like
    sentence = "Augmentation needs kornia. Install it: pip install 'cnn-tui[augment]'"
    assert str(unavailable()) == sentence
    with pytest.raises(UserError) as error:
        picture_to_augment(EVERYTHING, Model((28, 28, 1), PLAIN), (28, 28, 1))
    assert error.value.sentence == sentence


def test_asking_whether_there_is_kornia_does_not_load_it():
    code = (
        "import sys; from cnn_tui.spec.augmentation import unavailable; "
        "print(unavailable(), {'kornia', 'torch'} & sys.modules.keys())"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "None set()"


def test_the_page_about_it_names_every_setting():
    page = (Path(__file__).parents[2] / "docs" / "augmentation.md").read_text()
    rows = [line.split("|")[1].strip(" `") for line in page.splitlines() if line.startswith("| `")]
    assert rows == [one.name for one in fields(Augmentation)]
