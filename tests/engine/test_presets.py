"""The networks to begin with: each learns a few images by heart, as it is and made to fit other data."""

import pytest
import torch
from torch.nn import functional as F

from cnn_tui.engine.build import Network
from cnn_tui.engine.weights import initialize
from cnn_tui.spec.checks import Around, check
from cnn_tui.spec.layers import Shape
from cnn_tui.spec.model import Model
from cnn_tui.spec.model_presets import adapted, model_presets
from cnn_tui.spec.training import Training

PRESETS = {preset.name: preset.model for preset in model_presets()}
IMAGES, CLASSES = 64, 10


@pytest.mark.parametrize("model", PRESETS.values(), ids=PRESETS)
def test_a_preset_learns_64_images_by_heart(model: Model):
    torch.manual_seed(0)
    network = Network(model)
    initialize(network, seed=0)
    images = torch.rand(IMAGES, *model.input_shape)
    labels = torch.arange(IMAGES) % CLASSES
    optimizer = torch.optim.Adam(network.parameters(), lr=0.003)
    network.train()
    for _ in range(600):
        scores = network.scores(images)
        if bool((scores.argmax(dim=1) == labels).all()):
            return
        optimizer.zero_grad()
        F.cross_entropy(scores, labels).backward()
        optimizer.step()
    raise AssertionError(f"{(scores.argmax(dim=1) != labels).sum()} images are not learned")


DATA: dict[str, tuple[Shape, int]] = {
    "flat digits": ((784,), 10),
    "colour": ((32, 32, 3), 5),
    "large and grey": ((64, 64, 1), 2),
    "tiny": ((5, 5, 1), 3),
    "sequences": ((128, 3), 4),
    "volumes": ((8, 8, 8, 2), 2),
}


@pytest.mark.parametrize(("shape", "classes"), DATA.values(), ids=DATA)
@pytest.mark.parametrize("model", PRESETS.values(), ids=PRESETS)
def test_a_preset_fits_any_data_and_says_what_it_changed(model: Model, shape: Shape, classes: int):
    made, told = adapted(model, shape, classes)
    assert check(made, Around(data_shape=shape, classes=classes)) == ()
    assert bool(told) == (made != model)
    network = Network(made)
    initialize(network, seed=0)
    network.eval()
    assert network(torch.rand(2, *shape)).shape == (2, classes)


@pytest.mark.parametrize("model", PRESETS.values(), ids=PRESETS)
def test_a_preset_is_made_to_tell_numbers(model: Model):
    made, told = adapted(model, (32, 32, 3), classes=2, targets=2)
    training = Training(loss="mean_squared_error")
    assert check(made, Around(data_shape=(32, 32, 3), classes=2, targets=2, training=training)) == ()
    assert any("linear" in words for words in told)
    network = Network(made)
    initialize(network, seed=0)
    network.eval()
    scores = network.scores(torch.rand(2, 32, 32, 3))
    assert scores.shape == (2, 2)
    assert torch.equal(network.answer(scores), scores)  # no function is put on a number
