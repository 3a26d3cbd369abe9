"""What regularizers add to the loss, by Keras's formulas."""

import torch
from torch import Tensor

from cnn_tui.spec.layers.regularizers import L1, L1L2, L2, OrthogonalRegularizer, Regularizer

SMALLEST_NORM = 1e-7
"""Keras's epsilon: shorter vectors are divided by it."""


def penalty(regularizer: Regularizer, array: Tensor) -> Tensor:
    """What an array in Keras's shape costs: one number."""
    match regularizer:
        case L1():
            return regularizer.l1 * array.abs().sum()
        case L2():
            return regularizer.l2 * array.square().sum()
        case L1L2():
            return regularizer.l1 * array.abs().sum() + regularizer.l2 * array.square().sum()
        case OrthogonalRegularizer():
            rows = array if regularizer.mode == "rows" else array.t()
            return regularizer.factor * _overlap(rows)


def _overlap(rows: Tensor) -> Tensor:
    """The mean absolute cosine of two different rows [n, values]."""
    rows = rows * rows.square().sum(dim=1, keepdim=True).rsqrt().clamp(max=1 / SMALLEST_NORM)
    cosines = rows @ rows.t()
    others = cosines * (1 - torch.eye(len(rows), dtype=rows.dtype, device=rows.device))
    pairs = len(rows) * (len(rows) - 1) / 2
    return 0.5 * others.abs().sum() / max(pairs, 1)
