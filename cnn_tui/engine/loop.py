"""Training: what happens, in the order it happens."""

from math import isfinite

import torch
from torch import Tensor

from cnn_tui.engine.attention import Interrupted, Stopped
from cnn_tui.engine.batches import epoch_order, portions
from cnn_tui.engine.between_batches import granted_rates, heed, refuse_lost_weights, rescue
from cnn_tui.engine.checkpoints import State
from cnn_tui.engine.course import Course, Diverged, Job
from cnn_tui.engine.evaluate import evaluate
from cnn_tui.engine.judging import after_epoch
from cnn_tui.engine.learning import Learner, learner_on
from cnn_tui.engine.metrics import answered
from cnn_tui.engine.optimizers import set_rate
from cnn_tui.engine.ranks import PeerLost
from cnn_tui.engine.seeds import seed_draws, seed_of
from cnn_tui.engine.stopwatch import Speedometer
from cnn_tui.engine.totals import Means, Totals
from cnn_tui.runs.events import EpochEnd, Phase, Sample

SECONDS_BETWEEN_SAMPLES = 0.25


def train(job: Job, state: State) -> State:
    """Trains from `state` to the end of the plan, the weights in `job.network`.

    Raises Diverged; and Stopped or Interrupted, after a checkpoint of the place where it was.
    """
    rates = granted_rates(job, job.rates, state.epoch, state.step)
    learner = learner_on(
        job.choice, job.network, job.criterion, alone=job.team.size == 1, compiled=job.plan.jit_compile
    )
    while state.step or (not state.stopping.stopped and state.epoch < rates.epochs(state.epoch, 0)):
        job.say(Phase(name="training", elapsed=job.watch.elapsed))
        begun = job.watch.elapsed
        sums = state.sums if job.team.leads else None  # what is added up in the end has them once
        totals = Totals(job.source.device, sums, job.meters, job.network.ending)
        course = Course(state, totals, state.step, job.watch, rates, job.team)
        try:
            _train_epoch(job, course, learner)
            state = _close_epoch(job, course, begun)
        except (Diverged, Stopped, Interrupted, PeerLost):
            raise
        except Exception:
            rescue(job, course)
            raise
        rates = course.rates
    return state


def _train_epoch(job: Job, course: Course, learner: Learner) -> None:
    """The batches of an epoch that are not done yet."""
    plan, epoch = job.plan, course.begun.epoch
    order = job.source.located(epoch_order(job.training_rows, plan.seed, epoch))
    speed = Speedometer(job.watch, SECONDS_BETWEEN_SAMPLES)
    job.network.train()
    for rows in portions(order, plan.batch_size, start=course.step):
        course.is_between_batches = False
        seed_draws(seed_of(plan.seed, "step", epoch, course.step, *job.team.words()), job.source.device)
        loss = _learn(job, course, learner, rows)
        if job.team.size > 1:
            _refuse_no_number(job.team.add_gradients(job.network.parameters(), loss), course)
        set_rate(job.optimizer, course.rate(course.step))
        job.optimizer.step()
        job.optimizer.zero_grad()
        job.network.constrain()
        course.step += 1
        course.is_between_batches = True
        speed.passed(len(rows))
        heed(job, course)
        if speed.is_due:
            job.say(_sample(course, speed.look()))


def _learn(job: Job, course: Course, learner: Learner, rows: Tensor) -> Tensor:
    """The gradients of a batch and its loss, counted; in a team those of its share, as a part of the mean of all."""
    own = job.team.share(rows)
    if not len(own):
        return torch.zeros((), device=job.source.device)
    share = len(own) / len(rows)
    images, labels = job.source.batch(own, job.augment)
    loss, scores = learner(images, labels, share)
    if job.team.size == 1:  # a team looks at the sum, so that all of them see it
        _refuse_no_number(loss, course)
    course.totals.add(loss, scores, labels)
    return loss * share if job.team.size > 1 else loss


def _refuse_no_number(loss: Tensor, course: Course) -> None:
    """Raises Diverged before the weights are touched, where a look costs nothing; a GPU would have to be waited for."""
    if loss.device.type == "cpu" and not isfinite(loss.item()):
        raise Diverged(f"the loss is not a number in epoch {course.begun.epoch + 1}, at step {course.step + 1}")


def _sample(course: Course, images_per_second: float) -> Sample:
    """How it goes; of a team the leader's share, as the others do not know when it is due."""
    means = course.means() if course.team.size == 1 else course.totals.read().means
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
    means, trained = course.means(), job.watch.elapsed
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
    refuse_lost_weights(job, f"after epoch {epoch}")
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
        watch=(lambda: heed(job, course)) if job.team.size == 1 else job.attention.beat,
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
