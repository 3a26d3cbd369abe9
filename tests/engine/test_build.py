"""A built network against the same layers one by one, and against TensorFlow's own outputs."""

import h5py
import numpy as np
import pytest
import torch
from torch import Tensor

from cnn_tui.engine.build import Network
from cnn_tui.engine.weights import arrays, initialize, load_arrays
from cnn_tui.errors import UserError
from cnn_tui.interop.models import open_model
from cnn_tui.shipped import shipped
from cnn_tui.spec.layers import Conv2D, Dense, Flatten, MaxPooling2D
from cnn_tui.spec.model import Model
from cnn_tui.spec.model_file import read_model
from tests import SHARED

TUTORIAL = read_model(shipped("models/galaxy_cnn.json"))


def network(model: Model = TUTORIAL, seed: int = 0) -> Network:
    made = Network(model)
    initialize(made, seed)
    return made


def gradients(answer: Tensor, of: Network) -> dict[str, Tensor]:
    of.zero_grad()
    answer.square().sum().backward()
    return {name: parameter.grad.clone() for name, parameter in of.named_parameters()}


def test_relu_behind_the_pooling_gives_the_same_bits_forward_and_back():
    built = network()
    images = torch.rand(16, 784)  # too few for a layout of their own
    in_order = images.reshape(16, 784)
    for layer in built.built:
        in_order = layer(in_order)
    reordered = built(images)
    assert torch.equal(in_order, reordered)
    ours, plain = gradients(reordered, built), gradients(in_order, built)
    assert all(torch.equal(ours[name], plain[name]) for name in plain)


def test_scores_and_answer_are_the_model():
    built = network()
    images = torch.rand(7, 784)
    assert torch.equal(built.answer(built.scores(images)), built(images))
    assert torch.allclose(built(images).sum(dim=1), torch.ones(7))


def test_images_may_come_flat_or_as_images():
    built = network(Model((6, 6, 2), (Flatten(), Dense(units=3))))
    images = torch.rand(4, 6, 6, 2)
    assert torch.equal(built(images), built(images.reshape(4, 72)))


def test_arrays_go_out_and_come_back_as_they_were():
    first, second = network(seed=1), network(seed=2)
    load_arrays(second, arrays(first), "test")
    images = torch.rand(3, 784)
    assert torch.equal(first(images), second(images))


def test_arrays_have_keras_shapes_and_names():
    shapes = {name: tuple(array.shape) for name, array in arrays(network()).items()}
    assert shapes == {
        "conv2d.kernel": (3, 3, 1, 64),
        "conv2d.bias": (64,),
        "conv2d_1.kernel": (3, 3, 64, 32),
        "conv2d_1.bias": (32,),
        "dense.kernel": (1152, 10),
        "dense.bias": (10,),
    }


def test_weights_of_another_model_are_refused_by_name():
    built = network()
    held = arrays(built)
    with pytest.raises(UserError, match=r"lacks dense\.bias"):
        load_arrays(built, {name: value for name, value in held.items() if name != "dense.bias"}, "weights")
    with pytest.raises(UserError, match=r"dense\.kernel is 10x1152, not 1152x10"):
        load_arrays(built, held | {"dense.kernel": held["dense.kernel"].t()}, "weights")


def test_glorot_limits_come_from_the_keras_shape():
    built = network(Model((8, 8, 3), (Conv2D(filters=512, kernel_size=(3, 5)), Flatten(), Dense(units=64))))
    for name, array in arrays(built).items():
        if name.endswith("bias"):
            assert not array.any()
            continue
        window = np.prod(array.shape[:-2])
        limit = np.sqrt(6 / (window * (array.shape[-2] + array.shape[-1])))
        assert array.abs().max() <= limit
        assert array.std().item() == pytest.approx(limit / np.sqrt(3), rel=0.02)


@pytest.mark.parametrize("version", ["2.10.0", "2.15.0"])
@pytest.mark.parametrize("name", ["tut", "deep"])
def test_predictions_are_tensorflows(name: str, version: str):
    """The tutorial's network, and one of 21 kinds of layers with uneven padding and strides (reference values of TF)."""
    folder = SHARED / "fixtures/keras"
    if not folder.exists():
        pytest.skip("the golden files of TensorFlow are not here")
    built = Network(open_model(folder / f"{name}_bi.json")).eval()
    with h5py.File(folder / f"{name}_wl.h5") as file:
        stored = [
            torch.from_numpy(file[layer][weight][()])
            for layer in file.attrs["layer_names"]
            for weight in file[layer].attrs["weight_names"]
        ]
    load_arrays(built, dict(zip(arrays(built), stored, strict=True)), "golden")
    images, theirs = np.load(folder / f"{name}_io.npz"), np.load(folder / f"{name}_tf{version}.npz")
    ours = built(torch.from_numpy(images["x"]).float()).detach().numpy()
    assert np.abs(ours - theirs["y"]).max() < 1e-5


def test_max_pooling_pads_with_what_is_never_the_largest():
    built = network(Model((3, 3, 1), (MaxPooling2D(padding="same"),)))
    negative = -torch.rand(1, 3, 3, 1) - 1
    assert (built(negative) < 0).all()
