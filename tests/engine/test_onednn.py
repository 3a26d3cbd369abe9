"""Convolutions and poolings in oneDNN's own layout, against the same steps as torch takes them."""

import copy
from math import inf, nan

import pytest
import torch
from msgspec.structs import replace
from torch import Tensor

from cnn_tui.engine.build import Network
from cnn_tui.engine.layers import Step
from cnn_tui.engine.onednn import FEWEST_SUMS, OwnLayout
from cnn_tui.engine.weights import initialize
from cnn_tui.spec.layers import (
    BatchNormalization,
    Conv2D,
    Conv3D,
    Dense,
    Flatten,
    Layer,
    MaxPooling2D,
    MaxPooling3D,
    ReLU,
    Residual,
    Shape,
)
from cnn_tui.spec.model import Model
from cnn_tui.spec.presets import tutorial

WIDE = Conv2D(filters=32, kernel_size=(3, 3), padding="same", activation="relu")
VOLUME = Conv3D(filters=16, kernel_size=(3, 3, 3), padding="same", activation="relu")
IMAGE = (28, 28, 1)
IMAGES = 64

pytestmark = pytest.mark.skipif(not torch.backends.mkldnn.is_available(), reason="this torch has no oneDNN")
has_bf16 = pytest.mark.skipif(
    not torch.ops.mkldnn._is_mkldnn_bf16_supported(), reason="this processor has no bf16 for oneDNN"
)


def network(*layers: Layer, shape: Shape = IMAGE) -> Network:
    made = Network(Model(shape, layers))
    initialize(made, 0)
    return made


def as_they_are(of: Network) -> Network:
    """The same network, its weights too, with every step taken by torch itself."""
    other = copy.deepcopy(of)
    for name in ("_steps", "_unwatched_steps"):
        steps = getattr(other, name)
        setattr(other, name, [one for step in steps for one in (step.steps if isinstance(step, OwnLayout) else [step])])
    return other


def runs(of: Network) -> list[int]:
    """How many steps each run has."""
    return [len(step.steps) for step in of._steps if isinstance(step, OwnLayout)]


def learned(of: Network, images: Tensor) -> tuple[Tensor, Tensor, list[Tensor]]:
    """Scores, the gradient of the images and those of the weights for a loss in which every score counts differently."""
    images = images.clone().requires_grad_()
    scores = of.scores(images).float()
    (scores * torch.linspace(-1, 1, scores.numel()).reshape(scores.shape)).sum().backward()
    assert images.grad is not None
    return scores.detach(), images.grad, [one.array.grad for one in of.weights() if one.array.grad is not None]


def apart(one: Tensor, other: Tensor) -> float:
    """How far, by the length of the other; a ReLU whose input is nearly zero may fall on either side."""
    assert one.shape == other.shape
    return float((one - other).norm() / other.norm())


def pixels(*shape: int, whole: bool = False) -> Tensor:
    made = torch.rand(IMAGES, *shape, generator=torch.Generator().manual_seed(1))
    return (3 * made).round() if whole else made


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> list[Step]:
    """The steps taken in oneDNN's layout."""
    taken: list[Step] = []
    original = OwnLayout._taken

    def noting(self: OwnLayout, x: Tensor) -> Tensor:
        taken.extend(self.steps)
        return original(self, x)

    monkeypatch.setattr(OwnLayout, "_taken", noting)
    return taken


@pytest.mark.parametrize(
    ("layers", "shape"),
    [
        (tutorial().model.layers, IMAGE),
        ((WIDE, MaxPooling2D(), Flatten(), Dense(units=3)), (32, 20, 3)),
        ((replace(WIDE, use_bias=False), MaxPooling2D(pool_size=(3, 3), strides=(2, 2))), IMAGE),
        ((replace(WIDE, padding="valid", dilation_rate=(2, 2)), WIDE, MaxPooling2D(), WIDE), IMAGE),
        ((replace(WIDE, padding="valid", strides=(2, 1)), MaxPooling2D()), (56, 28, 1)),
        ((VOLUME, MaxPooling3D(), Flatten(), Dense(units=2)), (9, 12, 10, 1)),
    ],
    ids=["tutorial", "colours", "no bias", "two in a row", "strides", "volume"],
)
@pytest.mark.parametrize("whole", [False, True], ids=["any numbers", "many equal ones"])
def test_answers_and_gradients_are_those_of_the_steps(layers, shape, whole, own):
    ours = network(*layers, shape=shape)
    theirs = as_they_are(ours)
    images = pixels(*shape, whole=whole)
    scores, pixel_gradient, gradients = learned(ours, images)
    assert own
    scores_wanted, pixels_wanted, wanted = learned(theirs, images)
    assert apart(scores, scores_wanted) < 1e-6
    for gradient, other in zip([pixel_gradient, *gradients], [pixels_wanted, *wanted], strict=True):
        assert apart(gradient, other) < 1e-3  # as far as torch's own are from those in float64


