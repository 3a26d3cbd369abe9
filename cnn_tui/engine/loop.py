"""Training: what happens, in the order it happens."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from msgspec.structs import replace
from torch import Tensor

from cnn_tui.engine.attention import Attention, Interrupted, Stopped
from cnn_tui.engine.batches import Change, Examples, epoch_order, portions
from cnn_tui.engine.build import Network
from cnn_tui.engine.checkpoints import State
from cnn_tui.engine.devices import Choice
from cnn_tui.engine.evaluate import evaluate
from cnn_tui.engine.losses import weighted_loss
from cnn_tui.engine.seeds import seed_of
from cnn_tui.engine.stopwatch import Speedometer, Stopwatch
from cnn_tui.engine.totals import Means, Totals
from cnn_tui.runs.events import Continued, EpochEnd, Event, Paused, Phase, Sample
from cnn_tui.spec.training import Training

SECONDS_BETWEEN_SAMPLES = 0.25


class Diverged(Exception):
    """The loss is not a number any more, so the weights are of no use: in which epoch, after which batch."""


@dataclass(frozen=True)
class Job:
    """Everything a training works with."""

    plan: Training
    network: Network
    optimizer: torch.optim.Optimizer
    source: Examples
    training_rows: Tensor
    validation: tuple[Examples, Tensor] | None
    """What watches the training: rows of these examples."""
    choice: Choice
    attention: Attention
    watch: Stopwatch
    say: Callable[[Event], None]
    save: Callable[[State], None]
    """Makes a checkpoint."""
    keep_best: Callable[[State], None]
    """Writes the weights as the best so far."""
    class_weights: Tensor | None = None
    """How much an image of each class counts in the loss: float32 [classes], on the device."""
    keep_answers: Callable[[int, Tensor], None] = lambda epoch, answers: None
    """Is given the class that the model answers for each validation row, after each epoch (from 1)."""
    augment: Change | None = None
    """What is done to the images of every training batch; it may draw from torch's generator."""


@dataclass
class Course:
    """Where the training is within an epoch."""

    begun: State
    totals: Totals
    step: int
    watch: Stopwatch

    @property
    def state(self) -> State:
        """From where it could go on."""
        return replace(self.begun, step=self.step, sums=self.totals.read(), elapsed=self.watch.elapsed)


def train(job: Job, state: State) -> State:
    """Trains from `state` to the end of the plan, the weights in `job.network`.

    Raises Diverged; and Stopped or Interrupted, after a checkpoint of the place where it was.
    """
    while state.epoch < job.plan.epochs:
        job.say(Phase(name="training", elapsed=job.watch.elapsed))
        begun = job.watch.elapsed
        course = Course(state, Totals(job.source.device, state.sums), state.step, job.watch)
        _train_epoch(job, course)
        state = _close_epoch(job, course, begun)
    return state


def _train_epoch(job: Job, course: Course) -> None:
    """The batches of an epoch that are not done yet."""
    plan, epoch = job.plan, course.begun.epoch
    order = epoch_order(job.training_rows, plan.seed, epoch)
    speed = Speedometer(job.watch, SECONDS_BETWEEN_SAMPLES)
    job.network.train()
    for rows in portions(order, plan.batch_size, start=course.step):
        torch.manual_seed(seed_of(plan.seed, "step", epoch, course.step))
        images, labels = job.source.batch(rows, job.augment)
        with job.choice.autocast:
            scores = job.network.scores(images)
        loss = weighted_loss(plan.loss, scores.float(), labels, job.class_weights)
        if (penalty := job.network.penalty()) is not None:
            loss = loss + penalty
        loss.backward()  # type: ignore[no-untyped-call]
        job.optimizer.step()
        job.optimizer.zero_grad()
        job.network.constrain()
        course.totals.add(loss, scores, labels)
        course.step += 1
        speed.passed(len(labels))
        _heed(job, course)
        if speed.is_due:
            means = _means(course)
            job.say(
                Sample(
                    epoch=epoch + 1,
                    step=course.step,
                    loss=means.loss,
                    accuracy=means.accuracy,
                    images_per_second=speed.look(),
                    elapsed=job.watch.elapsed,
                )
            )


def _close_epoch(job: Job, course: Course, begun: float) -> State:
    """Validates, says what came of the epoch, keeps the best weights and makes a checkpoint."""
    means, trained = _means(course), job.watch.elapsed
    validation = _validate(job, course)
    epoch = course.begun.epoch + 1
    images = course.state.sums.images - course.begun.sums.images
    job.say(
        EpochEnd(
            epoch=epoch,
            loss=means.loss,
            accuracy=means.accuracy,
            val_loss=validation.loss if validation else None,
            val_accuracy=validation.accuracy if validation else None,
            seconds=job.watch.elapsed - begun,
            images_per_second=images / max(trained - begun, 1e-9),
            elapsed=job.watch.elapsed,
        )
    )
    if not all(bool(weight.array.isfinite().all()) for weight in job.network.weights()):
        raise Diverged(f"a weight is not a number after epoch {epoch}")
    state = State(
        epoch=epoch,
        best_epoch=course.begun.best_epoch,
        best_accuracy=course.begun.best_accuracy,
        best_loss=course.begun.best_loss,
        elapsed=job.watch.elapsed,
    )
    if _is_best(state, validation):
        score = validation or means
        state = replace(state, best_epoch=epoch, best_accuracy=score.accuracy, best_loss=score.loss)
        job.keep_best(state)
    job.save(state)
    return state


def _validate(job: Job, course: Course) -> Means | None:
    """Loss and accuracy on the validation rows, or None when there are none."""
    if job.validation is None:
        return None
    job.say(Phase(name="validating", elapsed=job.watch.elapsed))
    answers: list[Tensor] = []
    sums = evaluate(
        job.network,
        *job.validation,
        job.plan.loss,
        watch=lambda: _heed(job, course),
        each=lambda scores: answers.append(scores.argmax(dim=1)),
    )
    epoch = course.begun.epoch + 1
    if sums.means.loss is None:
        raise Diverged(f"the validation loss is not a number after epoch {epoch}")
    job.keep_answers(epoch, torch.cat(answers))
    return sums.means


def _is_best(state: State, validation: Means | None) -> bool:
    """More right on the validation rows; as many right and less surprised; without such rows, the newest."""
    if validation is None or validation.loss is None or state.best_loss is None:
        return True
    return (validation.accuracy, -validation.loss) > (state.best_accuracy, -state.best_loss)


def _heed(job: Job, course: Course) -> None:
    """Does what was asked for since the last batch. Raises Stopped or Interrupted, with everything saved."""
    try:
        job.attention.look()
        if job.attention.is_paused:
            _pause(job, course)
    except (Stopped, Interrupted):
        _save_here(job, course)
        raise
    if job.attention.wants_save:
        job.attention.wants_save = False
        _save_here(job, course)


def _pause(job: Job, course: Course) -> None:
    _save_here(job, course)
    job.watch.stop()
    job.say(Paused(elapsed=job.watch.elapsed))
    job.attention.wait_while_paused()
    job.watch.go_on()
    job.say(Continued(elapsed=job.watch.elapsed))


def _save_here(job: Job, course: Course) -> None:
    _means(course)  # what has diverged must not push a healthy checkpoint out
    job.save(course.state)


def _means(course: Course) -> Means:
    """The means of the epoch so far. Raises Diverged."""
    means = course.totals.read().means
    if means.loss is None:
        raise Diverged(f"the loss is not a number in epoch {course.begun.epoch + 1}, by step {course.step}")
    return means
