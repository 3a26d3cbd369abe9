"""What a training does between two batches: what it was asked for, and the checkpoints that are due."""

from contextlib import suppress
from functools import partial

from msgspec.structs import asdict, replace

from cnn_tui.engine.attention import Interrupted, Stopped
from cnn_tui.engine.course import Course, Diverged, Job
from cnn_tui.runs.control import Wish
from cnn_tui.runs.events import Changed, Continued, Paused
from cnn_tui.spec.rates import Change, Rates

NOTHING = Wish()


def heed(job: Job, course: Course) -> None:
    """Does what was asked for since the last batch. Raises Stopped or Interrupted, with everything saved."""
    job.attention.save_here = partial(_save_here, job, course)
    try:
        job.attention.look()
        if job.attention.is_paused:
            _pause(job, course)
    except (Stopped, Interrupted):
        _save_here(job, course)
        raise
    if job.attention.wants_save or job.is_save_due():
        job.attention.wants_save = False
        _save_here(job, course)
    course.rates = granted_rates(job, course.rates, course.begun.epoch, course.step)


def granted_rates(job: Job, rates: Rates, epoch: int, step: int) -> Rates:
    """The rates after what someone wishes to change, recorded before it holds: it survives whatever comes."""
    wish = job.attention.wish
    if wish == NOTHING:
        return rates
    change = Change(epoch=epoch, step=step, learning_rate=wish.learning_rate, epochs=wish.epochs)
    job.say(Changed(**asdict(change), elapsed=job.watch.elapsed))
    job.attention.granted()
    return replace(rates, changes=(*rates.changes, change))


def _pause(job: Job, course: Course) -> None:
    _save_here(job, course)
    job.watch.stop()
    job.say(Paused(elapsed=job.watch.elapsed))
    job.attention.wait_while_paused()
    job.watch.go_on()
    job.say(Continued(elapsed=job.watch.elapsed))


def _save_here(job: Job, course: Course) -> None:
    course.means()  # what has diverged must not push a healthy checkpoint out
    refuse_lost_weights(job, f"in epoch {course.begun.epoch + 1}, by step {course.step}")
    job.save(course.state)


def rescue(job: Job, course: Course) -> None:
    """Saves what there is before an error ends the training, if training could go on from it."""
    if course.is_between_batches and course.step:
        with suppress(Exception):  # what is said is the error that came first
            _save_here(job, course)


def refuse_lost_weights(job: Job, when: str) -> None:
    """Raises Diverged when a weight is not a number."""
    if not all(bool(weight.array.isfinite().all()) for weight in job.network.weights()):
        raise Diverged(f"a weight is not a number {when}")
