"""Keras's graphs read as lists with residual groups: ours read back as they were, and Keras computes what we do."""

import json
import os
import re
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings
from msgspec.structs import replace

from cnn_tui.engine.build import Network
from cnn_tui.engine.weights import arrays, initialize
from cnn_tui.interop.keras_json import to_bilingual
from cnn_tui.interop.lost import lost
from cnn_tui.shipped import shipped
from cnn_tui.spec.layers import GroupNormalization, Layer, Residual
from cnn_tui.spec.layers.pooling import Pooling
from cnn_tui.spec.layers.transposed import Transposed
from cnn_tui.spec.layers.weighted import Biased
from cnn_tui.spec.model import Model, layer_names
from cnn_tui.spec.model_file import from_document, read_model, to_document
from cnn_tui.spec.shapes import first_problem, total_parameters, trace
from tests.strategies import any_model, examples


@pytest.fixture(scope="module")
def keras():
    os.environ["KERAS_BACKEND"] = "torch"
    return pytest.importorskip("keras")


def without_those_that_are_off(model: Model) -> Model:
    for index in reversed(range(len(model.layers))):
        if not model.layers[index].enabled:
            model = model.without(index) if index < len(model.layers) else model
    return model


def named(model: Model) -> Model:
    """With every name said, as Keras says them, and no word about filters that a group does not need."""
    rows = zip(trace(model), layer_names(model), strict=True)
    plain = (_plain(row.layer) if isinstance(row.layer, Residual) and not row.weights else row.layer for row, _ in rows)
    return replace(
        model, layers=tuple(replace(layer, name=name) for layer, name in zip(plain, layer_names(model), strict=True))
    )


def _plain(group: Residual) -> Residual:
    return Residual(layers=group.layers, merge=group.merge)


def near(model: Model) -> str:
    """The model in words, as Keras says it: the strides of poolings in full, numbers through float32."""
    layers = [replace(one, strides=one.moves) if isinstance(one, Pooling) else one for one in model.layers]
    return re.sub(r"\d+\.\d+(e-?\d+)?", lambda number: f"{np.float32(number[0]):.5g}", str((model.input_shape, layers)))


def read_back(model: Model) -> Model:
    """The model of the document that Keras would keep: without our notes."""
    document = json.loads(json.dumps(to_document(model)))
    del document["cnn_tui"]
    return from_document(to_bilingual(document, "model.json"), "model.json")


@settings(max_examples=examples(200), suppress_health_check=list(HealthCheck))
@given(model=any_model())
def test_a_graph_of_ours_is_read_back_as_it_was(model: Model):
    model = named(without_those_that_are_off(model))
    assume(first_problem(trace(model)) is None)
    assert named(read_back(model)) == model


@settings(max_examples=examples(100), suppress_health_check=list(HealthCheck))
@given(model=any_model())
def test_layers_that_are_off_are_left_out_of_a_graph_and_the_rest_means_the_same(model: Model):
    assume(first_problem(trace(model)) is None)
    ours, theirs = Network(model).eval(), Network(read_back(model)).eval()
    initialize(ours, 3)
    for mine, other in zip(ours.weights(), theirs.weights(), strict=True):
        other.array.data.copy_(mine.array.data)
    images = torch.randn(2, *model.input_shape)
    with torch.inference_mode():
        torch.testing.assert_close(theirs(images), ours(images), equal_nan=True)


def as_keras_on_torch_computes(layer: Layer) -> Layer:
    """The layer with settings that Keras 3 on torch reads as TensorFlow does; what is for the loss alone is left out."""
    if isinstance(layer, Biased):
        layer = replace(layer, activity_regularizer=None)
    if isinstance(layer, GroupNormalization) and layer.groups == -1:
        layer = replace(layer, groups=1)
    if isinstance(layer, Transposed):
        return replace(layer, output_padding=None)
    if isinstance(layer, Pooling) and type(layer).__name__.startswith("Average"):
        return replace(layer, padding="valid")
    return layer


def give_weights(theirs: Any, network: Network) -> None:
    """Puts our weights into Keras's layers by their names; filters on a way round are a layer of their own."""
    held = arrays(network)
    for layer in theirs.layers:
        name = layer.name.removesuffix("_projection")
        mine = [array.numpy() for key, array in held.items() if key.rpartition(".")[0] == name]
        if layer.weights:
            layer.set_weights(mine)


def answers_agree(model: Model, keras: Any) -> None:
    network = Network(model).eval()
    initialize(network, 1)
    document = to_document(model)
    theirs = keras.models.model_from_json(json.dumps(document))
    assert theirs.count_params() == total_parameters(trace(model))
    give_weights(theirs, network)
    images = torch.randn(3, *model.input_shape, generator=torch.Generator().manual_seed(5))
    with torch.inference_mode():
        ours, other = network(images).numpy(), theirs(images, training=False).numpy()
    np.testing.assert_allclose(other, ours, rtol=1e-5, atol=1e-5)


def test_keras_3_answers_as_we_do_to_random_networks(keras):
    compared = []

    @settings(max_examples=examples(80), suppress_health_check=list(HealthCheck))
    @given(model=any_model())
    def agree(model: Model):
        model = named(without_those_that_are_off(model))
        layers = tuple(map(as_keras_on_torch_computes, model.layers))
        model = replace(model, layers=layers, keras=3)
        assume(model.layers and first_problem(trace(model)) is None and not lost(model, "keras"))
        answers_agree(model, keras)
        compared.append(any(isinstance(layer, Residual) for layer in layers))

    agree()
    assert len(compared) > 20
    assert sum(compared) > 5


def test_what_keras_3_writes_anew_is_read_as_the_same_model(keras):
    read = []

    @settings(max_examples=examples(80), suppress_health_check=list(HealthCheck))
    @given(model=any_model())
    def same(model: Model):
        model = named(without_those_that_are_off(model))
        model = replace(model, layers=tuple(map(as_keras_on_torch_computes, model.layers)), keras=3)
        assume(model.layers and first_problem(trace(model)) is None and not lost(model, "keras"))
        theirs = keras.models.model_from_json(json.dumps(to_document(model)))
        document = json.loads(theirs.to_json())
        assert near(named(from_document(to_bilingual(document, "m"), "m"))) == near(model)
        read.append(document["class_name"])

    same()
    assert {"Sequential", "Functional"} <= set(read)


def test_keras_3_answers_as_we_do_to_a_residual_network(keras):
    answers_agree(named(read_model(shipped("models/resnet_small.json"))), keras)
