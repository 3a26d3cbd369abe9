"""The range test on a real network: the same by its seed, it leaves nothing behind, and its rate trains."""

import asyncio

import pytest
from msgspec.structs import replace

from cnn_tui.engine.rate_finder import find_rate
from cnn_tui.engine.trial import Trial, make_trial
from cnn_tui.errors import UserError
from cnn_tui.runs.client import Service
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.make import change
from cnn_tui.spec.rate_curve import RateCurve, trial_rates


@pytest.fixture(scope="module")
def curve(experiment: Experiment) -> RateCurve:
    return find_rate(experiment, lambda share: None)


def test_the_rate_that_it_suggests_trains(experiment: Experiment, curve: RateCurve):
    assert curve.suggestion
    trial = make_trial(experiment)
    losses = [float(trial.step(trial.rows(step), step, curve.suggestion)) for step in range(40)]
    assert sum(losses[-5:]) < sum(losses[:5]) / 2
    assert curve.diverged or len(curve.rates) == len(trial_rates())


def test_the_service_finds_the_same_and_tells_how_far_it_is(experiment: Experiment, curve: RateCurve):
    async def asked() -> tuple[RateCurve, list[float]]:
        service, told = Service(), list[float]()
        found = await service.find_rate(experiment, told.append)
        await service.close()
        return found, told

    found, told = asyncio.run(asked())
    assert found == curve
    assert told == sorted(told)


def test_what_could_not_be_trained_is_refused(experiment: Experiment):
    dense = change(experiment.model.layers[-1], units=7)
    wrong = replace(experiment, model=experiment.model.with_layer(len(experiment.model.layers) - 1, dense))
    with pytest.raises(UserError, match="7"):
        find_rate(wrong, lambda share: None)


def test_too_little_memory_is_said_as_one_sentence(experiment: Experiment, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> None:
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 68719476736 bytes.")

    monkeypatch.setattr(Trial, "step", full)
    with pytest.raises(UserError, match="The memory is too small for batches of") as told:
        find_rate(experiment, lambda share: None)
    assert told.value.remedy == "Use smaller ones."


def test_what_is_our_own_mistake_is_not_hidden(experiment: Experiment, monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object) -> None:
        raise RuntimeError("shapes do not go together")

    monkeypatch.setattr(Trial, "step", broken)
    with pytest.raises(RuntimeError, match="shapes"):
        find_rate(experiment, lambda share: None)
