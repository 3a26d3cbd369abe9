"""Digits drawn by strokes are known by the tutorial's network when it has learned from shifted digits."""

import numpy as np
import pytest
from msgspec.structs import replace

from cnn_tui.data.drawing import as_digit
from cnn_tui.data.find import find_data
from cnn_tui.engine.model_weights import Trained, read_model_weights
from cnn_tui.engine.predict import predict_images
from cnn_tui.runs.launch import launch
from cnn_tui.runs.run import create_run
from cnn_tui.shipped import shipped
from cnn_tui.spec.augmentation import Augmentation
from cnn_tui.spec.presets import tutorial
from cnn_tui.ui.ink import Drawing, ink
from tests.drawn_digits import DIGITS, Line

SIDE, EPOCHS, BATCH = 40, 3, 100
WANTED = 27


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """The tutorial's network after a short training on the sample digits, each moved by up to a tenth."""
    pytest.importorskip("kornia")
    asked = tutorial()
    data = replace(find_data([shipped("sample_data/digits")]), scale="unit", augmentation=Augmentation(shift=0.1))
    training = replace(asked.training, epochs=EPOCHS, batch_size=BATCH)
    run = create_run(tmp_path_factory.mktemp("runs"), replace(asked, data=data, training=training))
    launch(run).wait()
    assert run.history().state == "done", run.history().text
    return read_model_weights(run.weights_file)


def test_thirty_drawn_digits_are_known_but_for_three(trained: Trained):
    drawn = [(digit, picture(lines)) for digit, three in DIGITS.items() for lines in three]
    answers = predict_images(trained, np.stack([image for _, image in drawn])).argmax(axis=1)
    wrong = [(digit, int(answer)) for (digit, _), answer in zip(drawn, answers, strict=True) if digit != answer]
    assert len(drawn) == 30
    assert len(drawn) - len(wrong) >= WANTED, wrong


def picture(lines: tuple[Line, ...]) -> "np.ndarray[tuple[int, int], np.dtype[np.uint8]]":
    """What the network sees of a drawing on the canvas."""
    strokes = tuple(tuple((SIDE * x, SIDE * y) for x, y in line) for line in lines)
    return as_digit(ink(Drawing(SIDE, SIDE, strokes)), 28, 28)
