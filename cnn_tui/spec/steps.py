"""How many images a training sees and how many steps it makes, told before anything is read or split."""

from math import ceil, floor

from cnn_tui.spec.data import Data
from cnn_tui.spec.report import Report
from cnn_tui.spec.training import Training


def training_images(data: Data, report: Report) -> int:
    """The images of an epoch; where groups are held out, or marked images left out, about so many."""
    count = report.train.images
    if data.first_per_class:
        count = sum(min(one, data.first_per_class) for one in report.train.counts)
    if data.test is None:
        count -= _held_out(data, count, data.test_share)
    if data.validate is not None:
        return count
    return count - (ceil(count / data.folds) if data.folds else _held_out(data, count, data.validation))


def steps_an_epoch(images: int, training: Training) -> int:
    """The batches of an epoch, the last one perhaps smaller."""
    return ceil(images / training.batch_size)


def _held_out(data: Data, count: int, share: float) -> int:
    """As the split rounds it."""
    if share == 0:
        return 0
    return count - floor(count * (1 - share)) if data.split == "in order" else ceil(share * count)
