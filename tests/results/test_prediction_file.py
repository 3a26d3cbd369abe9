import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cnn_tui.errors import UserError
from cnn_tui.results.prediction_file import named, top_classes, write_prediction_file

ANSWERS = np.array([[0.1, 0.7, 0.2], [0.5, 0.25, 0.25]], np.float32)


def written(**how):
    out = io.BytesIO()
    write_prediction_file(ANSWERS, ("cat", "dog", "owl"), out, **how)
    return out.getvalue().decode()


def test_galaxys_two_layouts_and_the_likeliest():
    assert written(probabilities=False) == "Predicted\ndog\ncat\n"
    assert written(probabilities=True) == "cat\tdog\towl\n0.1\t0.7\t0.2\n0.5\t0.25\t0.25\n"
    assert written(probabilities=False, top=2) == (
        "Predicted\tprobability\tchoice 2\tprobability 2\ndog\t0.7\towl\t0.2\ncat\t0.5\tdog\t0.25\n"
    )


@given(arrays(np.float32, (5, 7), elements=st.floats(0, 1, width=32)), st.integers(1, 9))
def test_the_likeliest_are_those_of_a_stable_sort(answers, top):
    places, chances = top_classes(answers, top)
    expected = np.argsort(-answers, axis=1, kind="stable")[:, :top]
    assert np.array_equal(places, expected)
    assert np.array_equal(chances, np.take_along_axis(answers, expected, axis=1))
    assert np.array_equal(places[:, 0], answers.argmax(axis=1))


@pytest.mark.parametrize("names", [["a"], ["a", "b", "c"], ["a", "a"], ["a", " "]])
def test_names_must_be_one_for_each_class(names):
    with pytest.raises(UserError, match="name"):
        named(names, ("0", "1"))
    assert named([" zero ", "one"], ("0", "1")) == ("zero", "one")
