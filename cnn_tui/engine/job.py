"""A run from its request to its evaluation: reads the data, builds the network, trains it, tests it."""

from collections.abc import Callable

import torch
from msgspec.structs import replace
from torch import Tensor

from cnn_tui.data.class_weights import class_weights
from cnn_tui.data.dataset import Opened, open_data
from cnn_tui.data.parts import Parts, split
from cnn_tui.data.scaling import fit_scaling
from cnn_tui.engine.attention import Attention, Interrupted, Stopped
from cnn_tui.engine.augment import augmenter_of
from cnn_tui.engine.batches import Examples, examples
from cnn_tui.engine.build import Network
from cnn_tui.engine.checkpoints import State, clear_stale, load_newest, load_weights
from cnn_tui.engine.circumstances import chosen, write_machine
from cnn_tui.engine.course import Diverged, Job
from cnn_tui.engine.devices import Choice, prepare
from cnn_tui.engine.fingerprint import fingerprint, keep_fingerprint, refuse_other_data
from cnn_tui.engine.logs import logged
from cnn_tui.engine.loop import train
from cnn_tui.engine.model_weights import About, Trained, epoch_of, read_model_weights, reading_of, write_model_weights
from cnn_tui.engine.optimizers import make_optimizer
from cnn_tui.engine.saving import Saver
from cnn_tui.engine.scoring import test_best
from cnn_tui.engine.stopwatch import Stopwatch
from cnn_tui.engine.team import Team, join
from cnn_tui.engine.team_job import in_team
from cnn_tui.engine.weights import initialize
from cnn_tui.machine import memory_bytes
from cnn_tui.results.confusion import count
from cnn_tui.results.epoch_matrices import append_matrix
from cnn_tui.runs.checkpoint_files import found_checkpoints
from cnn_tui.runs.events import Changed, Event, Finished, Note, Phase, Started, now, read_events
from cnn_tui.runs.run import Run
from cnn_tui.spec.checks import around, check
from cnn_tui.spec.data import Scaling
from cnn_tui.spec.experiment import Experiment, data_meant
from cnn_tui.spec.rates import Change as Changing
from cnn_tui.spec.rates import Rates
from cnn_tui.spec.training import Training
from cnn_tui.spec.watching import watched_name

Say = Callable[[Event], None]


def perform(run: Run, attention: Attention, say: Say) -> Finished:
    """Does what the run asks for, from its newest checkpoint on if it has one.

    Raises UserError; and Stopped or Interrupted when it is asked to end before it trains.
    """
    experiment = run.experiment()
    choice = chosen(run, experiment.training, say)
    prepare(choice)
    team = join(choice.torch_device, attention.heed_signals)
    opened = _open(run, experiment, choice, attention, team)
    train, memory = opened.train, memory_bytes() if choice.torch_device.type == "cpu" else 0
    known = around(experiment, train.images.shape[1:], train.classes, train.targets, memory)
    for problem in check(experiment.model, known):
        raise problem.error
    parts = split(opened, experiment.data, experiment.training.seed)
    if parts.left_out:
        say(Note(text=parts.left_out))
    if team.leads:
        say = logged(run, experiment.training, say)
        for earlier in (run.evaluation_file, run.predictions_file):  # they may belong to other weights from now on
            earlier.unlink(missing_ok=True)
    job, state = _make_job(run, experiment, parts, choice, attention, say, team)
    ending = _train(run, in_team(job, team), state)
    if ending.how not in ("done", "stopped") or not team.leads:
        return ending
    try:
        _test(run, job, parts)
    except Stopped:
        return Finished(how="stopped", text="It was asked to stop during its test.", elapsed=job.watch.elapsed)
    except Interrupted:
        return Finished(how="interrupted", text="It was asked to end during its test.", elapsed=job.watch.elapsed)
    return ending


def _open(run: Run, experiment: Experiment, choice: Choice, attention: Attention, team: Team) -> Opened:
    """The data. The leader of a team reads it first, so that only one fills the cache."""
    if not team.leads:
        team.meet(attention.look)
        return open_data(data_meant(experiment), tell=lambda share: attention.look())
    clear_stale(run.checkpoints_folder)
    write_machine(run, choice)
    attention.look()
    opened = open_data(data_meant(experiment), tell=lambda share: attention.look())
    _refuse_other_data(run, opened, attention)
    team.meet(attention.look)
    return opened


def _refuse_other_data(run: Run, opened: Opened, attention: Attention) -> None:
    """Raises UserError when there is a checkpoint of a training on other data than this."""
    prints = fingerprint(opened, attention.look)
    if found_checkpoints(run.checkpoints_folder):
        refuse_other_data(run.fingerprint_file, prints)
    keep_fingerprint(run.fingerprint_file, prints)


