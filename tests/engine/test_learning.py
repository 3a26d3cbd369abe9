"""Learning from batches: what is replayed on a GPU is, to the bit, what is done step by step."""

import re
import shutil
from pathlib import Path

import pytest
import torch

from cnn_tui.engine.build import Network
from cnn_tui.engine.devices import choose, prepare
from cnn_tui.engine.learning import WARM_UP, Learner, Plain, Replaying, learner_on
from cnn_tui.engine.losses import Criterion
from cnn_tui.engine.optimizers import make_optimizer
from cnn_tui.engine.weights import arrays, initialize
from cnn_tui.errors import UserError
from cnn_tui.runs.launch import launch
from cnn_tui.runs.run import create_run
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.layers import BatchNormalization, Conv2D, Dense, Dropout, Flatten, GaussianNoise, Layer, MaxPooling2D
from cnn_tui.spec.layers.regularizers import L2
from cnn_tui.spec.model import Model
from cnn_tui.spec.optimizers import Adam
from cnn_tui.spec.training import Precision
from tests.conftest import with_training

LAYERS: tuple[Layer, ...] = (
    Conv2D(filters=8, kernel_size=(3, 3), kernel_regularizer=L2(l2=0.01), activity_regularizer=L2(l2=0.001)),
    BatchNormalization(momentum=0.9),
    GaussianNoise(stddev=0.1),
    MaxPooling2D(),
    Dropout(rate=0.3),
    Flatten(),
    Dense(units=4, activation="softmax"),
)
SIZES = (16,) * 8 + (5,) + (16,) * 4
needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU that torch can use")


def test_a_processor_learns_step_by_step():
    network = Network(Model((8, 8, 1), LAYERS))
    assert isinstance(learner_on(choose("cpu", "fp32"), network, Criterion("categorical_crossentropy")), Plain)


def test_a_share_of_a_batch_is_a_share_of_its_gradients():
    network = Network(Model((8, 8, 1), (Flatten(), Dense(units=4, activation="softmax"))))
    initialize(network, 0)
    learn = learner_on(choose("cpu", "fp32"), network, Criterion("categorical_crossentropy"))
    images, labels = torch.rand(6, 8, 8, 1), torch.arange(6) % 4
    (kernel, *_) = network.parameters()
    loss, scores = learn(images, labels, 1.0)
    whole, kernel.grad = kernel.grad, None
    again, _ = learn(images, labels, 0.25)
    assert whole is not None
    assert kernel.grad is not None
    torch.testing.assert_close(kernel.grad, whole / 4)
    assert float(loss) == float(again)
    assert scores.shape == (6, 4)


@pytest.mark.skipif(not shutil.which("g++"), reason="there is no C++ compiler for torch")
def test_a_compiled_network_learns_the_same():
    layers = (Conv2D(filters=4, kernel_size=(3, 3), activation="relu"), Flatten(), Dense(units=4, activation="softmax"))
    gradients = []
    for compiled in (False, True):
        network = Network(Model((8, 8, 1), layers))
        initialize(network, 0)
        criterion = Criterion("categorical_crossentropy")
        learn = learner_on(choose("cpu", "fp32"), network, criterion, compiled=compiled)
        learn(torch.linspace(0, 1, 6 * 64).reshape(6, 8, 8, 1), torch.arange(6) % 4, 1.0)
        gradients.append([weight.grad for weight in network.parameters()])
    for one, other in zip(*gradients, strict=True):
        torch.testing.assert_close(one, other)


