from cnn_tui.spec.layers import Dense, Residual
from cnn_tui.ui.widgets.brackets import brackets

DENSE = Dense(units=3)


def test_without_groups_there_is_nothing():
    assert brackets((DENSE, DENSE)) == ("", "")


def test_a_group_has_a_beginning_a_middle_and_the_sign_of_its_join():
    assert brackets((DENSE, DENSE, DENSE, Residual(layers=2), DENSE)) == ("  ", "╭ ", "│ ", "╰+", "  ")
    assert brackets((DENSE, Residual(layers=1, merge="concatenate"))) == ("╭ ", "╰‖")


def test_groups_in_groups_stand_beside_each_other():
    layers = (DENSE, DENSE, Residual(layers=1), DENSE, Residual(layers=4))
    assert brackets(layers) == ("╭  ", "│╭ ", "│╰+", "│  ", "╰─+")


def test_groups_that_cross_have_columns_of_their_own():
    layers = (DENSE, DENSE, Residual(layers=2), Residual(layers=2))
    assert brackets(layers) == (" ╭ ", "╭│ ", "│╰+", "╰─+")


def test_a_group_of_more_layers_than_there_are_begins_at_the_first():
    assert brackets((DENSE, Residual(layers=9))) == ("╭ ", "╰+")
