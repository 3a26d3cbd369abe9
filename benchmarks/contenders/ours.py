"""This program: its real training loop with its events, and its predictions."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import msgspec
import torch

from benchmarks.contenders import Measure, NotMeasured
from benchmarks.contenders.devices import refuse_without
from benchmarks.contenders.digits import all_digits, training_digits
from cnn_tui.engine.attention import Attention
from cnn_tui.engine.batches import examples
from cnn_tui.engine.build import Network
from cnn_tui.engine.checkpoints import State
from cnn_tui.engine.course import Job
from cnn_tui.engine.devices import choose, prepare
from cnn_tui.engine.loop import train
from cnn_tui.engine.model_weights import About, Trained
from cnn_tui.engine.optimizers import make_optimizer
from cnn_tui.engine.predict import predict_images
from cnn_tui.engine.stopwatch import Stopwatch
from cnn_tui.engine.weights import initialize
from cnn_tui.runs.events import EventWriter
from cnn_tui.runs.run import Run, create_run
from cnn_tui.spec.data import Scaling
from cnn_tui.spec.presets import tutorial
from cnn_tui.spec.training import Training

SCALING = Scaling(divide=(255.0,))


@contextmanager
def training(batch: str, precision: str, device: str = "cpu") -> Iterator[Measure]:
    """One epoch; images a second. In bf16 only where `auto` would choose it."""
    refuse_without(device)
    asked = {"epochs": 1, "batch_size": int(batch), "device": device, "precision": precision}
    plan = msgspec.convert(asked, Training)
    if precision == "bf16" and (usual := choose(plan.device, "auto")).precision != "bf16":
        raise NotMeasured(usual.precision_reason)
    with tempfile.TemporaryDirectory() as folder:
        run = create_run(Path(folder), tutorial())
        with EventWriter(run.events_file) as events:
            job = _job(run, events, plan)

            def train_epoch() -> float:
                begun = perf_counter()
                train(job, State())
                return len(job.training_rows) / (perf_counter() - begun)

            yield train_epoch


@contextmanager
def prediction() -> Iterator[Measure]:
    """The probabilities of all digits from their raw pixels; images a second."""
    network = Network(tutorial().model)
    initialize(network, seed=0)
    classes = tuple(map(str, range(10)))
    about = About(classes=classes, data_shape=network.model.input_shape, scaling=SCALING, epoch=1)
    trained = Trained(network.eval(), about)
    images = all_digits()

    def predict() -> float:
        begun = perf_counter()
        predict_images(trained, images).argmax(axis=1)
        return len(images) / (perf_counter() - begun)

    yield predict


def _job(run: Run, events: EventWriter, plan: Training) -> Job:
    """A training as a run has it, with nothing held out and nothing saved."""
    choice = choose(plan.device, plan.precision)
    prepare(choice)
    network = Network(tutorial().model)
    initialize(network, plan.seed)
    network.to(choice.torch_device)
    images, labels = training_digits(plan.device)
    return Job(
        plan=plan,
        network=network,
        optimizer=make_optimizer(network.parameters(), plan.optimizer),
        source=examples(images, labels, SCALING, choice.torch_device),
        training_rows=torch.arange(len(labels)),
        validation=None,
        choice=choice,
        attention=Attention(run),
        watch=Stopwatch(),
        say=events.write,
        save=lambda state: None,
        keep_best=lambda state: None,
    )
