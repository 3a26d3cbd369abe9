"""What is done to gradients and weights before a step: shortened gradients, weights that decay; as Keras does both."""

import torch
from torch import Tensor

from cnn_tui.spec.optimizers import Optimizer


def clip(gradients: list[Tensor], settings: Optimizer) -> None:
    """Shortens the gradients in place, as the settings say; without waiting for the device."""
    if settings.clipnorm:
        limit = torch.tensor(settings.clipnorm, device=gradients[0].device)
        lengths = [torch.maximum(length, limit) for length in torch._foreach_norm(gradients)]
        torch._foreach_mul_(gradients, settings.clipnorm)
        torch._foreach_div_(gradients, lengths)
    elif settings.global_clipnorm:
        length = torch.stack(torch._foreach_norm(gradients)).norm()
        scale = settings.global_clipnorm * torch.minimum(1 / length, torch.tensor(1 / settings.global_clipnorm))
        torch._foreach_mul_(gradients, scale)
    elif settings.clipvalue:
        torch._foreach_clamp_min_(gradients, -settings.clipvalue)
        torch._foreach_clamp_max_(gradients, settings.clipvalue)


def decay(weights: list[Tensor], rate: float, settings: Optimizer) -> None:
    """Takes the share of the weights off that the settings say, in place: the decay of AdamW, apart from the step."""
    if settings.weight_decay:
        torch._foreach_mul_(weights, 1 - rate * settings.weight_decay)
