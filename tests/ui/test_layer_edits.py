from hypothesis import assume, given
from hypothesis import strategies as st

from cnn_tui.spec.layers import Dense, Flatten, Residual
from cnn_tui.spec.model import Model
from cnn_tui.ui.layer_edits import can_move, copied, duplicated, moved, pasted, removed, turned

A, B, C = Dense(units=1), Dense(units=2), Dense(units=3)


def a_model(*layers):
    return Model((4,), layers)


@st.composite
def models(draw):
    """Dense layers of different units, and groups."""
    kinds = draw(st.lists(st.booleans(), min_size=1, max_size=9))
    return a_model(
        *(
            Residual(layers=draw(st.integers(1, at))) if is_end and at else Dense(units=at + 1)
            for at, is_end in enumerate(kinds)
        )
    )


@st.composite
def chosen(draw):
    model = draw(models())
    places = draw(st.sets(st.integers(0, len(model.layers) - 1), min_size=1))
    return model, tuple(sorted(places))


def units(layers):
    return [layer.units for layer in layers if isinstance(layer, Dense)]


@given(chosen(), st.sampled_from([-1, 1]))
def test_moving_keeps_every_layer_and_the_order_of_the_chosen_ones(choice, by):
    model, places = choice
    assume(can_move(model, places, by))
    edited = moved(model, places, by)
    after = edited.model.layers
    assert sorted(units(after)) == sorted(units(model.layers))
    if len(places) > 1:
        assert units(after[at] for at in sorted(edited.marks)) == units(model.layers[at] for at in places)
    assert edited.cursor is not None
    assert 0 <= edited.cursor < len(after)


@given(chosen())
def test_removing_takes_away_the_chosen_layers_and_no_other(choice):
    model, places = choice
    left = [layer for at, layer in enumerate(model.layers) if at not in places]
    assert units(removed(model, places).model.layers) == units(left)


@given(chosen())
def test_copies_come_below_the_last_of_the_chosen_layers(choice):
    model, places = choice
    edited = duplicated(model, places)
    layers = copied(model, places)
    first = places[-1] + 1
    assert units(edited.model.layers[first : first + len(layers)]) == units(layers)
    assert edited.cursor == first + len(layers) - 1


def test_the_end_of_a_group_is_copied_with_its_group():
    model = a_model(A, B, Residual(layers=1))
    assert copied(model, (2,)) == (B, Residual(layers=1))
    assert duplicated(model, (2,)).model.layers == (A, B, Residual(layers=1), B, Residual(layers=1))


def test_a_whole_group_moves_as_one():
    model = a_model(A, B, Residual(layers=1), C)
    assert moved(model, (1, 2), -1).model.layers == (B, Residual(layers=1), A, C)
    assert moved(model, (1, 2), 1).model.layers == (A, C, B, Residual(layers=1))


def test_layers_that_leave_their_group_take_it_with_them_when_nothing_is_left():
    edited = moved(a_model(A, B, Residual(layers=2), C), (0, 1), 1)
    assert edited.model.layers == (A, B, C)
    assert edited.marks == {0, 1}


def test_marked_layers_that_are_apart_move_each():
    edited = moved(a_model(A, Flatten(), B, C), (1, 3), -1)
    assert edited.model.layers == (Flatten(), A, C, B)
    assert edited.marks == {0, 2}


def test_several_layers_go_off_together_and_on_only_when_all_are_off():
    model = a_model(A, B)
    off = turned(turned(model, (0,)).model, (0, 1)).model
    assert [layer.enabled for layer in off.layers] == [False, False]
    assert turned(off, (0, 1)).model == model


def test_what_is_pasted_loses_a_name_that_is_taken():
    named = Dense(units=1, name="answer")
    assert [layer.name for layer in pasted(a_model(named), 1, (named,)).model.layers] == ["answer", ""]
