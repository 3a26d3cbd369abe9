"""Weights of torch models with layers of the same kinds: taken by places and shapes, they answer the same."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from cnn_tui.engine.model_weights import read_model_weights
from cnn_tui.errors import UserError
from cnn_tui.spec.layers import (
    BatchNormalization,
    Conv1D,
    Conv2D,
    Conv2DTranspose,
    Dense,
    DepthwiseConv2D,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    LayerNormalization,
    LocallyConnected1D,
    MaxPooling2D,
    PReLU,
    SeparableConv2D,
)
from cnn_tui.spec.model import Model

EPSILON = 1e-5
"""Torch's; a model that is to answer as torch's does says so."""


def filled(net: nn.Module) -> nn.Module:
    """With other running means than the beginning's."""
    dice = torch.Generator().manual_seed(0)
    for name, buffer in net.named_buffers():
        if buffer.is_floating_point():
            buffer.copy_(torch.rand(buffer.shape, generator=dice) + (0.5 if name.endswith("var") else 0.0))
    return net.eval()


IMAGES = {
    "behind a flattened image": (
        Model(
            (6, 5, 3),
            (
                Conv2D(filters=4, kernel_size=(3, 3), activation="relu"),
                MaxPooling2D(),
                Flatten(),
                Dropout(rate=0.5),
                BatchNormalization(epsilon=EPSILON),
                Dense(units=6, activation="relu"),
                Dense(units=3, activation="softmax"),
            ),
        ),
        lambda: nn.Sequential(
            nn.Conv2d(3, 4, 3),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Dropout(),
            nn.BatchNorm1d(8),
            nn.Linear(8, 6),
            nn.ReLU(),
            nn.Linear(6, 3),
            nn.Softmax(-1),
        ),
    ),
    "depthwise, separable, transposed": (
        Model(
            (6, 6, 4),
            (
                DepthwiseConv2D(kernel_size=(3, 3), depth_multiplier=2),
                PReLU(shared_axes=(1, 2)),
                SeparableConv2D(filters=5, kernel_size=(2, 2)),
                Conv2DTranspose(filters=3, kernel_size=(3, 3), strides=(2, 2), activation="relu"),
                BatchNormalization(epsilon=EPSILON),
                GlobalAveragePooling2D(),
                LayerNormalization(epsilon=EPSILON),
                Dense(units=2, use_bias=False),
            ),
        ),
        lambda: nn.Sequential(
            nn.Conv2d(4, 8, 3, groups=4),
            nn.PReLU(8),
            nn.Conv2d(8, 8, 2, groups=8, bias=False),
            nn.Conv2d(8, 5, 1),
            nn.ConvTranspose2d(5, 3, 3, stride=2),
            nn.ReLU(),
            nn.BatchNorm2d(3),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.LayerNorm(3),
            nn.Linear(3, 2, bias=False),
        ),
    ),
    "groups": (
        Model((4, 4, 4), (Conv2D(filters=6, kernel_size=(3, 3), groups=2), Flatten(), Dense(units=2))),
        lambda: nn.Sequential(nn.Conv2d(4, 6, 3, groups=2), nn.Flatten(), nn.Linear(24, 2)),
    ),
}


def channels_first(images: Tensor) -> Tensor:
    return images.movedim(-1, 1)


@pytest.mark.parametrize("ending", [".pt", ".safetensors", ".pth"])
@pytest.mark.parametrize("name", IMAGES)
def test_a_torch_model_answers_here_as_in_torch(name: str, ending: str, tmp_path: Path):
    model, make = IMAGES[name]
    torch.manual_seed(1)
    net, path = filled(make()), tmp_path / f"net{ending}"
    if ending == ".safetensors":
        save_file(net.state_dict(), path)
    else:
        torch.save(net.state_dict() if ending == ".pt" else {"epoch": 3, "state_dict": net.state_dict()}, path)
    images = torch.rand(5, *model.input_shape)
    trained = read_model_weights(path, model=model)
    with torch.inference_mode():
        assert (trained.network(images) - net(channels_first(images))).abs().max() < 1e-5


