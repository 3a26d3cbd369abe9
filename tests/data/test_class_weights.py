import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.utils.class_weight import compute_class_weight

from cnn_tui.data.class_weights import class_weights
from cnn_tui.data.dataset import Dataset
from cnn_tui.data.parts import Part
from cnn_tui.errors import UserError

CLASSES = ("cat", "dog", "eel")


def part(labels: list[int], rows: list[int] | None = None) -> Part:
    dataset = Dataset(np.zeros((len(labels), 4), np.uint8), np.array(labels), CLASSES)
    return Part(dataset, np.arange(len(labels)) if rows is None else np.array(rows))


@given(labels=st.lists(st.integers(0, 2), min_size=1))
def test_balanced_is_what_scikit_learn_calls_balanced(labels):
    found = class_weights("balanced", part(labels))
    present = sorted({*labels})
    expected = compute_class_weight("balanced", classes=np.array(present), y=labels)
    assert found is not None
    np.testing.assert_allclose(found[present], expected, rtol=1e-6)
    assert all(found[absent] == 1 for absent in {0, 1, 2} - {*labels})


def test_rows_that_are_held_out_do_not_count():
    found = class_weights("balanced", part([0, 0, 0, 1, 1, 1, 1, 1], rows=[0, 1, 2, 3]))
    assert found is not None
    np.testing.assert_allclose(found, [4 / (2 * 3), 4 / (2 * 1), 1], rtol=1e-6)


def test_classes_that_are_not_named_weigh_1():
    found = class_weights("eel=0.5, cat=3", part([0, 1, 2]))
    assert found is not None
    assert found.dtype == np.float32
    assert found.tolist() == [3, 1, 0.5]
    assert class_weights("none", part([0, 1, 2])) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dog=2", 'class_weights: there is no class "Dog". Did you mean "dog"?'),
        ("zebra=2", 'class_weights: there is no class "zebra". The classes are cat, dog, eel.'),
        (
            "cat=0, dog=0",
            "class_weights: every training image weighs 0. Give a class that is trained on a weight above 0.",
        ),
    ],
)
def test_weights_that_do_not_go_with_the_classes(text, expected):
    with pytest.raises(UserError) as caught:
        class_weights(text, part([0, 1, 1]))
    assert caught.value.sentence == expected
