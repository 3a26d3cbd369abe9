"""What is said of the settings of data."""

from cnn_tui.spec.checks import Around, check
from cnn_tui.spec.data import Data, Source
from cnn_tui.spec.data_checks import data_problems, is_of_data
from cnn_tui.spec.layers import Conv2D
from cnn_tui.spec.model import Model


def test_a_setting_of_a_layer_is_none_of_the_data_though_it_has_the_same_name():
    model = Model((8, 8, 3), (Conv2D(filters=4, kernel_size=(3, 3), groups=2),))
    problem = next(one for one in check(model, Around(data_shape=(8, 8, 3), classes=2)) if one.field == "groups")
    assert "groups" in Data.__struct_fields__
    assert not is_of_data(problem)


def test_a_setting_of_the_data_is():
    (problem,) = data_problems(Data(train=Source(images="X.tsv"), split="group"), ("cat", "dog"), targets=0)
    assert is_of_data(problem)
