"""The learning-rate range test: steps with ever higher rates on a network that is thrown away (Smith 2017)."""

from collections.abc import Callable

from cnn_tui.engine.trial import make_trial
from cnn_tui.engine.troubles import is_no_memory
from cnn_tui.errors import UserError
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.rate_curve import STEPS, RateCurve, has_diverged, rate_curve, trial_rates

READING = 0.3
"""The share of the work that reading the data is told as."""


def find_rate(experiment: Experiment, tell: Callable[[float], None], steps: int = STEPS) -> RateCurve:
    """The curve of an experiment's network, a function of its seed. Raises UserError when it could not be trained."""
    try:
        return _curve(experiment, tell, steps)
    except (MemoryError, RuntimeError) as error:
        if not is_no_memory(error):
            raise
        batch = experiment.training.batch_size
        raise UserError(f"the memory is too small for batches of {batch:,}", remedy="Use smaller ones.") from None


def _curve(experiment: Experiment, tell: Callable[[float], None], steps: int) -> RateCurve:
    trial = make_trial(experiment, lambda share: tell(share * READING))
    rates, losses = trial_rates(steps=steps), list[float]()
    for number, rate in enumerate(rates):
        losses.append(float(trial.step(trial.rows(number), number, rate)))  # each is looked at: it may be the last
        tell(READING + (1 - READING) * (number + 1) / steps)
        if has_diverged(tuple(losses)):
            return rate_curve(rates, tuple(losses), diverged=True)
    return rate_curve(rates, tuple(losses), diverged=False)
