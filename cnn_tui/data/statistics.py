"""What is in the data, in numbers: classes, range, mean, deviation and histogram of the pixels."""

from typing import Any, NamedTuple

import numpy as np

from cnn_tui.data.blocks import blocks, stage, stages
from cnn_tui.data.class_problems import counts_of
from cnn_tui.data.dataset import Dataset, Opened
from cnn_tui.data.formats.content import Tell, silently
from cnn_tui.data.problems import find_problems
from cnn_tui.data.scan import Scan, scan_parts
from cnn_tui.data.target_spreads import spreads_of, targets_of
from cnn_tui.spec.report import Found, Report, Target

Array = np.ndarray[Any, Any]
STEPS = 16
_SCAN_SHARE = 0.6
"""The share of the time that the look for problems takes."""


class Pixels(NamedTuple):
    """The distribution of all pixels; the histogram has 16 equal steps from low to high."""

    low: float
    high: float
    mean: float
    deviation: float
    histogram: tuple[int, ...]
    channels: tuple[tuple[float, float], ...] = ()
    """The mean and the deviation of each channel of images [N, height, width, channels]."""


def describe(opened: Opened, tell: Tell = silently) -> Report:
    """What each part of the data holds, and what is doubtful in it; `tell` may raise to end it."""
    facts = opened.train.facts
    scans = scan_parts(opened, stage(tell, 0, _SCAN_SHARE))
    tells = stages(stage(tell, _SCAN_SHARE, 1), len(opened.parts))
    targets = targets_of(opened)
    found = {part: _found(dataset, scans[part], targets, next(tells)) for part, dataset in opened.parts.items()}
    return Report(
        format=facts.format,
        kind=opened.kind,
        header=facts.header,
        labelled=opened.train.why_no_labels is None,
        classes=() if targets else opened.train.classes,
        targets=targets,
        problems=find_problems(opened, scans),
        train=found["train"],
        validate=found.get("validate"),
        test=found.get("test"),
    )


def pixels_of(images: Array, tell: Tell = silently) -> Pixels:
    """The distribution of the pixels of uint8 or float32 images [N, ...], read a part at a time."""
    has_channels = images.ndim == 4
    pixels = images.reshape(-1, images.shape[-1] if has_channels else 1)
    found = _pixels_of_bytes(pixels, tell) if images.dtype == np.uint8 else _pixels_of_floats(pixels, tell)
    return found if has_channels else found._replace(channels=())


def _found(dataset: Dataset, scan: Scan, targets: tuple[Target, ...], tell: Tell) -> Found:
    images = dataset.images
    return Found(
        images=len(images),
        shape=images.shape[1:],
        dtype=str(images.dtype),
        counts=() if targets else tuple(counts_of(dataset).tolist()),
        spreads=spreads_of(dataset, targets) if dataset.targets else (),
        constant=int(scan.constant.sum()),
        **pixels_of(images, tell)._asdict(),
    )


def _pixels_of_bytes(pixels: Array, tell: Tell) -> Pixels:
    """From how often each of the 256 values is there in each channel, which says everything."""
    counts = np.zeros((pixels.shape[1], 256), np.int64)
    for _, block in blocks(pixels, tell):
        for channel, values in enumerate(block.T):
            counts[channel] += np.bincount(values, minlength=256)
    everything = counts.sum(axis=0)
    bytes_ = np.arange(256)
    low, high = bytes_[everything > 0][[0, -1]].astype(float).tolist()
    histogram = np.bincount(_steps(bytes_, low, high), weights=everything, minlength=STEPS).astype(np.int64)
    channels = tuple(map(_mean_and_deviation, counts))
    return Pixels(low, high, *_mean_and_deviation(everything), tuple(histogram.tolist()), channels)


def _mean_and_deviation(counts: Array) -> tuple[float, float]:
    """Of bytes, by how often each is there."""
    values = np.arange(256)
    mean = float(np.average(values, weights=counts))
    return mean, float(np.sqrt(np.average((values - mean) ** 2, weights=counts)))


def _pixels_of_floats(pixels: Array, tell: Tell) -> Pixels:
    """In two passes: what the squares and the histogram are counted from must be known first."""
    first, second = stages(tell, 2)
    low, high = np.inf, -np.inf
    sums = np.zeros(pixels.shape[1])
    for _, block in blocks(pixels, first):
        low, high = min(low, float(block.min())), max(high, float(block.max()))
        sums += block.sum(axis=0, dtype=np.float64)
    means = sums / len(pixels)
    squares = np.zeros(pixels.shape[1])
    histogram = np.zeros(STEPS, np.int64)
    for _, block in blocks(pixels, second):
        squares += np.square(block.astype(np.float64) - means).sum(axis=0)
        histogram += np.bincount(_steps(block.reshape(-1), low, high), minlength=STEPS)
    variances = squares / len(pixels)
    mean = float(means.mean())
    deviation = float(np.sqrt((variances + np.square(means - mean)).mean()))
    channels = tuple(zip(means.tolist(), np.sqrt(variances).tolist(), strict=True))
    return Pixels(low, high, mean, deviation, tuple(histogram.tolist()), channels)


def _steps(values: Array, low: float, high: float) -> Array:
    """The step of the histogram that each value is in, as NumPy's histogram has it; of equal values the last."""
    return np.searchsorted(np.linspace(low, high, STEPS + 1)[1:-1], values, side="right")
