"""Graphs that people make in Keras: those that are a list with residual groups are read, all others refused by name."""

import json
import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from cnn_tui.engine.build import Network
from cnn_tui.engine.weights import load_arrays
from cnn_tui.errors import UserError
from cnn_tui.interop.keras_json import to_bilingual
from cnn_tui.spec.model import Model
from cnn_tui.spec.model_file import from_document
from cnn_tui.spec.shapes import first_problem, total_parameters, trace

os.environ["KERAS_BACKEND"] = "torch"
keras = pytest.importorskip("keras")
L = keras.layers
MAIN = {"kernel_size": 3, "padding": "same", "activation": "relu"}


@pytest.fixture(autouse=True)
def names_from_the_beginning():
    keras.utils.clear_session()


def read(model: Any) -> Model:
    return from_document(to_bilingual(json.loads(model.to_json()), "m.json"), "m.json")


def graph(body: Callable[[Any], Any], shape: tuple[int, ...] = (8, 8, 4)) -> Any:
    entering = L.Input(shape)
    return keras.Model(entering, body(entering))


def residual(x: Any) -> Any:
    return L.Add()([L.Conv2D(4, **MAIN)(x), x])


def residual_the_other_way_round(x: Any) -> Any:
    return L.Add()([x, L.Conv2D(4, **MAIN)(x)])


def residual_with_filters(x: Any) -> Any:
    y = L.Conv2D(6, strides=2, **MAIN)(x)
    return L.Add()([y, L.Conv2D(6, 1, strides=2, name="shortcut")(x)])


def filters_on_both_ways(x: Any) -> Any:
    return L.Add()([L.Conv2D(6, 1)(x), L.Conv2D(6, 1, use_bias=False)(x)])


def nested(x: Any) -> Any:
    for _ in range(2):
        y = L.BatchNormalization()(L.Conv2D(4, **MAIN)(x))
        x = L.ReLU()(L.Add()([L.Dropout(0.2)(y), x]))
    return L.Dense(3, activation="softmax")(L.GlobalAveragePooling2D()(L.Concatenate()([L.Conv2D(2, **MAIN)(x), x])))


def dense_net(x: Any) -> Any:
    for _ in range(3):
        x = L.Concatenate()([L.Conv2D(3, **MAIN)(x), x])
    return x


def crossing(x: Any) -> Any:
    """Each group begins inside the other: a list can say it."""
    a = L.Conv2D(4, **MAIN)(x)
    b = L.Add()([L.Conv2D(4, **MAIN)(a), x])
    return L.Add()([L.Conv2D(4, **MAIN)(b), a])


def by_a_plus(x: Any) -> Any:
    return L.ReLU()(L.Conv2D(4, **MAIN)(x) + x)


def doubled(x: Any) -> Any:
    y = L.ReLU()(x)
    return L.Add()([y, y])


def with_a_sequential(x: Any) -> Any:
    block = keras.Sequential([L.Conv2D(4, **MAIN), L.BatchNormalization()], name="block")
    return L.Flatten()(L.Add()([block(x), x]))


READ = (
    residual, residual_the_other_way_round, residual_with_filters, filters_on_both_ways, nested, dense_net, crossing,
    by_a_plus, doubled, with_a_sequential,
)  # fmt: skip


