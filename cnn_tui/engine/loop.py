"""Training: what happens, in the order it happens."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from math import isfinite

import torch
from msgspec.structs import asdict, replace
from torch import Tensor

from cnn_tui.engine.attention import Attention, Interrupted, Stopped
from cnn_tui.engine.batches import Change, Examples, epoch_order, portions
from cnn_tui.engine.build import Network
from cnn_tui.engine.checkpoints import State
from cnn_tui.engine.devices import Choice
from cnn_tui.engine.evaluate import evaluate
from cnn_tui.engine.judging import after_epoch
from cnn_tui.engine.losses import Criterion
from cnn_tui.engine.metrics import Meter, answered
from cnn_tui.engine.optimizers import set_rate
from cnn_tui.engine.ranks import PeerLost
from cnn_tui.engine.seeds import seed_of
from cnn_tui.engine.stopwatch import Speedometer, Stopwatch
from cnn_tui.engine.team import ALONE, Team
from cnn_tui.engine.totals import Means, Sums, Totals
from cnn_tui.runs.control import Wish
from cnn_tui.runs.events import Changed, Continued, EpochEnd, Event, Paused, Phase, Sample
from cnn_tui.spec.rates import Change as Changing
from cnn_tui.spec.rates import Rates
from cnn_tui.spec.schedules import Plateau
from cnn_tui.spec.training import Training
from cnn_tui.spec.watching import left_of

SECONDS_BETWEEN_SAMPLES = 0.25
NOTHING = Wish()


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
    changes: tuple[Changing, ...] = ()
    """What was changed while earlier trainers of this run were at work."""
    is_save_due: Callable[[], bool] = lambda: False
    """Whether the newest checkpoint is too old."""
    settle: Callable[[], None] = lambda: None
    """Makes a checkpoint that could not be made when it was asked for."""
    team: Team = ALONE
    """With whom the batches are shared."""

    @property
    def criterion(self) -> Criterion:
        """The loss of a training batch."""
        return Criterion(self.plan.loss, self.network.ending, self.plan.label_smoothing, self.class_weights)

    @property
    def meters(self) -> tuple[Meter, ...]:
        """What is computed beside loss and accuracy."""
        return tuple(Meter(name, self.plan.top_k) for name in self.plan.metrics if name != "accuracy")

    @property
    def rates(self) -> Rates:
        """The learning rate of every step."""
        return Rates(self.plan, -(-len(self.training_rows) // self.plan.batch_size), self.changes)


@dataclass
class Course:
    """Where the training is within an epoch."""

    begun: State
    totals: Totals
    step: int
    watch: Stopwatch
    rates: Rates
    team: Team = ALONE
    is_between_batches: bool = True
    """Whether it can go on from here: within a batch, running means are of it and weights not yet."""

    @property
    def state(self) -> State:
        """From where it could go on."""
        return replace(self.begun, step=self.step, sums=self.sums, elapsed=self.watch.elapsed)

    @property
    def sums(self) -> Sums:
        """What the batches add up to, those of the whole team."""
        return self.team.total(self.totals.read())

    def rate(self, step: int) -> float:
        """The learning rate of a step of this epoch."""
        reduced = None
        if isinstance(self.rates.training.schedule, Plateau):
            reduced = left_of(self.begun.plateau, self.rates.base(self.begun.epoch, step))
        return self.rates.rate(self.begun.epoch, step, reduced)


def train(job: Job, state: State) -> State:
    """Trains from `state` to the end of the plan, the weights in `job.network`.

    Raises Diverged; and Stopped or Interrupted, after a checkpoint of the place where it was.
    """
    rates = _granted(job, job.rates, state.epoch, state.step)
    while state.step or (not state.stopping.stopped and state.epoch < rates.epochs(state.epoch, 0)):
        job.say(Phase(name="training", elapsed=job.watch.elapsed))
        begun = job.watch.elapsed
        sums = state.sums if job.team.leads else None  # what is added up in the end has them once
        totals = Totals(job.source.device, sums, job.meters, job.network.ending)
        course = Course(state, totals, state.step, job.watch, rates, job.team)
        try:
            _train_epoch(job, course)
            state = _close_epoch(job, course, begun)
        except (Diverged, Stopped, Interrupted, PeerLost):
            raise
        except Exception:
            _rescue(job, course)
            raise
        rates = course.rates
    return state


def _train_epoch(job: Job, course: Course) -> None:
    """The batches of an epoch that are not done yet."""
    plan, epoch = job.plan, course.begun.epoch
    order = job.source.located(epoch_order(job.training_rows, plan.seed, epoch))
    criterion = job.criterion
    speed = Speedometer(job.watch, SECONDS_BETWEEN_SAMPLES)
    job.network.train()
    for rows in portions(order, plan.batch_size, start=course.step):
        course.is_between_batches = False
        torch.manual_seed(seed_of(plan.seed, "step", epoch, course.step, *job.team.words()))
        loss = _learn(job, course, criterion, rows)
        if job.team.size > 1:
            _refuse_no_number(job.team.add_gradients(job.network.parameters(), loss), course)
        set_rate(job.optimizer, course.rate(course.step))
        job.optimizer.step()
        job.optimizer.zero_grad()
        job.network.constrain()
        course.step += 1
        course.is_between_batches = True
        speed.passed(len(rows))
        _heed(job, course)
        if speed.is_due:
            job.say(_sample(course, speed.look()))


def _learn(job: Job, course: Course, criterion: Criterion, rows: Tensor) -> Tensor:
    """The gradients of a batch and its loss, counted; in a team those of its share, as a part of the mean of all."""
    own = job.team.share(rows)
    if not len(own):
        return torch.zeros((), device=job.source.device)
    images, labels = job.source.batch(own, job.augment)
    with job.choice.autocast:
        scores = job.network.scores(images)
    scores = scores.float()
    loss = criterion(scores, labels)
    if (penalty := job.network.penalty()) is not None:
        loss = loss + penalty
    if job.team.size == 1:  # a team looks at the sum, so that all of them see it
        _refuse_no_number(loss, course)
    course.totals.add(loss, scores, labels)
    if job.team.size > 1:
        loss = loss * (len(own) / len(rows))
    loss.backward()  # type: ignore[no-untyped-call]
    return loss


def _refuse_no_number(loss: Tensor, course: Course) -> None:
    """Raises Diverged before the weights are touched, where a look costs nothing; a GPU would have to be waited for."""
    if loss.device.type == "cpu" and not isfinite(loss.item()):
        raise Diverged(f"the loss is not a number in epoch {course.begun.epoch + 1}, at step {course.step + 1}")


def _sample(course: Course, images_per_second: float) -> Sample:
    """How it goes; of a team the leader's share, as the others do not know when it is due."""
    means = _means(course) if course.team.size == 1 else course.totals.read().means
    return Sample(
        epoch=course.begun.epoch + 1,
        step=course.step,
        loss=means.loss,
        accuracy=means.accuracy,
        learning_rate=course.rate(course.step - 1),
        metrics=means.metrics,
        images_per_second=images_per_second,
        elapsed=course.watch.elapsed,
    )