def test_without_a_compiler_it_says_so(tmp_path: Path, experiment: Experiment, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CXX", "no-such-compiler")
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", str(tmp_path / "cache"))
    run = create_run(tmp_path, with_training(experiment, epochs=1, device="cpu", jit_compile=True))
    assert launch(run).wait(120) == 1
    assert re.fullmatch(
        r"The program failed \(\w+\) with a network that torch compiles; trainer.log in the run has more. "
        r"Train without jit_compile\.",
        run.history().text,
    )


def trained(learner: Learner, network: Network) -> tuple[list[float], dict[str, torch.Tensor]]:
    """The losses of some batches, and the weights after them."""
    optimizer = make_optimizer(network.parameters(), Adam(learning_rate=0.01))
    random = torch.Generator().manual_seed(2)
    losses = []
    network.train()
    for step, size in enumerate(SIZES):
        images = torch.rand(size, 8, 8, 1, generator=random).cuda()
        labels = torch.randint(0, 4, (size,), generator=random).cuda()
        torch.manual_seed(step)
        losses.append(float(learner(images, labels, 1.0)[0]))
        optimizer.step()
        optimizer.zero_grad()
    return losses, {name: array.detach().clone() for name, array in arrays(network).items()}


@needs_gpu
@pytest.mark.parametrize("precision", ["fp32", "tf32", "bf16"])
def test_replayed_batches_are_those_done_step_by_step_to_the_bit(precision: Precision):
    choice = choose("cuda", precision)
    prepare(choice)
    ended = []
    for is_replayed in (False, True):
        network = Network(Model((8, 8, 1), LAYERS))
        initialize(network, 0)
        plain = Plain(network.cuda(), Criterion("categorical_crossentropy"), choice)
        learner = Replaying(plain, network) if is_replayed else plain
        ended.append(trained(learner, network))
        if isinstance(learner, Replaying):
            assert learner._recording is not None
    torch.use_deterministic_algorithms(False)
    assert ended[0][0] == ended[1][0]
    for name, array in ended[0][1].items():
        assert torch.equal(array, ended[1][1][name]), name


@needs_gpu
def test_only_learning_is_in_tf32():
    products = []
    for precision in ("fp32", "tf32"):
        prepare(choose("cuda", precision))
        network = Network(Model((8, 8, 1), (Conv2D(filters=8, kernel_size=(3, 3)), Flatten(), Dense(units=4))))
        initialize(network, 0)
        learn = Plain(network.cuda(), Criterion("mean_squared_error", "linear"), choose("cuda", precision))
        images = torch.rand(64, 8, 8, 1, generator=torch.Generator().manual_seed(0)).cuda()
        _, scores = learn(images, torch.zeros(64, 4).cuda(), 1.0)
        products.append((scores, network.scores(images)))
    (exact, exact_after), (rounded, after) = products
    assert torch.equal(after, exact_after)
    assert torch.equal(exact, exact_after)
    assert not torch.equal(rounded, exact)
    torch.testing.assert_close(rounded, exact, rtol=2e-2, atol=2e-2)


def test_a_processor_has_no_tf32():
    with pytest.raises(UserError, match="only GPUs of compute capability 8 and later"):
        choose("cpu", "tf32")


@needs_gpu
def test_what_cannot_be_recorded_is_done_step_by_step_and_told(recwarn: pytest.WarningsRecorder):
    choice = choose("cuda", "fp32")
    networks = []
    for waits in (False, True):
        network = Network(Model((8, 8, 1), LAYERS))
        initialize(network, 0)
        plain = Plain(network.cuda(), Criterion("categorical_crossentropy"), choice)

        def learn(images: torch.Tensor, labels: torch.Tensor, share: float = 1.0, plain: Plain = plain):
            loss, scores = plain(images, labels, share)
            assert float(loss) > 0  # waits for the GPU
            return loss, scores

        trained(Replaying(learn, network) if waits else plain, network)
        networks.append(network)
    assert any("cannot be recorded" in str(warning.message) for warning in recwarn)
    for one, other in zip(*(arrays(network).values() for network in networks), strict=True):
        torch.testing.assert_close(one, other)


@needs_gpu
def test_batches_that_take_much_of_the_memory_are_not_recorded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("cnn_tui.engine.learning.MOST_OF_MEMORY", 0.0)
    network = Network(Model((8, 8, 1), LAYERS))
    initialize(network, 0)
    learner = Replaying(Plain(network.cuda(), Criterion("categorical_crossentropy"), choose("cuda", "fp32")), network)
    trained(learner, network)
    assert len(SIZES) > WARM_UP
    assert learner._recording is None
