"""The keys that change layers: one or several, as text, off and on; what the table and the help show of them."""

import pytest
from textual import events
from textual.widgets import Markdown

from cnn_tui.spec.layer_text import to_text
from cnn_tui.spec.layers import Activation, BatchNormalization, Conv2D, Dense, Flatten, MaxPooling2D, Residual
from cnn_tui.spec.model import MAX_LAYERS, Model
from cnn_tui.spec.model_presets import model_presets
from cnn_tui.spec.presets import tutorial
from cnn_tui.ui.widgets.layer_table import LayerTable
from cnn_tui.ui.widgets.problem_lines import ProblemLines
from tests.ui.support import FixedService, a_report, an_app, screen_text, some_data, until

CONV = Conv2D(filters=4, kernel_size=(3, 3), padding="same", activation="relu")
END = (Flatten(), Dense(units=10, activation="softmax"))


def an_app_on(*layers, shape=(8, 8, 4), **around):
    app = an_app("model", **around)
    app.set_reactive(type(app).session, app.current_session.with_model(Model(shape, layers)))
    return app


def kinds(app):
    return [type(layer).__name__ for layer in app.current_session.model.layers]


def table(app):
    return app.screen.query_one(LayerTable)


def row(app, word):
    return next(line for line in screen_text(app).splitlines()[1:] if word in line)


async def test_marked_layers_are_removed_together_and_one_undo_brings_them_back():
    app = an_app("model")
    before = app.current_session.model
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "shift+down", "shift+down")
        assert table(app).marks == {0, 1, 2}
        await pilot.pause()
        assert "▪" in row(app, "Reshape")
        await pilot.press("x")
        assert kinds(app) == ["Conv2D", "MaxPooling2D", "Flatten", "Dense"]
        assert table(app).marks == frozenset()
        await pilot.press("u")
        assert app.current_session.model == before


async def test_marks_are_set_one_by_one_too_and_escape_takes_them_away():
    app = an_app("model")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "space", "down", "space")
        assert table(app).marks == {0, 2}
        await pilot.press("shift+up", "escape")
        assert table(app).marks == frozenset()
        await pilot.press("ctrl+a")
        assert len(table(app).marks) == 7
        await pilot.press("ctrl+a")
        assert not table(app).marks


async def test_going_back_with_shift_takes_marks_away():
    app = an_app("model")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "shift+down", "shift+down", "shift+up")
        assert table(app).marks == {0, 1}


async def test_marked_layers_move_together_and_stay_marked():
    app = an_app("model")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "down", "shift+down", "J")
        assert kinds(app)[1:4] == ["Conv2D", "Conv2D", "MaxPooling2D"]
        assert table(app).marks == {2, 3}
        await pilot.press("alt+up")
        assert app.current_session.model == tutorial().model


async def test_a_layer_that_is_off_keeps_its_row_and_says_so():
    app = an_app("model")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "down", "o")
        await pilot.pause()
        assert "Conv2D off" in row(app, " 2 ")
        assert "28×28×1" in row(app, " 2 ")
        assert not app.current_session.model.layers[1].enabled
        await pilot.press("o")
        assert app.current_session.model == tutorial().model


async def test_groups_have_brackets_and_a_copy_of_their_end_is_a_copy_of_the_group():
    app = an_app_on(CONV, CONV, Residual(layers=2), *END)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press(*["down"] * 3)
        await pilot.pause()
        assert all(sign in screen_text(app) for sign in (" 1  ╭  Conv2D", " 2  │  Conv2D", " 3  ╰+ Residual"))
        await pilot.press("d")
        assert kinds(app) == ["Conv2D", "Conv2D", "Residual"] * 2 + ["Flatten", "Dense"]
        await pilot.pause()
        assert " 4  ╭  Conv2D" in screen_text(app)


async def test_what_could_be_better_is_marked_told_and_done_by_the_same_key():
    app = an_app_on(Conv2D(filters=4, kernel_size=(3, 3)), BatchNormalization(), Activation(activation="relu"), *END)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        assert "!1" in row(app, "Conv2D")
        assert "takes away again with the mean" in str(app.screen.query_one(ProblemLines).render())
        await pilot.press("n")
        assert table(app).index == 0
        await pilot.press("f")
        assert app.current_session.model.layers[0].use_bias is False
        assert app.current_session.advice == ()


async def test_next_goes_to_what_is_wrong_and_enter_to_its_setting():
    app = an_app_on(CONV, Conv2D(filters=4, kernel_size=(9, 9)), *END)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("n", "enter")
        await pilot.pause()
        assert app.focused.parent.field.name == "kernel_size"
        await pilot.press("5")
        assert app.current_session.problems == ()


async def test_a_wrong_setting_that_is_folded_away_is_unfolded():
    app = an_app_on(Conv2D(filters=4, kernel_size=(3, 3), groups=3), *END)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("n", "enter")
        await pilot.pause()
        assert app.focused.parent.field.name == "groups"
        await pilot.press("2")
        assert app.current_session.problems == ()


