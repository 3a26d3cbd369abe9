"""The same training on a GPU: its numbers, its bits, what it waits for, and what it says when it is full."""

import os
import signal
import time
from dataclasses import replace as with_job
from pathlib import Path

import numpy as np
import pytest
import torch
from msgspec.structs import replace

from cnn_tui.engine import batches as batches_module
from cnn_tui.engine.batch_finder import find_batch
from cnn_tui.engine.batches import examples, portions
from cnn_tui.engine.build import Network
from cnn_tui.engine.checkpoints import State
from cnn_tui.engine.course import Course, Job
from cnn_tui.engine.devices import choose, prepare
from cnn_tui.engine.learning import learner_on
from cnn_tui.engine.loop import _learn, train
from cnn_tui.engine.losses import LOSSES
from cnn_tui.engine.model_weights import About, Trained
from cnn_tui.engine.optimizers import make_optimizer, set_rate
from cnn_tui.engine.predict import predict_images
from cnn_tui.engine.team import Team
from cnn_tui.engine.totals import Sums, Totals
from cnn_tui.engine.weights import arrays, initialize
from cnn_tui.errors import UserError
from cnn_tui.runs.launch import launch
from cnn_tui.runs.run import Run, create_run
from cnn_tui.spec.augmentation import Augmentation
from cnn_tui.spec.data import Scaling
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.layers import BatchNormalization, Conv2D, Dense, Dropout, Flatten, Layer, MaxPooling2D, Reshape
from cnn_tui.spec.losses import Loss
from cnn_tui.spec.metrics import Metric
from cnn_tui.spec.model import Model
from cnn_tui.spec.optimizers import SGD, Adam, Optimizer, RMSprop
from cnn_tui.spec.presets import tutorial
from cnn_tui.spec.training import Training
from tests.conftest import with_training
from tests.engine.test_loop import job
from tests.runs.crash import outcome

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU that torch can use")

PATIENCE_SECONDS = 120.0
ALL_OF_IT: tuple[Layer, ...] = (
    Reshape(target_shape=(28, 28, 1)),
    Conv2D(filters=8, kernel_size=(3, 3), use_bias=False),
    BatchNormalization(momentum=0.9),
    Dropout(rate=0.3),
    MaxPooling2D(),
    Flatten(),
    Dense(units=10, activation="softmax"),
)


@pytest.fixture(autouse=True)
def as_before():
    yield
    torch.use_deterministic_algorithms(False)


def on(run: Run, device: str, **settings: object) -> Job:
    """A job as in the tests of the loop, on this device."""
    one = job(run, **settings)
    plan = replace(one.plan, device=device)
    choice = choose(plan.device, plan.precision)
    prepare(choice)
    place = choice.torch_device
    one.network.to(place)
    return with_job(
        one,
        plan=plan,
        choice=choice,
        optimizer=make_optimizer(one.network.parameters(), plan.optimizer),
        source=with_job(
            one.source,
            images=one.source.images.to(place),
            labels=one.source.labels.to(place),
            subtract=one.source.subtract.to(place),
            divide=one.source.divide.to(place),
            device=place,
        ),
    )


def weights(one: Job) -> dict[str, torch.Tensor]:
    return {name: array.detach().cpu().clone() for name, array in arrays(one.network).items()}


@pytest.fixture
def run(tmp_path: Path, experiment: Experiment) -> Run:
    return create_run(tmp_path, experiment)


