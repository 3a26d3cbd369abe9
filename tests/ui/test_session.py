from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from cnn_tui.spec.layers import Dense
from cnn_tui.spec.model import Model
from cnn_tui.spec.presets import tutorial
from cnn_tui.ui.session import Session
from tests.ui.support import a_report, some_data

EMPTY = Session(model=Model((4,), ()))


def with_units(session, units, goes_on=False):
    return session.with_model(Model((4,), (Dense(units=units),)), goes_on)


@given(st.lists(st.integers(1, 50), min_size=1, max_size=20))
def test_undo_goes_back_to_the_beginning_and_redo_to_the_end(edits):
    session = EMPTY
    for units in edits:
        session = with_units(session, units)
    back = session
    for _ in edits:
        back = back.with_undo()
    assert back.model == EMPTY.model
    for _ in edits:
        back = back.with_redo()
    assert back.model == session.model


def test_an_edit_that_goes_on_is_taken_back_whole():
    session = with_units(with_units(with_units(EMPTY, 1), 12, goes_on=True), 128, goes_on=True)
    assert session.with_undo().model == EMPTY.model


def test_a_new_edit_ends_the_way_forward():
    session = with_units(with_units(EMPTY, 1).with_undo(), 2)
    assert session.undone == ()
    assert session.with_redo() == session


def test_the_same_model_is_no_edit():
    assert EMPTY.with_model(EMPTY.model) is EMPTY


def test_scaling_and_splitting_keep_what_is_known_of_the_files():
    session = Session(model=tutorial().model, data=some_data(), report=a_report())
    data = replace(some_data(), scale="unit", validation=0.5, split="stratified")
    assert session.with_data(data).report is session.report
    assert session.with_data(data).files == session.files


def test_other_files_or_another_header_must_be_read():
    session = Session(model=tutorial().model, data=some_data(), report=a_report(), data_problem="x")
    for data in (some_data("other"), replace(some_data(), header="yes")):
        assert session.with_data(data).is_reading
        assert session.with_data(data).report is None


def test_what_can_be_mended_is_the_first_problem_with_a_remedy():
    session = Session(model=tutorial().model, data=some_data(), report=a_report(("a", "b", "c")))
    assert session.mendable.remedy.settings == {"units": 3}
    assert Session(model=tutorial().model).mendable is None
