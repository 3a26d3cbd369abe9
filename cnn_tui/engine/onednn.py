"""Convolutions and max-poolings that follow one another, computed in oneDNN's own layout of memory where that pays.

On processors torch computes convolutions with oneDNN but max-poolings itself: it writes eight bytes of place for every
number it keeps, and clears a whole input for every gradient. oneDNN's pooling remembers a byte, so a step of the
tutorial's network takes two thirds of the time. Its arrays can only be had through torch's opaque tensors, which cost a
copy on the way in and out; and its largest of a window passes over what is not a number.
"""

import platform
from collections.abc import Sequence
from functools import cache
from math import prod

import torch
from torch import Tensor
from torch.nn import functional as F

from cnn_tui.engine.layers import Step
from cnn_tui.engine.layers.base import FORMATS, channels_first, channels_last
from cnn_tui.engine.layers.convolution import Convolution
from cnn_tui.engine.layers.pooling import LARGEST, MaxPooling

AXES = (2, 3)
MOST_CHANNELS_IN = 0.25
"""Of the filters of the first convolution; with more, the copy on the way in takes what the poolings gain."""
FEWEST_SUMS = 1_000_000
"""That the first convolution makes of a batch; with fewer, wrapping the arrays takes longer than it saves."""
LARGEST_SUM = 1e37
"""Below it no rounding leaves the numbers of float32 or bfloat16, whose largest is 3.4e38."""


class OwnLayout:
    """Steps that are taken in oneDNN's layout or, where that gains nothing or could hide something, as they are."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self.steps = tuple(steps)
        owners = [getattr(step, "__self__", None) for step in steps]
        self._convolutions = [owner for owner in owners if isinstance(owner, Convolution)]
        self._axes = self._convolutions[0].axes
        self._window = tuple(range(1, self._axes + 2))
        self._rectified = _with_rectifiers(self.steps)

    def __call__(self, x: Tensor) -> Tensor:
        """(batch, sizes, channels), as from the steps themselves but for roundings."""
        if self._pays(x) and self._stays_within_numbers(x):
            return self._taken(x)
        for step in self.steps:
            x = step(x)
        return x

    def _pays(self, x: Tensor) -> bool:
        is_traced = torch.jit.is_tracing() or torch.compiler.is_compiling()  # type: ignore[attr-defined, no-untyped-call]
        if is_traced or x.device.type != "cpu" or not _can(_kind(x)):
            return False
        first = self._convolutions[0]
        places = x.numel() // x.shape[-1] // prod(first.slid.strides)
        return places * len(first.kernel) >= FEWEST_SUMS

    @torch.no_grad()
    def _stays_within_numbers(self, x: Tensor) -> bool:
        """Whether every sum on the way is a number, by the largest that the inputs and weights can add up to."""
        bound = x.abs().max()
        for convolution in self._convolutions:
            bound = bound * convolution.kernel.abs().sum(self._window).max()
            if convolution.bias is not None:
                bound = bound + convolution.bias.abs().max()
        return bool(bound < LARGEST_SUM)

    def _taken(self, x: Tensor) -> Tensor:
        kind = _kind(x)
        with torch.autocast("cpu", enabled=False):
            own = channels_first(x, self._axes).to(kind).to_mkldnn()
            for step in self.steps if torch.is_grad_enabled() else self._rectified:
                own = _step(step, own, kind)
            out: Tensor = own.to_dense().contiguous(memory_format=FORMATS[self._axes])
        return channels_last(out, self._axes)


def in_own_layout(steps: Sequence[Step]) -> list[Step]:
    """The same steps, each run of them that may gain by it as one."""
    out: list[Step] = []
    at = 0
    while at < len(steps):
        run = _run(steps[at:])
        out.append(OwnLayout(run) if run else steps[at])
        at += len(run) or 1
    return out


def _run(steps: Sequence[Step]) -> Sequence[Step]:
    """The longest run from the first step on that may gain; it ends behind a pooling, where there is least to copy."""
    if not _widens(steps[0]):
        return ()
    count = next((at for at, step in enumerate(steps) if not _is_known(step)), len(steps))
    while count and not (
        _is_pooling(steps[count - 1]) or (steps[count - 1] is F.relu and _is_pooling(steps[count - 2]))
    ):
        count -= 1
    return steps[:count]


def _widens(step: Step) -> bool:
    """Whether it is a convolution that makes many channels of few."""
    owner = getattr(step, "__self__", None)
    if not isinstance(owner, Convolution) or not _is_known(step):
        return False
    filters, depth, *_ = owner.kernel.shape
    return depth <= MOST_CHANNELS_IN * filters


def _is_known(step: Step) -> bool:
    owner = getattr(step, "__self__", None)
    if isinstance(owner, Convolution):
        return owner.axes in AXES and owner.slid.pads is None and owner.slid.groups == 1
    return _is_pooling(step) or step is F.relu


def _is_pooling(step: Step) -> bool:
    owner = getattr(step, "__self__", None)
    return isinstance(owner, MaxPooling) and owner.axes in AXES and owner.pads is None


class Rectified:
    """A convolution that cuts off what is below zero as it writes, for which oneDNN gives no gradients."""

    def __init__(self, convolution: Convolution) -> None:
        self.convolution = convolution

    def __call__(self, x: Tensor) -> Tensor:
        """The same by torch's own steps."""
        return F.relu(self.convolution.slide(x))


def _with_rectifiers(steps: Sequence[Step]) -> list[Step]:
    """The same steps, each ReLU taken by the convolution before it: between are poolings, and max(relu) = relu(max)."""
    out: list[Step] = []
    for step in steps:
        if step is F.relu:
            at = next(at for at in reversed(range(len(out))) if not _is_pooling(out[at]))
            owner = getattr(out[at], "__self__", None)
            out[at] = Rectified(owner) if isinstance(owner, Convolution) else out[at]
        else:
            out.append(step)
    return out


def _step(step: Step, own: Tensor, kind: torch.dtype) -> Tensor:
    """The step for an array in oneDNN's layout, channels first."""
    owner = step.convolution if isinstance(step, Rectified) else getattr(step, "__self__", None)
    if isinstance(owner, MaxPooling):
        return LARGEST[owner.axes](own, owner.pool_size, owner.strides)
    if not isinstance(owner, Convolution):
        return step(own)
    kernel, bias, slid = owner.kernel.to(kind), None if owner.bias is None else owner.bias.to(kind), owner.slid
    settings = (own, kernel, bias, slid.padding, slid.strides, slid.dilation, slid.groups)
    out: Tensor
    if isinstance(step, Rectified):
        out = torch.ops.mkldnn._convolution_pointwise(*settings, "relu", [], "")
    else:  # by its name in torch, as F.conv2d takes weights in bfloat16 for a mistake here
        out = torch.ops.aten.mkldnn_convolution(*settings)
    return out


def _kind(x: Tensor) -> torch.dtype:
    """In what it is computed."""
    return torch.get_autocast_dtype("cpu") if torch.is_autocast_enabled("cpu") else x.dtype


@cache
def _can(kind: torch.dtype) -> bool:
    """Whether this processor computes so; elsewhere than on x86 it was not measured."""
    has_onednn = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    if platform.machine() not in ("x86_64", "AMD64") or not has_onednn:
        return False
    return kind == torch.float32 or (kind == torch.bfloat16 and bool(torch.ops.mkldnn._is_mkldnn_bf16_supported()))