@pytest.mark.parametrize(
    ("layers", "shape"),
    [
        (tutorial().model.layers, IMAGE),
        ((WIDE, MaxPooling2D(), ReLU(), MaxPooling2D(), replace(WIDE, activation="linear"), MaxPooling2D()), IMAGE),
        ((WIDE, WIDE, MaxPooling2D()), IMAGE),
        ((VOLUME, MaxPooling3D(), Flatten(), Dense(units=2)), (9, 12, 10, 1)),
    ],
    ids=["tutorial", "rectified twice", "two in a row", "volume"],
)
def test_answers_without_gradients_are_those_of_the_steps(layers, shape, own):
    ours = network(*layers, shape=shape)
    with torch.inference_mode():
        answers = ours(pixels(*shape) - 0.5)
        assert own
        assert apart(answers, as_they_are(ours)(pixels(*shape) - 0.5)) < 1e-6


@has_bf16
def test_in_bfloat16_too(own):
    ours = network(*tutorial().model.layers)
    with torch.autocast("cpu", torch.bfloat16):
        scores, _, gradients = learned(ours, pixels(*IMAGE))
        assert own
        scores_wanted, _, wanted = learned(as_they_are(ours), pixels(*IMAGE))
    for gradient, other in zip([scores, *gradients], [scores_wanted, *wanted], strict=True):
        assert apart(gradient, other) < 2**-7
    with torch.autocast("cpu", torch.bfloat16), torch.inference_mode():
        answers, wanted_answers = ours(pixels(*IMAGE)), as_they_are(ours)(pixels(*IMAGE))
    assert apart(answers.float(), wanted_answers.float()) < 2**-7


@pytest.mark.parametrize("odd", [nan, inf, -inf, 1e37, -3e38])
@pytest.mark.parametrize("where", ["image", "kernel", "bias"])
def test_what_is_no_number_is_not_passed_over(odd, where):
    ours = network(WIDE, MaxPooling2D(), WIDE, MaxPooling2D(), Flatten(), Dense(units=3))
    theirs = as_they_are(ours)
    images = pixels(*IMAGE)
    if where == "image":
        images[3, 5, 7, 0] = odd
    for one in (ours, theirs):
        with torch.no_grad():
            if where != "image":
                getattr(one.built[2], where)[2] = odd
    with torch.no_grad():
        assert torch.equal(ours.scores(images).isfinite(), theirs.scores(images).isfinite())


def test_few_images_are_not_worth_the_copies(own):
    ours = network(*tutorial().model.layers)
    assert runs(ours) == [6]
    few = FEWEST_SUMS // (28 * 28 * 64)
    assert torch.equal(ours.scores(pixels(*IMAGE)[:few]), as_they_are(ours).scores(pixels(*IMAGE)[:few]))
    assert not own
    ours.scores(pixels(*IMAGE)[: few + 1])
    assert own


@pytest.mark.parametrize(
    ("layers", "wanted"),
    [
        ((WIDE, WIDE, MaxPooling2D(), WIDE, Flatten()), [5]),
        ((WIDE, BatchNormalization(), MaxPooling2D()), []),
        ((replace(WIDE, activation="tanh"), MaxPooling2D()), []),
        ((replace(WIDE, filters=3), MaxPooling2D()), []),
        ((replace(WIDE, kernel_size=(2, 2)), MaxPooling2D()), []),
        ((WIDE, MaxPooling2D(pool_size=(3, 3), padding="same")), []),
        ((WIDE, WIDE, Residual(layers=1), MaxPooling2D()), []),
        ((replace(WIDE, filters=4), BatchNormalization(), WIDE, MaxPooling2D(), MaxPooling2D()), [4]),
    ],
    ids=["ends behind", "normalized", "tanh", "few filters", "uneven edges", "padded", "residual", "later"],
)
def test_a_run_begins_with_a_widening_convolution_and_ends_behind_a_pooling(layers, wanted):
    assert runs(network(*layers)) == wanted