async def test_copied_layers_are_text_that_can_be_put_in_again():
    app = an_app("model")
    layers = app.current_session.model.layers
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "down", "shift+down", "c")
        assert app.clipboard == to_text(layers[1:3])
        assert app.clipboard.startswith("Conv2D(filters=64")
        await pilot.press("escape", "end", "v")
        assert app.current_session.model.layers[-2:] == layers[1:3]
        assert table(app).marks == {7, 8}
        await pilot.press("u", "home", "down", "ctrl+x")
        assert kinds(app)[0] == "Conv2D"
        await pilot.press("ctrl+v")
        assert kinds(app)[1] == "Reshape"


KERAS = """
model = keras.Sequential()
model.add(layers.Conv2D(32, (3, 3), activation='relu', input_shape=(32, 32, 3)))
model.add(layers.MaxPooling2D((2, 2)))
model.add(layers.Conv2D(64, (3, 3), activation='relu'))
"""


async def test_keras_code_pasted_from_a_tutorial_puts_its_layers_in():
    app = an_app_on(shape=(32, 32, 3))
    async with app.run_test(size=(80, 24)) as pilot:
        app.post_message(events.Paste(KERAS))
        await until(pilot, lambda: kinds(app) == ["Conv2D", "MaxPooling2D", "Conv2D"])
        assert app.current_session.model.layers[2].filters == 64
        await pilot.press("u")
        assert kinds(app) == []


async def test_what_is_no_layer_is_told_and_changes_nothing():
    app = an_app("model")
    before = app.current_session.model
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        app.post_message(events.Paste("rm -rf [red]/"))
        await until(pilot, lambda: "the pasted text" in screen_text(app))
        assert app.current_session.model == before


async def test_a_paste_into_an_input_is_its_text():
    app = an_app("model")
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("down", "down", "enter")
        await pilot.pause()
        app.post_message(events.Paste("12"))
        await pilot.pause()
        assert app.current_session.model.layers[1].filters == 12
        assert len(kinds(app)) == 7


async def test_no_key_makes_more_layers_than_a_model_may_have():
    app = an_app_on(*[Activation(activation="relu")] * (MAX_LAYERS - 1), shape=(4,))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "d", "d", "a")
        await pilot.pause()
        assert len(kinds(app)) == MAX_LAYERS
        assert len(app.screen_stack) == 1
        await pilot.press("c", "v")
        assert len(kinds(app)) == MAX_LAYERS


async def test_the_help_is_of_the_layer_under_the_cursor_with_its_formula_and_its_numbers():
    app = an_app("model")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("down", "down", "question_mark")
        await until(pilot, lambda: "Conv2D #2" in "".join(one.source for one in app.screen.query(Markdown)))
        text = "".join(one.source for one in app.screen.query(Markdown))
        assert "(size − window + zeros) / stride + 1" in text
        assert "(28−3+2)/1+1 = 28" in text
        assert "The same few weights look at every place" in text
        await pilot.press("down")
        await until(pilot, lambda: "MaxPooling2D #3" in "".join(one.source for one in app.screen.query(Markdown)))


async def test_the_dialog_tells_what_a_layer_would_make_here_and_a_value_that_cannot_be():
    app = an_app("model")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "a", *"conv 64")
        await until(pilot, lambda: "28×28×1 becomes 26×26×64, 640 parameters" in screen_text(app))
        await pilot.press(*["backspace"] * 2, "0")
        await until(pilot, lambda: "filters 0 is less than 1" in screen_text(app))
        await pilot.press("enter")
        assert len(app.screen_stack) == 2
        await pilot.press("escape")
        assert len(kinds(app)) == 7


@pytest.mark.parametrize("preset", model_presets(), ids=lambda one: one.name)
async def test_a_preset_fits_the_data_and_tells_what_it_changed(preset):
    report = a_report(("cat", "dog", "cow"))
    app = an_app("model", data=some_data(), report=report, service=FixedService(report))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await pilot.press("p", *preset.name, "enter")
        await pilot.pause()
        assert app.current_session.model.name == preset.model.name
        if not preset.name.startswith(("signals", "volumes")):
            assert app.current_session.problems == ()
        await until(pilot, lambda: "To fit the data" in screen_text(app))


async def test_a_layer_is_opened_by_a_second_click_and_marked_by_one_with_ctrl():
    app = an_app("model")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.click(LayerTable, offset=(10, 3))
        assert table(app).index == 1
        await pilot.click(LayerTable, offset=(10, 5), control=True)
        assert table(app).marks == {3}
        await pilot.click(LayerTable, offset=(10, 6), times=2)
        await pilot.pause()
        assert app.focused.parent.field.name == "pool_size"


async def test_the_compared_costs_follow_the_model():
    app = an_app_on(CONV, MaxPooling2D(), *END)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("w", "down", "x")
        await pilot.pause()
        assert "Fully connected" in screen_text(app)
