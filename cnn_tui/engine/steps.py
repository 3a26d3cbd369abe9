"""What a network does to a batch, one function after the other, in the cheapest order that gives the same bits."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from cnn_tui.engine.layers import Layer, Step
from cnn_tui.engine.layers.activations import linear, softmax
from cnn_tui.engine.layers.pooling import MaxPooling
from cnn_tui.engine.layers.residual import Joined
from cnn_tui.engine.regularizers import penalty
from cnn_tui.spec import layers as spec
from cnn_tui.spec.layers.regularizers import L1L2, Regularizer
from cnn_tui.spec.shapes import Row


class Watch:
    """A step that changes nothing and remembers what passed, for the loss."""

    def __init__(self, regularizer: Regularizer, through: Step = linear) -> None:
        self.regularizer = regularizer
        self._through = through
        self._seen: Tensor | None = None

    def __call__(self, x: Tensor) -> Tensor:
        """The same; what a step behind it would make of it is what counts."""
        self._seen = self._through(x)
        return x

    def term(self) -> Tensor | None:
        """What the batch that passed adds to the loss, an example; None when none has passed since it was asked."""
        seen, self._seen = self._seen, None
        return None if seen is None else penalty(self.regularizer, seen.float()) / len(seen)


def steps_of(rows: Sequence[Row], built: dict[int, Layer]) -> list[Step]:
    """The steps of all rows; `built` has the torch side of those that are on, by their index.

    Before the first layer of a residual group its input is kept, and nothing is moved across that.
    """
    keeps: dict[int, list[Step]] = {}
    for row in rows:
        layer = built.get(row.index)
        if isinstance(layer, Joined) and isinstance(row.layer, spec.Residual):
            keeps.setdefault(row.index - row.layer.layers, []).append(layer.keep)
    steps: list[Step] = []
    for row in rows:
        steps += keeps.get(row.index, ())
        if row.index in built:
            steps += built[row.index].steps()
            steps += _watches(row.acts)
    return cheapest_order([step for step in steps if step is not linear])


def cheapest_order(steps: Sequence[Step]) -> list[Step]:
    """The same steps, with each ReLU that stands right before a max-pooling put behind it.

    max(relu(x)) = relu(max(x)), and so are the gradients, to the bit; there is a quarter of the values to look at.
    """
    ordered = list(steps)
    for place in range(len(ordered) - 1):
        if ordered[place] is F.relu and isinstance(getattr(ordered[place + 1], "__self__", None), MaxPooling):
            ordered[place : place + 2] = [ordered[place + 1], ordered[place]]
    return ordered


def without_last_function(steps: Sequence[Step]) -> tuple[list[Step], Step]:
    """The steps before a last softmax or sigmoid, and that; or all of them, and one that does nothing."""
    watches = [step for step in steps if isinstance(step, Watch)]
    behind = next((at for at in range(len(steps), 0, -1) if steps[at - 1] not in watches), 0)
    last = steps[behind - 1] if behind else linear
    if last not in (softmax, torch.sigmoid):
        return list(steps), linear
    seen_after = [Watch(watch.regularizer, last) for watch in watches if watch in steps[behind:]]
    return [*steps[: behind - 1], *seen_after], last


def _watches(layer: spec.Layer) -> list[Step]:
    """What looks at the output of a layer for the loss."""
    regularizer: Regularizer | None = getattr(layer, "activity_regularizer", None)
    if isinstance(layer, spec.ActivityRegularization) and (layer.l1 or layer.l2):
        regularizer = L1L2(l1=layer.l1, l2=layer.l2)
    return [Watch(regularizer)] if regularizer else []
