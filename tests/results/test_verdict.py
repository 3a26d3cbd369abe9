"""The verdict on a training: each kind with its numbers and its way on, and silence where nothing can be said."""

from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnn_tui.results.verdict import Course, verdict

FALLING = (2.0, 1.0, 0.5, 0.3, 0.2, 0.15)


def kinds(**course: object) -> list[str]:
    return [one.kind for one in verdict(Course(**course))]


def first(**course: object) -> str:
    return verdict(Course(**course))[0].sentence


def test_without_an_epoch_or_with_a_lost_loss_nothing_is_said():
    assert verdict(Course(losses=())) == ()
    assert verdict(Course(losses=(1.0, None))) == ()


def test_overfitting_names_the_epoch_and_the_numbers():
    sentence = first(losses=FALLING, val_losses=(1.9, 1.1, 0.6, 0.7, 0.9, 1.2))
    assert sentence == (
        "Overfitting after epoch 3: the validation loss rose from 0.6 to 1.2 while that of the training fell from 0.5 to "
        "0.15. Add dropout, augmentation or data, or set early_stopping."
    )


def test_both_losses_rising_is_no_overfitting():
    assert "overfitting" not in kinds(losses=(1.0, 0.5, 0.6, 0.7), val_losses=(1.0, 0.5, 0.6, 0.8))


def test_still_improving_asks_for_more_epochs():
    assert first(losses=FALLING, val_losses=(2, 1.5, 1.2, 1.0, 0.9, 0.81)) == (
        "Still improving: the validation loss fell by 10% to 0.81 in the last epoch. Train for more epochs."
    )
    assert "training loss fell by 25%" in first(losses=FALLING)


def test_a_loss_that_jumps_asks_for_a_lower_rate():
    sentence = first(losses=(1.0, 2.0, 1.0, 3.0, 0.9), rate=0.3)
    assert sentence.startswith(
        "The training loss rose in 2 of 4 epochs: the learning rate of 0.3 is too high. Try 0.1,"
    )


def test_a_loss_at_the_level_of_guessing_is_all_that_is_said():
    assert kinds(losses=(2.31, log(10)), classes=10, is_entropy=True, accuracy=0.11, val_accuracy=0.1) == ["guessing"]
    assert "guessing among 10 classes gives 2.30" in first(losses=(2.3,), classes=10, is_entropy=True, accuracy=0.1)


def test_a_training_that_has_settled_needs_no_more_epochs():
    assert kinds(losses=(2.0, 1.0, 0.5, 0.501, 0.5, 0.5005))[0] == "settled"


def test_one_epoch_says_little():
    assert kinds(losses=(0.5,))[0] == "too short"


def test_a_small_validation_gives_its_interval():
    found = verdict(Course(losses=FALLING, val_losses=FALLING, val_accuracy=0.9, val_images=50, classes=10))
    sentence = next(one.sentence for one in found if one.kind == "small validation")
    assert "with 50 images an accuracy of 0.90 may be anything from 0.79 to 0.96" in sentence
    assert "small validation" not in kinds(losses=FALLING, val_accuracy=0.9, val_images=5000, classes=10)


@pytest.mark.parametrize(
    ("accuracy", "images", "kind"),
    [
        (0.9, 5000, "better than guessing"),
        (0.52, 40, "no better than guessing"),
        (0.52, 50_000, "better than guessing"),
    ],
)
def test_better_than_guessing_is_said_when_the_interval_says_so(accuracy, images, kind):
    assert kind in kinds(losses=FALLING, val_accuracy=accuracy, val_images=images, classes=2)


def test_numbers_have_no_level_of_guessing():
    assert not {"better than guessing", "guessing"} & set(kinds(losses=FALLING, accuracy=None))


VALUES = st.lists(st.none() | st.floats(0, 1e300), max_size=12).map(tuple)


@given(losses=VALUES, val_losses=VALUES, accuracy=st.none() | st.floats(0, 1), images=st.integers(0, 99))
def test_whatever_the_numbers_there_are_sentences(losses, val_losses, accuracy, images):
    course = Course(
        losses=losses, val_losses=val_losses, val_accuracy=accuracy, val_images=images, classes=3, is_entropy=True
    )
    for one in verdict(course):
        assert one.fact.endswith(".")
        assert "nan" not in one.sentence
