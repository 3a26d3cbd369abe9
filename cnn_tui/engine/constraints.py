"""What weights are held to after a step, by Keras's formulas."""

import torch
from torch import Tensor

from cnn_tui.spec.layers.constraints import Constraint, MaxNorm, MinMaxNorm, NonNeg, RadialConstraint, UnitNorm

EPSILON = 1e-7
"""Keras's, added to each norm."""


def held_to(rule: Constraint, array: Tensor) -> Tensor:
    """The array in Keras's shape that keeps the rule and is next to the given one."""
    match rule:
        case NonNeg():
            return array.clamp(min=0)
        case RadialConstraint():
            return _radial(array)
        case MaxNorm() | UnitNorm() | MinMaxNorm():
            norms = array.square().sum(dim=rule.axis, keepdim=True).sqrt()
            return array * (_norms_wanted(rule, norms) / (EPSILON + norms))


def _norms_wanted(rule: MaxNorm | UnitNorm | MinMaxNorm, norms: Tensor) -> Tensor:
    match rule:
        case UnitNorm():
            return torch.ones_like(norms)
        case MaxNorm():
            return norms.clamp(0, rule.max_value)
        case MinMaxNorm():
            return rule.rate * norms.clamp(rule.min_value, rule.max_value) + (1 - rule.rate) * norms


def _radial(kernel: Tensor) -> Tensor:
    """Each ring around the centre gets the weight of its lower right corner; the innermost of its upper left.

    As in Keras 2 for even kernels. In odd ones that takes the centre for the first ring and the first ring for the
    centre, so that the two change places at every step; here each keeps its own.
    """
    size = kernel.shape[0]
    from_centre = (torch.arange(size, device=kernel.device) - (size - 1) / 2).abs()
    ring = torch.maximum(from_centre[:, None], from_centre[None, :])
    corner = torch.where(ring < 1, (size - 1) // 2, (ring + (size - 1) / 2).long())
    return kernel[corner, corner]
