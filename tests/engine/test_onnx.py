"""Models as ONNX, answered by onnxruntime: random networks, any number of images, the notes, nothing private."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings

from cnn_tui.engine.build import Network
from cnn_tui.engine.model_weights import About, Trained
from cnn_tui.engine.onnx import BATCH, INPUT, OPSET, onnx_model, write_onnx
from cnn_tui.engine.weights import initialize
from cnn_tui.errors import UserError
from cnn_tui.spec.data import Scaling
from cnn_tui.spec.layers import BatchNormalization, Conv2D, Dense, Flatten, Residual
from cnn_tui.spec.model import Model
from cnn_tui.spec.model_file import to_document
from cnn_tui.spec.model_presets import model_presets
from cnn_tui.spec.shapes import first_problem, trace
from tests import ROOT
from tests.strategies import any_model, examples

pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")

NETWORKS, DRAWN = 200, 600
"""Of the models that are drawn, two in five have nothing wrong with them."""
IMAGE = Model(
    (6, 6, 3),
    (
        Conv2D(filters=4, kernel_size=(3, 3), padding="same", name="eyes"),
        BatchNormalization(),
        Residual(layers=2),
        Flatten(),
        Dense(units=2, activation="softmax"),
    ),
)


def trained(model: Model, scaling: Scaling = Scaling(), seed: int = 0) -> Trained:  # noqa: B008
    network = Network(model).eval()
    initialize(network, seed)
    return Trained(network, About(classes=("no", "yes"), data_shape=model.input_shape, scaling=scaling, epoch=1))


def session(model):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(model.SerializeToString(), options)


def assert_same_answers(one: Trained, images: torch.Tensor, theirs: np.ndarray) -> None:
    """To 1e-5, of the largest number that the answer could be where it is not a share."""
    with torch.inference_mode():
        ours = one.network(images).numpy()
    assert theirs.shape == ours.shape
    scale = max(1.0, float(np.nan_to_num(np.abs(ours), posinf=1.0).max(initial=1.0)))
    np.testing.assert_allclose(theirs / scale, ours / scale, rtol=1e-5, atol=1e-5)


def test_random_networks_are_answered_as_by_us_one_image_or_seven():
    compared = 0

    @settings(max_examples=examples(DRAWN), suppress_health_check=list(HealthCheck))
    @given(model=any_model())
    def agree(model: Model):
        nonlocal compared
        if compared >= examples(NETWORKS) or first_problem(trace(model)) is not None:
            return
        one = trained(model)
        asked = session(onnx_model(one))
        for images in (1, 7):
            given_images = torch.randn(images, *model.input_shape, generator=torch.Generator().manual_seed(images))
            assert_same_answers(one, given_images, asked.run(None, {INPUT: given_images.numpy()})[0])
        compared += 1

    agree()
    assert compared >= NETWORKS


@pytest.mark.parametrize("preset", model_presets(), ids=lambda preset: preset.name)
def test_known_networks_are_answered_as_by_us(preset):
    one = trained(preset.model)
    images = torch.rand(5, *preset.model.input_shape)
    assert_same_answers(one, images, session(onnx_model(one)).run(None, {INPUT: images.numpy()})[0])


def test_the_scaling_can_be_in_the_graph():
    one = trained(IMAGE, Scaling((1.0, 2.0, 3.0), (4.0, 5.0, 6.0)))
    images = torch.rand(3, 6, 6, 3) * 255
    scaled = (images - torch.tensor([1.0, 2.0, 3.0])) / torch.tensor([4.0, 5.0, 6.0])
    baked, plain = onnx_model(one, bake_scaling=True), onnx_model(one)
    assert_same_answers(one, scaled, session(baked).run(None, {INPUT: images.numpy()})[0])
    assert_same_answers(one, scaled, session(plain).run(None, {INPUT: scaled.numpy()})[0])
    assert notes(baked)["about"]["scaling"] == {"subtract": [0.0], "divide": [1.0]}
    assert notes(plain)["about"]["scaling"] == {"subtract": [1.0, 2.0, 3.0], "divide": [4.0, 5.0, 6.0]}


def notes(model) -> dict:
    return json.loads(session(model).get_modelmeta().custom_metadata_map["cnn_tui"])


def test_the_file_says_its_batch_its_classes_and_its_model_and_nothing_of_this_machine(tmp_path: Path):
    one = trained(IMAGE)
    write_onnx(one, tmp_path / "model.onnx")
    content = (tmp_path / "model.onnx").read_bytes()
    assert str(ROOT).encode() not in content
    assert b".py" not in content
    assert [path.name for path in tmp_path.iterdir()] == ["model.onnx"]
    held = onnxruntime.InferenceSession(content)
    assert held.get_inputs()[0].shape == [BATCH, 6, 6, 3]
    assert held.get_outputs()[0].shape[0] == BATCH
    told = json.loads(held.get_modelmeta().custom_metadata_map["cnn_tui"])
    assert told["about"]["classes"] == ["no", "yes"]
    assert told["model"] == to_document(IMAGE)
    model = onnx_model(one)
    assert model.opset_import[0].version == OPSET
    assert "dense.kernel" in {array.name for array in model.graph.initializer}


def test_a_model_that_is_too_large_for_a_file_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("cnn_tui.engine.onnx.MOST_BYTES", 100)
    with pytest.raises(UserError, match="more than an ONNX file can hold"):
        onnx_model(trained(IMAGE))
