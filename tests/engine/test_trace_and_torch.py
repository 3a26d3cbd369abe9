"""The arithmetic of shapes against torch itself: both agree or both refuse."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cnn_tui.engine.build import Network, build_layer
from cnn_tui.engine.weights import arrays, initialize
from cnn_tui.spec.layers import KINDS, Layer, Misfit, Shape
from cnn_tui.spec.model import Model
from cnn_tui.spec.shapes import first_problem, total_parameters, trace
from tests.strategies import any_image, any_layer, any_shape

REFUSED = "refused"
Described = tuple[Shape, dict[str, Shape]]


def traced(layer: Layer, shape: Shape) -> Described | str:
    try:
        return layer.output_shape(shape), layer.weights(shape)
    except Misfit:
        return REFUSED


def run_by_torch(layer: Layer, shape: Shape) -> Described | str:
    """What torch makes of it, built as the layer's settings say and asked with two images of zeros."""
    try:
        built = build_layer(layer, shape)
        for parameter in built.parameters():
            torch.nn.init.zeros_(parameter)
        made = tuple(built(torch.zeros(2, *shape)).shape[1:])
    except Exception:  # torch answers illegal shapes with RuntimeError, ValueError, IndexError and more
        return REFUSED
    if not all(made):
        return REFUSED
    weights = {name: tuple(built.to_keras(name, value).shape) for name, value in built.named_parameters()}
    return made, weights


@settings(max_examples=400, deadline=None, derandomize=True)
@given(layer=any_layer(), shape=any_image() | any_shape())
def test_trace_and_torch_agree_or_both_refuse(layer: Layer, shape: Shape):
    ours, torchs = traced(layer, shape), run_by_torch(layer, shape)
    if ours == REFUSED:
        # Keras refuses dilated strides, and reads flat values as no image; torch would take both.
        stricter = max(getattr(layer, "strides", None) or (1,)) > 1 < max(getattr(layer, "dilation_rate", (1,)))
        assert torchs == REFUSED or stricter
    else:
        assert ours == torchs


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_layer_can_be_built(kind: type[Layer]):
    @settings(max_examples=30, deadline=None, derandomize=True)
    @given(layer=any_layer((kind,)), shape=any_image())
    def builds(layer: Layer, shape: Shape):
        if traced(layer, shape) != REFUSED:
            assert build_layer(layer, shape)(torch.ones(1, *shape)).shape[1:] == layer.output_shape(shape)

    builds()


@settings(max_examples=150, deadline=None, derandomize=True)
@given(layers=st.lists(any_layer(), min_size=1, max_size=8), shape=any_image())
def test_a_stack_fails_at_the_layer_that_the_trace_names(layers: list[Layer], shape: Shape):
    model = Model(shape, tuple(layers))
    rows = trace(model)
    assert len(rows) == len(layers)
    problem = first_problem(rows)
    if problem is None:
        network = Network(model)
        initialize(network, seed=0)
        assert network(torch.rand(2, *shape)).shape[1:] == rows[-1].output_shape
        assert sum(array.numel() for array in arrays(network).values()) == total_parameters(rows)
    else:
        assert [row.output_shape is None for row in rows] == [row.index >= problem.index for row in rows]
