"""The explanation shows this class's own numbers, and its arithmetic is right."""

import re

import pytest

from cnn_tui.results.confusion import Confusion
from cnn_tui.results.explanation import MAX_TERMS, explain

TUTORIAL_LIKE = Confusion(("0", "1", "2"), ((967, 8, 5), (0, 1130, 5), (23, 9, 1000)))


def test_the_sums_and_fractions_are_those_of_the_class():
    arithmetic = [step.arithmetic for step in explain(TUTORIAL_LIKE, 0)]
    assert arithmetic == [
        "TP = 967",
        "FP = 23",
        "FN = 8 + 5 = 13",
        "TP / (TP + FP) = 967 / (967 + 23) = 967 / 990 = 0.977",
        "TP / (TP + FN) = 967 / (967 + 13) = 967 / 980 = 0.987",
        "2 × P × R / (P + R) = 2 × 0.977 × 0.987 / (0.977 + 0.987) = 0.982",
    ]


@pytest.mark.parametrize("index", range(3))
def test_every_sum_is_what_it_says(index):
    for step in explain(TUTORIAL_LIKE, index)[1:3]:
        terms = step.arithmetic.replace(",", "").split(" = ")[1:]
        if len(terms) == 2:
            assert sum(map(int, terms[0].split(" + "))) == int(terms[1])


def test_a_class_that_is_never_predicted_is_explained_in_words():
    text = " ".join(step.arithmetic for step in explain(Confusion(("a", "b"), ((0, 3), (0, 0))), 0))
    assert "Nothing was predicted as this class, so there is no precision: -" in text
    assert "2 TP / (2 TP + FP + FN) = 0 / (0 + 0 + 3) = 0.000" in text


def test_a_class_without_images_is_explained_in_words():
    assert "There is no image" in explain(Confusion(("a", "b"), ((0, 3), (0, 0))), 1)[4].arithmetic


def test_a_class_that_is_nowhere_has_no_score():
    steps = explain(Confusion(("a", "b"), ((3, 0), (0, 0))), 1)
    assert [step.arithmetic[-1] for step in steps[3:]] == ["-", "-", "-"]


def test_a_sum_of_very_many_classes_stays_readable():
    classes = tuple(map(str, range(100)))
    confusion = Confusion(classes, tuple(tuple(1 for _ in classes) for _ in classes))
    missed = explain(confusion, 0)[2].arithmetic
    assert missed.count(" + ") == MAX_TERMS
    assert missed.endswith("87 in 87 more = 99")


def test_a_hostile_label_is_shown_as_text():
    steps = explain(Confusion(("\x1b]52;c;x\x07", "b"), ((1, 2), (3, 4))), 0)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f]", " ".join(f"{step.title}{step.meaning}" for step in steps))