@pytest.mark.parametrize("optimizer", [SGD(momentum=0.9), Adam(), RMSprop()], ids=["SGD", "Adam", "RMSprop"])
def test_a_gpu_comes_to_the_numbers_of_a_processor(optimizer: Optimizer, run: Run):
    ended = {}
    for device in ("cpu", "cuda"):
        one = on(run, device, epochs=3, precision="fp32", optimizer=optimizer)
        train(one, State())
        ended[device] = weights(one)
    for name, ours in ended["cuda"].items():
        torch.testing.assert_close(ours, ended["cpu"][name], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("loss", LOSSES)
def test_no_batch_waits_for_the_gpu(loss: Loss, run: Run):
    metrics: tuple[Metric, ...] = ("accuracy", "top_k_categorical_accuracy", "auc", "mean_squared_error")
    one = on(run, "cuda", epochs=1, loss=loss, metrics=metrics)
    train(one, State())  # the first steps allocate
    totals = Totals(one.source.device, None, one.meters, one.network.ending)
    course = Course(State(), totals, 0, one.watch, one.rates)
    order = one.source.located(one.training_rows)
    learner = learner_on(one.choice, one.network, one.criterion, alone=False)
    torch.cuda.synchronize()
    torch.cuda.set_sync_debug_mode("error")
    try:
        for rows in portions(order, one.plan.batch_size):
            torch.manual_seed(course.step)
            _learn(one, course, learner, rows)
            set_rate(one.optimizer, course.rate(course.step))
            one.optimizer.step()
            one.optimizer.zero_grad()
            one.network.constrain()
            course.step += 1
    finally:
        torch.cuda.set_sync_debug_mode("default")


def test_images_that_do_not_fit_come_batch_by_batch_and_no_bit_changes(monkeypatch: pytest.MonkeyPatch, run: Run):
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (200, 28, 28, 1), dtype=np.uint8)
    labels = random.integers(0, 10, 200)
    place = torch.device("cuda")
    kept = examples(images, labels, Scaling(divide=(255.0,)), place)
    monkeypatch.setattr(batches_module, "SHARE_OF_FREE_MEMORY", 0.0)
    brought = examples(images, labels, Scaling(divide=(255.0,)), place)
    assert (kept.images.device.type, brought.images.device.type) == ("cuda", "cpu")
    rows = torch.arange(3, 60)
    for one, other in zip(kept.batch(kept.located(rows)), brought.batch(brought.located(rows)), strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_a_run_that_was_killed_on_a_gpu_ends_alike_to_the_bit(precision: str, tmp_path: Path, experiment: Experiment):
    asked = replace(
        with_training(experiment, device="cuda", epochs=60, batch_size=16, precision=precision),
        model=Model((784,), ALL_OF_IT, "all of it"),
    )
    whole, killed = (create_run(tmp_path / name, asked) for name in ("whole", "killed"))
    launch(whole).wait(PATIENCE_SECONDS)
    assert whole.history().state == "done", whole.history().text
    for epochs in (5, 20, 41):
        process = launch(killed)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(killed.history().epochs) < epochs and process.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    launch(killed).wait(PATIENCE_SECONDS)
    ours, theirs = outcome(killed), outcome(whole)
    assert [name for name in theirs if ours[name] != theirs[name]] == []


def test_augmented_on_a_gpu_it_learns_in_bf16(tmp_path: Path, experiment: Experiment):
    pytest.importorskip("kornia")
    data = replace(experiment.data, augmentation=Augmentation(shift=0.1, rotation=5.0))
    asked = replace(with_training(experiment, device="cuda", epochs=15, precision="auto"), data=data)
    run = create_run(tmp_path, asked)
    launch(run).wait(PATIENCE_SECONDS)
    history = run.history()
    assert history.state == "done", history.text
    assert run.machine()["device"].startswith("cuda")
    assert run.machine()["precision"] == "bf16"
    assert history.epochs[-1].accuracy > 0.6


def test_a_gpu_answers_as_a_processor_does(experiment: Experiment):
    asked = tutorial()
    images = np.random.default_rng(0).integers(0, 256, (300, 784), dtype=np.uint8)
    answers = []
    for device in ("cpu", "cuda"):
        prepare(choose(device, "fp32"))
        network = Network(asked.model)
        initialize(network, 3)
        about = About(classes=tuple(map(str, range(10))), data_shape=(784,), scaling=Scaling(divide=(255.0,)), epoch=1)
        answers.append(predict_images(Trained(network.to(device).eval(), about), images))
    np.testing.assert_allclose(answers[1], answers[0], rtol=1e-4, atol=1e-5)


def test_the_largest_batch_is_found_by_trying(experiment: Experiment):
    found = find_batch(with_training(experiment, device="cuda"), lambda share: None)
    assert found.tried
    assert 1 <= found.batch_size <= found.images


def test_a_gpu_that_is_full_ends_with_a_sentence(tmp_path: Path, experiment: Experiment):
    held = torch.empty(int(torch.cuda.mem_get_info()[0] * 0.97) - 2**30, dtype=torch.uint8, device="cuda")
    layers = (
        Reshape(target_shape=(28, 28, 1)),
        *(Conv2D(filters=4096, kernel_size=(3, 3), padding="same") for _ in range(2)),
        Flatten(),
        Dense(units=10, activation="softmax"),
    )
    asked = replace(with_training(experiment, device="cuda", batch_size=320), model=Model((784,), layers, "wide"))
    run = create_run(tmp_path, asked)
    launch(run).wait(PATIENCE_SECONDS)
    del held
    torch.cuda.empty_cache()
    history = run.history()
    assert history.state == "failed"
    assert history.text.startswith("The memory is full"), history.text


def test_what_a_team_adds_up_over_nccl(tmp_path: Path):
    torch.distributed.init_process_group("nccl", init_method=f"file://{tmp_path / 'meeting'}", rank=0, world_size=1)
    try:
        team = Team(rank=0, size=1, device="cuda:0")
        values = torch.tensor([1.5, 2.5], device="cuda")
        team.add(values)
        assert values.tolist() == [1.5, 2.5]
        weight = torch.nn.Parameter(torch.ones(3, 2, device="cuda"))
        (weight * 2).sum().backward()
        assert float(team.add_gradients([weight], torch.tensor(0.25, device="cuda"))) == 0.25
        assert weight.grad is not None
        assert weight.grad.tolist() == [[2.0, 2.0]] * 3
        assert team.total(Sums(loss=1.0, correct=2, images=3)) == Sums(loss=1.0, correct=2, images=3)
    finally:
        torch.distributed.destroy_process_group()


def test_more_processes_than_gpus_are_refused(monkeypatch: pytest.MonkeyPatch):
    gpus = torch.cuda.device_count()
    monkeypatch.setenv("LOCAL_WORLD_SIZE", str(gpus + 1))
    with pytest.raises(UserError, match=f"{gpus + 1} processes cannot train on"):
        choose("auto", "fp32")


def test_the_default_plan_takes_the_gpu():
    choice = choose(Training().device, Training().precision)
    assert choice.device == "cuda:0"
    assert torch.cuda.get_device_name(0) in choice.device_reason
