"""The suggestion of a range test: where a loss falls steepest, whatever the noise; nothing where it does not fall."""

import random
from math import exp, inf, log, nan

import pytest

from cnn_tui.spec.rate_curve import STEPS, has_diverged, rate_curve, smoothed, suggested, trial_rates


def falling_at(best: float, noise: float = 0.0) -> tuple[float, ...]:
    """Losses that fall from 2 to 0.5, steepest at this rate."""
    chance = random.Random(1)
    return tuple(2 - 1.5 / (1 + exp(-2 * log(rate / best))) + chance.uniform(-noise, noise) for rate in trial_rates())


def test_each_rate_is_the_same_multiple_of_the_one_before():
    rates = trial_rates(0.001, 10, 5)
    assert rates == pytest.approx((0.001, 0.01, 0.1, 1, 10))


@pytest.mark.parametrize("best", [1e-5, 1e-3, 0.1])
@pytest.mark.parametrize("noise", [0.0, 0.2])
def test_the_steepest_place_is_suggested(best: float, noise: float):
    curve = rate_curve(trial_rates(), falling_at(best, noise), diverged=False)
    assert curve.suggestion is not None
    assert abs(log(curve.suggestion / best)) < log(4 if noise else 1.3)
    assert "fell steepest" in curve.sentence


def test_what_comes_after_the_lowest_place_does_not_count():
    losses = falling_at(1e-3)
    behind = tuple(9 - step % 9 for step in range(STEPS - 80))  # it grows, and falls more steeply than before
    curve = rate_curve(trial_rates(), losses[:80] + behind, diverged=True)
    assert curve.suggestion == pytest.approx(1e-3, rel=0.3)


@pytest.mark.parametrize("losses", [(), (2.0,), (2.0,) * STEPS, tuple(2 + step / 10 for step in range(STEPS))])
def test_a_loss_that_does_not_fall_suggests_nothing(losses: tuple[float, ...]):
    curve = rate_curve(trial_rates(), losses, diverged=False)
    assert curve.suggestion is None
    assert curve.sentence.startswith("The loss did not fall")


def test_a_last_loss_that_is_no_number_is_left_out():
    losses = (*falling_at(1e-3)[:70], nan)
    curve = rate_curve(trial_rates(), losses, diverged=True)
    assert len(curve.rates) == len(curve.losses) == len(curve.smoothed) == 70
    assert curve.suggestion == suggested(trial_rates()[:70], smoothed(losses[:70]))


def test_it_ends_when_the_loss_is_no_number_or_four_times_its_best():
    assert has_diverged((1.0, inf))
    assert has_diverged((nan,))
    assert not has_diverged((1.0,) * 20)
    assert not has_diverged((1.0, 100.0))
    assert has_diverged((1.0,) * 20 + (50.0,) * 2)
