"""The arithmetic of shapes against torch itself: both agree or both refuse.

Where the trace refuses on purpose what torch would take is said in `stricter`, and nowhere else.
"""

from dataclasses import dataclass

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cnn_tui.engine.build import Network, build_layer
from cnn_tui.engine.layers.residual import Joined
from cnn_tui.engine.weights import arrays, initialize
from cnn_tui.spec.layers import KINDS, Join, Layer, Misfit, Residual, Shape
from cnn_tui.spec.make import change
from cnn_tui.spec.model import Model
from cnn_tui.spec.shapes import Problem, first_problem, total_parameters, trace
from tests.strategies import any_model, examples, layer_and_shape

REFUSED = "refused"
Described = tuple[Shape, dict[str, Shape]]


def stricter(layer: Layer) -> bool:
    """Whether Keras refuses settings that torch would take: strides and dilation together."""
    return max(getattr(layer, "strides", None) or (1,)) > 1 < max(getattr(layer, "dilation_rate", (1,)))


def stricter_about_weights(problem: Problem) -> bool:
    """Whether the layer fits, but not what its weights shall start from, cost or be held to."""
    return problem.field.endswith(("_initializer", "_regularizer", "_constraint"))


def traced(layer: Layer, shape: Shape) -> Described | str:
    try:
        return layer.output_shape(shape), layer.weights(shape)
    except Misfit:
        return REFUSED


def run_by_torch(layer: Layer, shape: Shape) -> Described | str:
    """What torch makes of it, built as the layer's settings say and asked with two images of zeros."""
    try:
        built = build_layer(layer, shape)
        for array in built.state_dict(keep_vars=True).values():
            torch.nn.init.zeros_(array)
        if isinstance(layer, Join) and isinstance(built, Joined):
            built.keep(torch.zeros(2, *layer.entering))
        made = tuple(built(torch.zeros(2, *shape)).shape[1:])
    except Exception:  # torch answers illegal shapes with RuntimeError, ValueError, IndexError and more
        return REFUSED
    if not all(made):
        return REFUSED
    return made, {name: tuple(built.to_keras(name, value).shape) for name, value in built.arrays().items()}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_trace_and_torch_agree_or_both_refuse(kind: type[Layer]):
    taken = 0

    @settings(max_examples=examples(30))
    @given(drawn=layer_and_shape(kind))
    def agree(drawn: tuple[Layer, Shape]):
        nonlocal taken
        ours, torchs = traced(*drawn), run_by_torch(*drawn)
        if ours == REFUSED:
            assert torchs == REFUSED or stricter(drawn[0])
        else:
            taken += 1
            assert ours == torchs
            assert list(ours[1]) == list(torchs[1])  # in one order, which files rely on

    agree()
    assert taken > 3


@dataclass
class Met:
    """What the layers of a model made, one by one."""

    shapes: list[Shape]
    failing: int | None = None


def one_by_one(model: Model) -> Met:
    """Builds and asks the layers one after the other, by torch's own shapes."""
    entering = [model.input_shape]
    for index, layer in enumerate(model.layers):
        acts = layer
        if isinstance(layer, Residual) and layer.enabled:
            if layer.layers > index:
                return Met(entering, index)
            acts = layer.joining(entering[index - layer.layers])
        made = run_by_torch(acts, entering[-1]) if layer.enabled else (entering[-1], {})
        if isinstance(made, str) or (layer.enabled and stricter(layer)):
            return Met(entering, index)
        entering.append(made[0])
    return Met(entering)


@settings(max_examples=examples(400))
@given(model=any_model())
def test_a_stack_fails_at_the_layer_that_the_trace_names(model: Model):
    rows = trace(model)
    assert len(rows) == len(model.layers)
    problem, met = first_problem(rows), one_by_one(model)
    if problem is not None and stricter_about_weights(problem):
        assert met.failing is None or met.failing > (problem.index or 0)
        return
    assert met.failing == (problem and problem.index)
    assert [row.output_shape for row in rows[: met.failing]] == met.shapes[1:]
    assert not any(row.output_shape for row in rows[len(met.shapes) - 1 :])


@settings(max_examples=examples(150))
@given(model=any_model(), train=st.booleans())
def test_a_network_is_its_trace(model: Model, train: bool):
    rows = trace(model)
    if first_problem(rows) is not None:
        return
    network = Network(model).train(train)
    initialize(network, seed=0)
    images = torch.rand(2, *model.input_shape)
    scores = network.scores(images)
    assert scores.shape[1:] == (rows[-1].output_shape if rows else model.input_shape)
    assert sum(array.numel() for array in arrays(network).values()) == total_parameters(rows)
    penalty = network.penalty()
    assert penalty is None or penalty.shape == ()
    if not train:
        answer = network.answer(scores)  # no number where a variance was started below zero, in Keras too
        torch.testing.assert_close(network(images), answer, rtol=0, atol=0, equal_nan=True)
    network.constrain()


@settings(max_examples=examples(60))
@given(model=any_model())
def test_a_way_out_of_weights_that_do_not_fit_is_a_layer_that_can_be_built(model: Model):
    problem = first_problem(trace(model))
    if problem is None or not stricter_about_weights(problem):
        return
    index = problem.index or 0
    mended = model.with_layer(index, change(model.layers[index], **problem.remedy.settings))
    again = first_problem(trace(mended))
    assert again is None or (again.index, again.field) != (index, problem.field)