def _make_job(
    run: Run, experiment: Experiment, parts: Parts, choice: Choice, attention: Attention, say: Say, team: Team
) -> tuple[Job, State]:
    """The job, with weights and optimizer as they were at the newest checkpoint, and where that was."""
    data, plan = experiment.data, experiment.training
    dataset, training_rows = parts.training.dataset, parts.training.rows
    scaling = fit_scaling(dataset.images, training_rows, data.scale)
    weights = None if dataset.targets else class_weights(data.class_weights, parts.training)
    augment = augmenter_of(experiment, dataset.images, training_rows, choice.torch_device)
    network = Network(experiment.model)
    initialize(network, plan.seed)
    network.to(choice.torch_device)
    optimizer = make_optimizer(network.parameters(), plan.optimizer)
    state = load_newest(run.checkpoints_folder, network, optimizer, lambda text: say(Note(text=text))) or State()
    watch, changes = Stopwatch(state.elapsed), recorded_changes(run)
    steps = -(-len(training_rows) // plan.batch_size)

    saver = Saver(run.checkpoints_folder, network, optimizer, say, state)
    about = About(
        classes=dataset.classes,
        data_shape=dataset.images.shape[1:],
        scaling=scaling,
        epoch=0,
        reading=reading_of(data.reading, dataset.images.shape[1:], experiment.model),
        numbers=bool(dataset.targets),
    )
    if team.leads:
        _bring_back_best(run, state, about, experiment)

    def keep_best(at: State) -> None:
        write_model_weights(Trained(network, replace(about, epoch=at.best_epoch)), run.weights_file)

    def keep_answers(epoch: int, answers: Tensor) -> None:
        assert parts.validation
        append_matrix(run.matrices_file, epoch, count(parts.validation.labels, answers.cpu().numpy(), dataset.classes))

    say(
        Started(
            time=now(),
            epochs=Rates(plan, steps, changes).epochs(state.epoch, state.step),
            steps=steps,
            images=len(training_rows),
            device=choice.device,
            precision=choice.precision,
            epoch=state.epoch,
            step=state.step,
            best_epoch=state.best_epoch,
            elapsed=state.elapsed,
        )
    )
    source = examples(dataset.images, dataset.labels, scaling, choice.torch_device)
    job = Job(
        plan=plan,
        network=network,
        optimizer=optimizer,
        source=source,
        training_rows=torch.from_numpy(training_rows),
        validation=_validation(parts, source, scaling),
        choice=choice,
        attention=attention,
        watch=watch,
        say=say,
        save=saver.save,
        is_save_due=saver.is_due,
        settle=saver.settle,
        keep_best=keep_best,
        class_weights=None if weights is None else torch.from_numpy(weights).to(choice.torch_device),
        augment=augment,
        keep_answers=keep_answers,
        changes=changes,
    )
    return job, state


def _bring_back_best(run: Run, state: State, about: About, experiment: Experiment) -> None:
    """Makes the run's weights those of its best epoch again, if they are lost or of an epoch that will come again."""
    if not state.best_epoch or epoch_of(run.weights_file) == state.best_epoch:
        return
    network = Network(experiment.model)
    if load_weights(run.checkpoints_folder, state.best_epoch, network):
        write_model_weights(Trained(network, replace(about, epoch=state.best_epoch)), run.weights_file)


def recorded_changes(run: Run) -> tuple[Changing, ...]:
    """What was changed while earlier trainers of this run were at work, in order."""
    said = [event for event in read_events(run.events_file)[0] if isinstance(event, Changed)]
    return tuple(
        Changing(epoch=one.epoch, step=one.step, learning_rate=one.learning_rate, epochs=one.epochs) for one in said
    )


def _validation(parts: Parts, source: Examples, scaling: Scaling) -> tuple[Examples, Tensor] | None:
    """What watches the training; rows of the training images are not brought to the device a second time."""
    if parts.validation is None:
        return None
    dataset, rows = parts.validation.dataset, torch.from_numpy(parts.validation.rows)
    if dataset is parts.training.dataset:
        return source, rows
    return examples(dataset.images, dataset.labels, scaling, source.device), rows


def _train(run: Run, job: Job, state: State) -> Finished:
    """Trains, and says how that ended."""
    try:
        state = _trained(job, state)
    except Stopped:
        if not run.weights_file.exists():  # no epoch is over, so what there is is the best there is
            job.keep_best(replace(state, best_epoch=state.epoch + 1))
        return Finished(
            how="stopped", text="It was asked to stop, and kept its best weights.", elapsed=job.watch.elapsed
        )
    except Interrupted:
        text = "The system asked it to end; it is saved and can be resumed."
        return Finished(how="interrupted", text=text, elapsed=job.watch.elapsed)
    except Diverged as error:
        text = f"{str(error).capitalize()}. Try a learning rate below {job.plan.optimizer.learning_rate:g}."
        return Finished(how="diverged", text=text, elapsed=job.watch.elapsed)
    return Finished(how="done", text=_ending(job.plan, state), elapsed=job.watch.elapsed)


def _trained(job: Job, state: State) -> State:
    """Trains to the end; a checkpoint that could not be made by then is made now, or that is said."""
    try:
        state = train(job, state)
    except (Stopped, Interrupted):
        job.settle()
        raise
    job.settle()
    return state


def _ending(plan: Training, state: State) -> str:
    """What is said of a training that ended by itself."""
    best = f"the best weights are those of epoch {state.best_epoch:,}."
    if state.stopping.stopped and plan.early_stopping:
        watched = watched_name(plan.early_stopping)
        waited = f"{state.stopping.wait:,} epoch{'' if state.stopping.wait == 1 else 's'}"
        return f"Stopped early after epoch {state.epoch:,}, as {watched} got no better for {waited}; {best}"
    epochs = "The epoch is" if state.epoch == 1 else f"All {state.epoch:,} epochs are"
    return f"{epochs} trained; {best}"


def _test(run: Run, job: Job, parts: Parts) -> None:
    """Tests the best weights. Raises Stopped or Interrupted."""
    if not (tested := parts.tested):
        job.say(Note(text="There is no evaluation: no image was held out and there are no test images."))
        return
    job.say(Phase(name="testing", elapsed=job.watch.elapsed))
    trained = read_model_weights(run.weights_file, job.source.device)
    test_best(run, trained, tested, job.plan, job.attention.heed)
