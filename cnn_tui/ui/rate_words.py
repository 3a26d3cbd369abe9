"""A learning-rate range test in words: why none can be made, what was tried, and what the rate will mean."""

from cnn_tui.runs.history import ENDED, State
from cnn_tui.spec.named import word
from cnn_tui.spec.rate_curve import RateCurve
from cnn_tui.spec.schedules import Constant, OneCycle
from cnn_tui.spec.training import Training
from cnn_tui.text import clean
from cnn_tui.ui.session import Session
from cnn_tui.ui.start import obstacle


def no_test(session: Session, run_state: State) -> str:
    """Why no learning rate can be looked for now; empty when one can. `run_state`: of the session's run."""
    if why := obstacle(session):
        return why
    if session.run is not None and run_state not in ENDED:
        return f"{clean(session.run.name, 60)} is at work; a learning rate can be looked for when that has ended."
    return ""


def tried_with(curve: RateCurve, training: Training) -> str:
    """What the steps were made with."""
    count = len(curve.rates)
    return f"{count} steps with {word(type(training.optimizer))} in batches of {training.batch_size:,}"


def what_follows(curve: RateCurve, training: Training) -> str:
    """What taking the rate changes, and what the schedule makes of it."""
    now = training.optimizer.learning_rate
    if curve.advised is None:
        return f"The rate stays {now:.3g}."
    if curve.advised == now:
        return "That is the rate that is set already."
    words = [f"Taken, it replaces {now:.3g} in the form."]
    schedule = f"the schedule {word(type(training.schedule))}"
    if isinstance(training.schedule, OneCycle):
        words.append(f"It is the highest rate of {schedule}.")
    elif not isinstance(training.schedule, Constant):
        words.append(f"T{schedule[1:]} begins with it.")
    if training.warmup:
        words.append("The warm-up rises to it.")
    return " ".join(words)
