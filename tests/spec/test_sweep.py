"""What a sweep tries: every combination, or some at random; settings by the names that people say."""

from math import log

import pytest

from cnn_tui.errors import UserError
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.optimizers import SGD, Adam
from cnn_tui.spec.presets import tutorial
from cnn_tui.spec.sweep import axis, combinations, combined, title


@pytest.fixture(scope="module")
def experiment() -> Experiment:
    return tutorial("text")


def axes(*texts: str):
    return tuple(axis(text) for text in texts)


def test_a_grid_is_every_combination_in_the_order_given():
    found = combinations(axes("learning-rate=0.1,0.01", "conv2d.filters=8, 16"), None, 0)
    assert [title(one) for one in found] == [
        "learning_rate=0.1 conv2d.filters=8",
        "learning_rate=0.1 conv2d.filters=16",
        "learning_rate=0.01 conv2d.filters=8",
        "learning_rate=0.01 conv2d.filters=16",
    ]


def test_commas_within_brackets_do_not_part_values():
    (one,) = axes("optimizer=sgd(momentum=0.9, nesterov=yes),adam")
    assert one.values == ("sgd(momentum=0.9, nesterov=yes)", "adam")


def test_random_ones_are_the_same_by_their_seed_and_none_comes_twice():
    space = axes("learning_rate=0.0001..0.1", "conv2d.filters=4..64", "dropout.rate=0.1..0.5", "scale=unit,standard")
    drawn = combinations(space, 40, seed=3)
    assert drawn == combinations(space, 40, seed=3) != combinations(space, 40, seed=4)
    assert len({title(one) for one in drawn}) == 40
    rates = [log(float(one["learning_rate"]), 10) for one in drawn]
    assert all(-4 <= rate <= -1 for rate in rates)
    assert 8 <= sum(rate < -2.5 for rate in rates) <= 32  # evenly by the logarithm
    assert all(4 <= int(one["conv2d.filters"]) <= 64 and 0.1 <= float(one["dropout.rate"]) <= 0.5 for one in drawn)


def test_no_more_are_drawn_than_there_are():
    space = axes("learning_rate=0.1,0.01", "scale=unit,none")
    assert combinations(space, 100, 0) == combinations(space, None, 0)
    assert len(combinations(axes("learning_rate=0.1,0.01,0.001", "scale=unit,none"), 4, 0)) == 4
    assert len(combinations(axes("conv2d.filters=1..3"), 50, 0)) == 3


def test_settings_of_training_optimizer_data_and_layers(experiment: Experiment):
    named = {"momentum": "0.5", "batch_size": "32", "scale": "unit", "conv2d.filters": "7", "optimizer": "sgd"}
    made = combined(experiment, {**named, "conv2d.kernel_size": "5x5"})
    assert made.training.optimizer == SGD(momentum=0.5)
    assert (made.training.batch_size, made.data.scale) == (32, "unit")
    layer = next(one for one in made.model.layers if type(one).__name__ == "Conv2D")
    assert (layer.filters, layer.kernel_size) == (7, (5, 5))
    assert combined(experiment, {"learning_rate": "0.5"}).training.optimizer == Adam(learning_rate=0.5)
    assert combined(experiment, {}) == experiment


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        (["learning_rate"], '--grid: "learning_rate" gives no values. Write it as learning_rate=0.001,0.01.'),
        (["learning_rate=0.1..0.01"], "--grid: learning_rate from 0.1 to 0.01 is no range. Write it as 0.0001..0.1, the lower first."),
        (["learning_rate=1..2"], "--grid: learning_rate is a range. Say with --random how many values to draw, or list them: learning_rate=1,2."),
        (["seed=1,2", "seed=3"], "--grid: seed is given twice. Give all its values in one."),
        (["learning_rate=fast"], 'learning_rate=fast: learning_rate is "fast". Use a number above 0.'),
        (["learning_rat=1"], 'learning_rat=1: an experiment has no setting "learning_rat". Did you mean "learning_rate"?'),
        (["conv2.filters=1"], 'conv2.filters=1: no layer is called "conv2". Did you mean "conv2d"?'),
        (["conv2d.filter=1"], 'conv2d.filter=1: Conv2D #2 has no setting "filter". Did you mean "filters"?'),
        (["conv2d.filters=0"], "conv2d.filters=0: filters 0 is less than 1. Use a whole number from 1 to 1,000,000."),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(experiment: Experiment, texts: list[str], sentence: str):
    with pytest.raises(UserError) as refused:
        [combined(experiment, one) for one in combinations(axes(*texts), None, 0)]
    assert refused.value.sentence == sentence