@pytest.mark.parametrize("body", READ, ids=lambda body: body.__name__)
def test_a_list_with_residual_groups_is_read_and_answers_as_keras_does(body: Callable[[Any], Any]):
    theirs = graph(body)
    model = read(theirs)
    assert first_problem(trace(model)) is None
    assert model.keras == 3
    assert total_parameters(trace(model)) == theirs.count_params()
    network = Network(model).eval()
    load_arrays(network, weights_of(theirs, network), "keras")
    images = torch.randn(3, 8, 8, 4, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        np.testing.assert_allclose(network(images).numpy(), theirs(images, training=False).numpy(), atol=1e-5)


def weights_of(theirs: Any, network: Network) -> dict[str, torch.Tensor]:
    """Keras's weights by our names: in both a layer's stand in one order; filters on a way round are found by shape."""
    flat = [one for layer in theirs.layers for one in getattr(layer, "layers", [layer])]
    by_name = {layer.name: [torch.tensor(one) for one in layer.get_weights()] for layer in flat}
    ours: dict[str, list[str]] = {}
    for weight in network.weights():
        ours.setdefault(weight.key.rpartition(".")[0], []).append(weight.key)
    left = [held for name, held in by_name.items() if held and name not in ours]
    found = {}
    for name, keys in ours.items():
        held = by_name[name] if by_name.get(name) else left.pop(0)
        found |= dict(zip(keys, held, strict=True))
    return found


def test_a_sequential_in_a_sequential_is_a_part_of_it():
    first = keras.Sequential([L.Input((8, 8, 4)), L.Conv2D(4, 3, name="conv"), L.ReLU()], name="first")
    second = keras.Sequential([L.Conv2D(2, 3, name="conv"), L.Flatten()], name="second")
    theirs = keras.Sequential([first, second, L.Dense(3)])
    theirs.build((None, 8, 8, 4))
    model = read(theirs)
    assert model.input_shape == (8, 8, 4)
    assert [type(one).__name__ for one in model.layers] == ["Conv2D", "ReLU", "Conv2D", "Flatten", "Dense"]
    assert [one.name for one in model.layers if type(one).__name__ == "Conv2D"] == ["conv", ""]
    assert total_parameters(trace(model)) == theirs.count_params()


def shared(x: Any) -> Any:
    conv = L.Conv2D(4, **MAIN, name="twice")
    return conv(conv(x))


def inception(x: Any) -> Any:
    return L.Concatenate()([L.Conv2D(4, **MAIN)(x), L.MaxPooling2D(3, 1, "same")(L.Conv2D(2, **MAIN)(x))])


def two_inputs(x: Any) -> Any:
    return x


REFUSED: dict[str, tuple[Callable[[Any], Any], str]] = {
    "shared": (shared, "Conv2D (twice): is used 2 times, with the same weights."),
    "branches": (inception, "Concatenate (concatenate): joins two ways of which both hold layers."),
    "three ways": (
        lambda x: L.Add()([L.Conv2D(4, **MAIN)(x), L.ReLU()(x), x]),
        "Add (add): joins 3 ways. Only two can be joined.",
    ),
    "subtract": (
        lambda x: L.Subtract()([L.ReLU()(x), x]),
        "Subtract (subtract): joins values in a way that this program cannot.",
    ),
    "multiply": (
        lambda x: L.Multiply(name="gate")([L.ReLU()(x), x]),
        "Multiply (gate): joins values in a way that this program cannot.",
    ),
    "order": (
        lambda x: L.Concatenate(name="c")([x, L.ReLU()(x)]),
        "Concatenate (c): puts what went into its layers before what comes out of them. Concatenate them in the other order.",
    ),
    "axis": (
        lambda x: L.Concatenate(axis=1, name="c")([L.ReLU()(x), x]),
        "Concatenate (c): joins along axis 1. Use -1, the channels.",
    ),
    "an activation on the way round": (
        lambda x: L.Add(name="a")([L.Conv2D(6, **MAIN)(x), L.Conv2D(6, 1, activation="relu", name="s")(x)]),
        "Add (a): joins a way through s, which has the activation relu.",
    ),
    "filters that nothing needs": (
        lambda x: L.Add(name="a")([L.Conv2D(4, **MAIN)(x), L.Conv2D(4, 1, name="s")(x)]),
        "Conv2D (s): stands on a way round layers that would fit without it, before a.",
    ),
    "broadcast": (
        lambda x: L.Add(name="a")([L.GlobalAveragePooling2D(keepdims=True)(x), x]),
        "Add (a): joins",
    ),
    "lambda": (lambda x: L.Lambda(lambda y: y + 1, name="code")(x), "is a Lambda, which this program does not know."),
    "lstm": (
        lambda x: L.LSTM(3)(L.Reshape((8, 32))(x)),
        "is a LSTM, which this program does not know.",
    ),
    "masking": (lambda x: L.Masking()(L.Reshape((8, 32))(x)), "is a Masking, which this program does not know."),
    "a model in it": (
        lambda x: graph(residual)(x),
        "is a Functional, which this program does not know.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("body", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_such_list_is_refused_by_naming_the_layer(body: Callable[[Any], Any], sentence: str):
    with pytest.raises(UserError) as error:
        read(graph(body))
    assert sentence in error.value.sentence


def test_several_inputs_and_outputs_are_refused():
    one, two = L.Input((4,), name="one"), L.Input((4,), name="two")
    with pytest.raises(UserError, match=r"has 2 inputs|InputLayer \(two\): is a second input"):
        read(keras.Model([one, two], L.Add()([one, two])))
    with pytest.raises(UserError, match="has 2 outputs"):
        read(keras.Model(one, [L.Dense(2)(one), L.Dense(3)(one)]))


@keras.saving.register_keras_serializable("mine")
class Own(keras.layers.ReLU):
    pass


def test_layers_of_other_code_are_refused_whatever_they_are_called():
    with pytest.raises(UserError, match=r'Own, layer 1: is made by other code, "?mine>Own'):
        read(graph(lambda x: Own()(x)))
    document = json.loads(keras.Sequential([L.Input((4,)), L.Dense(2)]).to_json())
    document["config"]["layers"][1]["config"]["kernel_initializer"]["registered_name"] = "mine>GlorotUniform"
    with pytest.raises(UserError, match="Dense, layer 1: is made by other code, mine>GlorotUniform"):
        to_bilingual(document, "m")


def test_version_2_nests_its_nodes_otherwise_and_means_the_same():
    theirs = json.loads(graph(nested).to_json())
    for entry in theirs["config"]["layers"]:
        calls = entry["inbound_nodes"]
        entry.pop("module"), entry.pop("registered_name")
        args = [one for call in calls for arg in call["args"] for one in (arg if isinstance(arg, list) else [arg])]
        entry["inbound_nodes"] = [[[*one["config"]["keras_history"], {}] for one in args]] if args else []
    old = {
        "class_name": "Model",
        "config": {**theirs["config"], "input_layers": [["input_layer", 0, 0]]},
        "keras_version": "2.3.1",
    }
    names = [one["name"] for one in theirs["config"]["layers"]]
    old["config"]["input_layers"], old["config"]["output_layers"] = [[names[0], 0, 0]], [[names[-1], 0, 0]]
    read_2 = from_document(to_bilingual(old, "m"), "m")
    read_3 = from_document(to_bilingual(theirs, "m"), "m")
    assert read_2.keras == 2
    assert read_2.layers == read_3.layers


HOSTILE: dict[str, Callable[[dict[str, Any]], Any]] = {
    "a circle": lambda config: config["layers"][1].update(inbound_nodes=[[["add", 0, 0, {}]]]),
    "no such layer": lambda config: config["layers"][1].update(inbound_nodes=[[["ghost", 0, 0, {}]]]),
    "no inputs": lambda config: config.update(input_layers=[]),
    "outputs that are none": lambda config: config.update(output_layers=["ghost", 0, 0]),
    "an output of numbers": lambda config: config.update(output_layers=[3]),
    "a node of text": lambda config: config["layers"][1].update(inbound_nodes="abc"),
    "a node of numbers": lambda config: config["layers"][1].update(inbound_nodes=[[[1, 2, 3]]]),
    "a call of numbers": lambda config: config["layers"][1].update(inbound_nodes=[{"args": 5}]),
    "a tensor of text": lambda config: config["layers"][1].update(inbound_nodes=[{"args": ["x"]}]),
    "no settings": lambda config: config["layers"][1].update(config=None),
    "a name of numbers": lambda config: config["layers"][1].update(name=5),
    "twins": lambda config: config["layers"][2].update(name="input_layer"),
    "arguments": lambda config: config["layers"][1]["inbound_nodes"][0].update(kwargs={"training": True}),
    "a third output": lambda config: config["layers"][1].update(inbound_nodes=[[["input_layer", 0, 2, {}]]]),
    "strange layers": lambda config: config.update(layers=[1, 2]),
    "no layers": lambda config: config.update(layers=[]),
    "too many layers": lambda config: config.update(layers=config["layers"] * 500),
}


@pytest.mark.parametrize("harm", HOSTILE.values(), ids=HOSTILE)
def test_a_graph_that_is_none_is_refused_in_one_sentence(harm: Callable[[dict[str, Any]], Any]):
    document = json.loads(graph(residual).to_json())
    harm(document["config"])
    with pytest.raises(UserError):
        to_bilingual(document, "m")
