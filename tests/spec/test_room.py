"""How large a batch may be and how long a training takes, in numbers and in words."""

import pytest

from cnn_tui.spec.estimate import Estimate, FittingBatch, duration
from cnn_tui.spec.memory import image_bytes, largest_batch, largest_that, training_bytes
from cnn_tui.spec.presets import tutorial
from cnn_tui.spec.shapes import trace

MODEL = tutorial("text").model


@pytest.mark.parametrize("limit", [0, 1, 2, 7, 100, 999, 1000, 5000])
@pytest.mark.parametrize("first", [1, 50, 1000])
def test_trying_finds_the_largest_to_a_twentieth(limit: int, first: int):
    tried = []

    def fits(size: int) -> bool:
        tried.append(size)
        return size <= limit

    found = largest_that(fits, first, most=1000)
    true = min(limit, 1000)
    assert true - max(true // 20, 0) <= found <= true
    assert len(tried) == len(set(tried)) <= 16
    assert all(1 <= size <= 1000 for size in tried)


def test_the_largest_batch_by_arithmetic_fits_and_one_more_does_not():
    rows, shape = trace(MODEL), MODEL.input_shape
    room = 50_000_000
    batch = largest_batch(rows, shape, room)
    assert training_bytes(rows, shape, batch) <= room < training_bytes(rows, shape, batch + 1)
    assert largest_batch(rows, shape, 10) == 0


def test_what_is_said_of_a_batch():
    known = {"images": 400, "free_bytes": 2_000_000_000, "weight_bytes": 0, "bytes_an_image": 1, "device": "cuda:0"}
    assert FittingBatch(batch_size=400, tried=True, **known).sentence == (
        "Batches of up to 400 images fit, which is all of them: 2,000 MB free on cuda:0; steps with it were made."
    )
    assert FittingBatch(batch_size=0, tried=False, **known).sentence == (
        "Not even one image fits into the 2,000 MB free on cuda:0. Make the layers smaller."
    )
    assert image_bytes(trace(MODEL), MODEL.input_shape) > 28 * 28 * 4


def test_an_estimate_adds_its_steps_and_its_validation_up():
    estimate = Estimate(
        epochs=3,
        steps=10,
        images=100,
        batch_size=10,
        seconds_a_step=0.5,
        seconds_of_validation=15.0,
        memory_bytes=500_000_000,
        arithmetic_bytes=1,
        data_bytes=1,
        device="cpu",
        precision="fp32",
    )
    assert (estimate.seconds_an_epoch, estimate.seconds, estimate.images_per_second) == (20, 60, 20)
    assert estimate.sentence == (
        "About 1 min 0 s: 3 epochs of 10 steps, 20.0 s each, 20 images/s on cpu in fp32. Memory: about 500 MB."
    )


@pytest.mark.parametrize(("seconds", "words"), [(4.21, "4.2 s"), (200, "3 min 20 s"), (7_500, "2 h 5 min")])
def test_a_duration_in_words(seconds: float, words: str):
    assert duration(seconds) == words
