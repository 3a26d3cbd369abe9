"""Multiply-adds against torchinfo, on the layers that both know.

torchinfo counts a bias as a multiply-add a value, which it is not: compared are layers without one.
"""

import pytest
import torchinfo
from torch import nn

from cnn_tui.spec.layer_text import from_text
from cnn_tui.spec.layers import Shape
from cnn_tui.spec.model import Model
from cnn_tui.spec.shapes import total_macs, trace

PLAIN = {"bias": False}
LAYERS: dict[str, tuple[Shape, nn.Module]] = {
    "Conv1D(8, 5, strides=2, use_bias=False)": ((40, 3), nn.Conv1d(3, 8, 5, 2, **PLAIN)),
    'Conv2D(64, 3, padding="same", use_bias=False)': ((28, 28, 1), nn.Conv2d(1, 64, 3, padding=1, **PLAIN)),
    "Conv2D(12, (3, 5), strides=(2, 1), groups=2, use_bias=False)": (
        (20, 20, 4),
        nn.Conv2d(4, 12, (3, 5), (2, 1), groups=2, **PLAIN),
    ),
    "Conv2D(6, 3, dilation_rate=2, use_bias=False)": ((20, 20, 4), nn.Conv2d(4, 6, 3, dilation=2, **PLAIN)),
    "Conv3D(8, 3, use_bias=False)": ((9, 8, 7, 2), nn.Conv3d(2, 8, 3, **PLAIN)),
    "DepthwiseConv2D(3, depth_multiplier=2, use_bias=False)": ((9, 9, 4), nn.Conv2d(4, 8, 3, groups=4, **PLAIN)),
    "SeparableConv2D(16, 3, use_bias=False)": (
        (9, 9, 4),
        nn.Sequential(nn.Conv2d(4, 4, 3, groups=4, **PLAIN), nn.Conv2d(4, 16, 1, **PLAIN)),
    ),
    "Conv1DTranspose(8, 4, strides=2, use_bias=False)": ((10, 3), nn.ConvTranspose1d(3, 8, 4, 2, **PLAIN)),
    "Conv2DTranspose(8, 3, strides=2, use_bias=False)": ((10, 10, 3), nn.ConvTranspose2d(3, 8, 3, 2, **PLAIN)),
    "Conv3DTranspose(4, 2, strides=2, use_bias=False)": ((4, 5, 6, 3), nn.ConvTranspose3d(3, 4, 2, 2, **PLAIN)),
    "Dense(10, use_bias=False)": ((1152,), nn.Linear(1152, 10, **PLAIN)),
}


@pytest.mark.parametrize(("text", "known"), LAYERS.items(), ids=LAYERS)
def test_multiply_adds_are_torchinfos(text: str, known: tuple[Shape, nn.Module]):
    shape, theirs = known
    channels_first = (1, shape[-1], *shape[:-1])
    summary = torchinfo.summary(theirs, channels_first, verbose=0)
    rows = trace(Model(shape, from_text(text)))
    assert total_macs(rows) == summary.total_mult_adds
    assert sum(row.parameters for row in rows) == summary.total_params