def test_what_became_what_is_told(tmp_path: Path):
    model = Model((6, 2), (Conv1D(filters=3, kernel_size=(2,)), Flatten(), Dense(units=2)))
    net = nn.Sequential(nn.Conv1d(2, 3, 2), nn.Flatten(), nn.Linear(15, 2))
    torch.save(net.state_dict(), tmp_path / "net.pt")
    assert read_model_weights(tmp_path / "net.pt", model=model).notes[:-1] == (
        "conv1d.kernel is 0.weight",
        "conv1d.bias is 0.bias",
        "dense.kernel is 2.weight",
        "dense.bias is 2.bias",
    )


def test_layers_of_the_same_shape_in_a_file_without_an_order_are_told(tmp_path: Path):
    model = Model((3,), (Dense(units=3), Dense(units=3)))
    net = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3))
    save_file(net.state_dict(), tmp_path / "net.safetensors")
    notes = read_model_weights(tmp_path / "net.safetensors", model=model).notes
    assert notes[1] == "dense.bias is 0.bias, though 1 has the same shape: check it"


def test_bfloat16_and_transposed_memory_are_read(tmp_path: Path):
    model = Model((3,), (Dense(units=4),))
    weight = torch.rand(3, 4).bfloat16().T
    torch.save({"weight": weight, "bias": torch.zeros(4)}, tmp_path / "net.pt")
    trained = read_model_weights(tmp_path / "net.pt", model=model)
    assert torch.equal(trained.network(torch.eye(3)).detach(), weight.T.float())
    assert trained.notes[0] == "bfloat16 became float32"


@pytest.mark.parametrize(
    ("layers", "net", "sentence"),
    [
        (
            (Dense(units=4),),
            nn.Linear(3, 5),
            r"net\.pt: has nothing for dense, which needs weight 4x3, bias 4; there is weight 5x3, bias 5\.",
        ),
        (
            (Dense(units=4),),
            nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2)),
            r"net\.pt: holds weights that the model has no place for: 1\. These weights belong to another model\.",
        ),
        ((Dense(units=4), Dense(units=2)), nn.Linear(3, 4), r"which needs weight 2x4, bias 2; nothing is left\."),
    ],
)
def test_what_does_not_fit_is_told_with_shapes(layers: tuple, net: nn.Module, sentence: str, tmp_path: Path):
    torch.save(net.state_dict(), tmp_path / "net.pt")
    with pytest.raises(UserError, match=sentence):
        read_model_weights(tmp_path / "net.pt", model=Model((3,), layers))


def test_a_layer_that_torch_has_not_is_told(tmp_path: Path):
    model = Model((6, 2), (LocallyConnected1D(filters=1, kernel_size=(2,)), Flatten()))
    torch.save({"weight": torch.zeros(3)}, tmp_path / "net.pt")
    with pytest.raises(UserError, match=r"locally_connected1d has no counterpart in torch\. Give a file of Keras\."):
        read_model_weights(tmp_path / "net.pt", model=model)


def test_a_state_dict_needs_its_model(tmp_path: Path):
    torch.save({"weight": torch.zeros(3)}, tmp_path / "net.pt")
    with pytest.raises(UserError, match=r"net\.pt: holds weights but no model\. Give its model too, with --model"):
        read_model_weights(tmp_path / "net.pt")


def test_our_own_names_need_no_order(tmp_path: Path):
    model = Model((3,), (Dense(units=4), Dense(units=2)))
    kernels = {"dense_1.kernel": torch.rand(4, 2), "dense.kernel": torch.rand(3, 4)}
    torch.save(kernels | {"dense.bias": torch.zeros(4), "dense_1.bias": torch.zeros(2)}, tmp_path / "net.pt")
    trained = read_model_weights(tmp_path / "net.pt", model=model)
    wanted = kernels["dense.kernel"] @ kernels["dense_1.kernel"]
    assert np.allclose(trained.network(torch.eye(3)).detach(), wanted, atol=1e-6)
