"""What contenders with torch compute on."""

import torch

from benchmarks.contenders import NotMeasured


def refuse_without(device: str) -> None:
    """Raises NotMeasured for a GPU where there is none."""
    if device == "cuda" and not torch.cuda.is_available():
        raise NotMeasured("there is no GPU that torch can use")
