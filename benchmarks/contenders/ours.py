"""This program: its real training loop with its events, and its predictions."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import torch

from benchmarks.contenders import Measure, NotMeasured
from benchmarks.contenders.digits import GPU_TRAINING_IMAGES, TRAINING_IMAGES, all_digits, training_digits
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
from cnn_tui.spec.training import Device, Precision, Training

SCALING = Scaling(divide=(255.0,))


@contextmanager
def training(batch: int) -> Iterator[Measure]:
    """One epoch in fp32; images a second."""
    with _training(batch, "fp32") as measure:
        yield measure


@contextmanager
def training_bf16(batch: int) -> Iterator[Measure]:
    """One epoch in the precision that `auto` chooses, where that is bf16."""
    if (choice := choose("cpu", "auto")).precision != "bf16":
        raise NotMeasured(choice.precision_reason)
    with _training(batch, "bf16") as measure:
        yield measure


@contextmanager
def gpu_training(batch: int) -> Iterator[Measure]:
    """A larger epoch on the GPU in fp32."""
    with _gpu_training(batch, "fp32") as measure:
        yield measure


@contextmanager
def gpu_training_tf32(batch: int) -> Iterator[Measure]:
    """The same in tf32."""
    with _gpu_training(batch, "tf32") as measure:
        yield measure


@contextmanager
def gpu_training_bf16(batch: int) -> Iterator[Measure]:
    """The same in bf16."""
    with _gpu_training(batch, "bf16") as measure:
        yield measure


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


@contextmanager
def _gpu_training(batch: int, precision: Precision) -> Iterator[Measure]:
    if not torch.cuda.is_available():
        raise NotMeasured("there is no GPU that torch can use")
    with _training(batch, precision, "cuda", GPU_TRAINING_IMAGES) as measure:
        yield measure


@contextmanager
def _training(
    batch: int, precision: Precision, device: Device = "cpu", count: int = TRAINING_IMAGES
) -> Iterator[Measure]:
    plan = Training(epochs=1, batch_size=batch, device=device, precision=precision)
    with tempfile.TemporaryDirectory() as folder:
        run = create_run(Path(folder), tutorial())
        with EventWriter(run.events_file) as events:
            job = _job(run, events, plan, count)

            def train_epoch() -> float:
                begun = perf_counter()
                train(job, State())
                return len(job.training_rows) / (perf_counter() - begun)

            yield train_epoch


def _job(run: Run, events: EventWriter, plan: Training, count: int) -> Job:
    """A training as a run has it, with nothing held out and nothing saved."""
    choice = choose(plan.device, plan.precision)
    prepare(choice)
    network = Network(tutorial().model)
    initialize(network, plan.seed)
    network.to(choice.torch_device)
    images, labels = training_digits(count)
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
