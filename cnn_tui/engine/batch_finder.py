"""The largest batch that fits: by the shapes of the model, and on a GPU by trying it."""

from collections.abc import Callable

import psutil
import torch
from msgspec.structs import replace

from cnn_tui.engine.trial import Trial, make_trial
from cnn_tui.machine import memory_bytes
from cnn_tui.spec.estimate import FittingBatch
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.memory import image_bytes, largest_batch, largest_that, weight_bytes
from cnn_tui.spec.shapes import trace

SHARE_OF_FREE_MEMORY = 0.8
"""What a batch may take of what is free: the rest is for the libraries' own working memory."""


def find_batch(experiment: Experiment, tell: Callable[[float], None]) -> FittingBatch:
    """The largest batch of an experiment here. Raises UserError when it could not be trained with batches of one."""
    one = replace(experiment, training=replace(experiment.training, batch_size=1))
    trial = make_trial(one, lambda share: tell(share / 2))
    rows, shape = trace(experiment.model), experiment.model.input_shape
    device, images = trial.choice.torch_device, len(trial.training_rows)
    free = _free(device)
    fitting = min(largest_batch(rows, shape, int(free * SHARE_OF_FREE_MEMORY)), images)
    is_tried = device.type == "cuda"
    if is_tried:
        fitting = largest_that(lambda size: _fits(trial, size), max(fitting, 1), images)
    return FittingBatch(
        batch_size=fitting,
        images=images,
        free_bytes=free,
        bytes_an_image=image_bytes(rows, shape),
        weight_bytes=weight_bytes(rows),
        device=trial.choice.device,
        tried=is_tried,
    )


def _free(device: torch.device) -> int:
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    return min(int(psutil.virtual_memory().available), memory_bytes())


def _fits(trial: Trial, size: int) -> bool:
    """Whether two steps with batches of this size can be made: the second finds the optimizer's numbers there."""
    try:
        for number in range(2):
            float(trial.step(trial.training_rows[:size], number, rate=1e-9))
    except torch.OutOfMemoryError:
        trial.optimizer.zero_grad()
        return False
    finally:
        torch.cuda.empty_cache()
    return True