def _close_epoch(job: Job, course: Course, begun: float) -> State:
    """Validates, says what came of the epoch, keeps the best weights and makes a checkpoint."""
    means, trained = _means(course), job.watch.elapsed
    validation = _validate(job, course)
    epoch = course.begun.epoch + 1
    images = course.state.sums.images - course.begun.sums.images
    end = EpochEnd(
        epoch=epoch,
        loss=means.loss,
        accuracy=means.accuracy,
        val_loss=validation.loss if validation else None,
        val_accuracy=validation.accuracy if validation else None,
        learning_rate=course.rate(course.step - 1),
        metrics=means.metrics,
        val_metrics=validation.metrics if validation else {},
        seconds=job.watch.elapsed - begun,
        images_per_second=images / max(trained - begun, 1e-9),
        elapsed=job.watch.elapsed,
    )
    job.say(end)
    _refuse_lost_weights(job, f"after epoch {epoch}")
    state = after_epoch(job.plan, course.begun, end, course.rates, course.step)
    if state.best_epoch == epoch:
        job.keep_best(state)
    job.save(state)
    return state


def _validate(job: Job, course: Course) -> Means | None:
    """Loss, accuracy and metrics on the validation rows, or None when there are none."""
    if job.validation is None:
        return None
    job.say(Phase(name="validating", elapsed=job.watch.elapsed))
    answers: list[Tensor] = []
    source, rows = job.validation
    own = evaluate(
        job.network,
        source,
        job.team.share(rows),
        job.criterion,
        # shares may have a batch more or fewer, so a team does nothing together until they are done
        watch=(lambda: _heed(job, course)) if job.team.size == 1 else job.attention.beat,
        each=lambda scores: answers.append(answered(scores, job.network.ending)),
        meters=job.meters,
    )
    sums = job.team.total(own)
    epoch = course.begun.epoch + 1
    if sums.means.loss is None:
        raise Diverged(f"the validation loss is not a number after epoch {epoch}")
    if sums.correct is not None:
        job.keep_answers(epoch, job.team.dealt_back(answers))
    return sums.means


def _heed(job: Job, course: Course) -> None:
    """Does what was asked for since the last batch. Raises Stopped or Interrupted, with everything saved."""
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
    course.rates = _granted(job, course.rates, course.begun.epoch, course.step)


def _granted(job: Job, rates: Rates, epoch: int, step: int) -> Rates:
    """The rates after what someone wishes to change, recorded before it holds: it survives whatever comes."""
    wish = job.attention.wish
    if wish == NOTHING:
        return rates
    change = Changing(epoch=epoch, step=step, learning_rate=wish.learning_rate, epochs=wish.epochs)
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
    _means(course)  # what has diverged must not push a healthy checkpoint out
    _refuse_lost_weights(job, f"in epoch {course.begun.epoch + 1}, by step {course.step}")
    job.save(course.state)


def _rescue(job: Job, course: Course) -> None:
    """Saves what there is before an error ends the training, if training could go on from it."""
    if course.is_between_batches and course.step:
        with suppress(Exception):  # what is said is the error that came first
            _save_here(job, course)


def _refuse_lost_weights(job: Job, when: str) -> None:
    """Raises Diverged when a weight is not a number."""
    if not all(bool(weight.array.isfinite().all()) for weight in job.network.weights()):
        raise Diverged(f"a weight is not a number {when}")


def _means(course: Course) -> Means:
    """The means of the epoch so far. Raises Diverged."""
    means = course.sums.means
    if means.loss is None:
        raise Diverged(f"the loss is not a number in epoch {course.begun.epoch + 1}, by step {course.step}")
    return means
