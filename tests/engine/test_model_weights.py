"""What travels with weights: enough to read other pictures as those of the training were read."""

from pathlib import Path

import msgspec
import pytest

from cnn_tui.engine.build import Network
from cnn_tui.engine.model_weights import (
    About,
    Trained,
    read_model_weights,
    reading_for,
    reading_of,
    write_model_weights,
)
from cnn_tui.spec.data import AS_IT_COMES, Reading, Scaling
from cnn_tui.spec.layers import Dense, Flatten, Layer, Reshape, Shape
from cnn_tui.spec.model import Model


def model(input_shape: Shape, *layers: Layer) -> Model:
    return Model(input_shape, (*layers, Flatten(), Dense(units=2, activation="softmax")))


def trained(reading: Reading) -> Trained:
    about = About(classes=("cat", "dog"), data_shape=(4, 6, 3), scaling=Scaling(), epoch=1, reading=reading)
    return Trained(Network(model((4, 6, 3))), about)


@pytest.mark.parametrize(
    ("data_shape", "network", "size", "colour"),
    [
        ((4, 6, 3), model((4, 6, 3)), (4, 6), "rgb"),
        ((4, 6, 4), model((4, 6, 4)), (4, 6), "rgba"),
        ((24,), model((4, 6, 1)), (4, 6), "grey"),
        ((24,), model((24,), Reshape(target_shape=(4, 6, 1))), (4, 6), "grey"),
        ((4, 6, 2), model((4, 6, 2)), (4, 6), "auto"),
        ((23,), model((23,)), None, "auto"),
    ],
)
def test_what_was_automatic_is_kept_as_what_it_came_to(data_shape, network, size, colour):
    found = reading_of(AS_IT_COMES, data_shape, network)
    assert (found.size, found.colour) == (size, colour)


def test_what_was_said_is_kept_as_it_was_said():
    said = Reading(size=(4, 6), colour="rgb", fit="pad", interpolation="lanczos", skip_damaged=True)
    assert reading_of(said, (4, 6, 3), model((4, 6, 3))) == said


def test_pictures_given_to_a_model_are_read_as_in_its_training_unless_something_else_is_said(tmp_path: Path):
    write_model_weights(
        trained(Reading(size=(4, 6), colour="rgb", fit="pad", interpolation="nearest", header="yes")),
        tmp_path / "model.safetensors",
    )
    model_of_file = read_model_weights(tmp_path / "model.safetensors")
    assert reading_for(model_of_file, Reading(header="no")) == Reading(
        size=(4, 6), colour="rgb", fit="pad", interpolation="nearest", header="no"
    )
    assert reading_for(model_of_file, Reading(fit="crop", skip_damaged=True)) == Reading(
        size=(4, 6), colour="rgb", fit="crop", interpolation="nearest", skip_damaged=True
    )


def test_files_from_before_pictures_could_be_read_are_still_read():
    about = msgspec.to_builtins(trained(Reading()).about)
    del about["reading"]
    assert msgspec.convert(about, About) == trained(AS_IT_COMES).about
