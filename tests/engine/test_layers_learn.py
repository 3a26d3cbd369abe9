"""Every kind of layer learns: what shall move moves, each number against its own gradient."""

import pytest
import torch

from cnn_tui.engine.build import Network
from cnn_tui.engine.optimizers import make_optimizer
from cnn_tui.engine.weights import arrays, initialize
from cnn_tui.spec.layers import (
    KINDS,
    Dense,
    Flatten,
    GaussianNoise,
    Layer,
    RepeatVector,
    Residual,
    Shape,
)
from cnn_tui.spec.model import Model
from cnn_tui.spec.training import Adam
from tests.strategies import rank_of

FITTING: dict[int | None, Shape] = {None: (6, 6, 4), 2: (6, 4), 3: (6, 6, 4), 4: (6, 6, 6, 4)}
NEEDED = {"filters": 4, "units": 4, "kernel_size": 3, "rate": 0.5, "stddev": 0.5, "layers": 1, "n": 3}
"""What the settings without a default are set to."""


def usual(kind: type[Layer]) -> Layer:
    """The layer of this kind with as few settings as it takes."""
    given = {name: value for name, value in NEEDED.items() if name in kind.__struct_fields__}
    if "kernel_size" in given:
        given["kernel_size"] = (3,) * (rank_of(kind) - 1)
    if kind is GaussianNoise:
        given = {"stddev": 0.5}
    special = {
        "Reshape": {"target_shape": (4, 36)},
        "Permute": {"dims": (2, 1, 3)},
        "Activation": {"activation": "tanh"},
        "GroupNormalization": {"groups": 2},
    }
    return kind(**{**given, **special.get(kind.__name__, {})})


def shape_for(kind: type[Layer]) -> Shape:
    return (6,) if kind is RepeatVector else FITTING[rank_of(kind)]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_step_moves_all_that_is_trained_and_training_moves_the_running_means(kind: type[Layer]):
    shape = shape_for(kind)
    layers: tuple[Layer, ...] = (Dense(units=4, name="first"), usual(kind), Flatten(), Dense(units=3))
    if kind is Residual:
        layers = (Dense(units=5), *layers[1:])  # so that it needs filters
    network = Network(Model(shape, layers)).train()
    initialize(network, seed=0)
    before = {name: array.clone() for name, array in arrays(network).items()}
    torch.manual_seed(0)
    scores = network.scores(torch.randn(8, *shape))
    torch.nn.functional.cross_entropy(scores, torch.arange(8) % 3).backward()
    torch.optim.SGD(network.parameters(), 0.1).step()
    after = arrays(network)
    assert [name for name in before if torch.equal(before[name], after[name])] == []


LEARNING = [kind for kind in KINDS if kind is not Residual and usual(kind).weights(shape_for(kind))]


@pytest.mark.parametrize("kind", LEARNING, ids=lambda kind: kind.__name__)
def test_each_number_goes_against_its_own_gradient(kind: type[Layer]):
    """The fused step walks through weight, gradient and moments as they lie in memory: they must lie alike."""
    shape = FITTING[rank_of(kind)]
    network = Network(Model(shape, (usual(kind), Flatten(), Dense(units=3)))).train()
    initialize(network, seed=0)
    optimizer = make_optimizer(network.parameters(), Adam(learning_rate=0.5))
    before = [parameter.detach().clone() for parameter in network.parameters()]
    network.scores(torch.randn(8, *shape)).square().sum().backward()
    optimizer.step()
    for old, parameter in zip(before, network.parameters(), strict=True):
        clear = parameter.grad.abs() > 1e-3
        assert clear.any()
        moved = (parameter.detach() - old)[clear]
        torch.testing.assert_close(moved, -0.5 * parameter.grad.sign()[clear], rtol=1e-2, atol=1e-2)
