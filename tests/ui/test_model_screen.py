import json

import pytest
from textual import events

from cnn_tui.spec.layers import Conv2D, Dense, Flatten, MaxPooling2D, Reshape
from cnn_tui.spec.model import Model
from cnn_tui.spec.model_file import read_model, write_model
from cnn_tui.spec.presets import tutorial
from cnn_tui.spec.shapes import trace
from cnn_tui.ui.dialogs.preview import Preview
from cnn_tui.ui.widgets.layer_form import LayerForm
from cnn_tui.ui.widgets.layer_table import LayerTable
from tests.ui.support import FixedService, a_report, an_app, screen_text, some_data, until

SIZES = [(80, 24), (100, 30), (120, 40)]


def kinds(app):
    return [type(layer).__name__ for layer in app.current_session.model.layers]


def shapes(app):
    return [
        "x".join(map(str, row.output_shape)) if row.output_shape else "" for row in trace(app.current_session.model)
    ]


async def test_moving_a_layer_changes_the_shapes_below_it():
    app = an_app("model")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("down", "down", "J")
        assert kinds(app)[:3] == ["Reshape", "MaxPooling2D", "Conv2D"]
        assert shapes(app)[:3] == ["28x28x1", "14x14x1", "14x14x64"]
        assert app.screen.query_one(LayerTable).index == 2
        await pilot.press("K")
        assert kinds(app) == [type(layer).__name__ for layer in tutorial().model.layers]


@pytest.mark.parametrize("size", SIZES)
async def test_the_table_shows_every_layer_with_its_shape(size):
    app = an_app("model")
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        text = screen_text(app)
        for row in trace(app.current_session.model):
            assert type(row.layer).__name__ in text
            assert "×".join(map(str, row.output_shape)) in text
            assert f"{row.parameters:,}" in text
        assert "30,634 parameters" in text
        assert "✓" in text


async def test_a_layer_is_added_below_the_cursor_by_typing_a_part_of_its_name():
    app = an_app("model")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "down", "a", *"drop", "enter")
        await pilot.pause()
        assert kinds(app)[2] == "Dropout"
        assert app.screen.query_one(LayerTable).index == 2


@pytest.mark.parametrize("kind", ["Conv2D", "MaxPooling2D", "Dense", "Flatten", "Reshape", "Dropout", "Activation"])
async def test_every_kind_can_be_added_to_an_empty_model(kind):
    app = an_app("model")
    app.set_reactive(type(app).session, app.current_session.with_model(Model((784,), ())))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a", *kind.lower(), "enter")
        await pilot.pause()
        assert kinds(app) == [kind]


async def test_a_new_last_dense_layer_has_a_unit_for_each_class():
    report = a_report(("cat", "dog", "cow"))
    app = an_app("model", data=some_data(), report=report, service=FixedService(report))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+end", "x", "a", *"dense", "enter")
        await pilot.pause()
        assert app.current_session.model.layers[-1] == Dense(units=3, activation="softmax")
        assert app.current_session.problems == ()


async def test_remove_duplicate_undo_and_redo():
    app = an_app("model")
    first = app.current_session.model
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "x")
        assert kinds(app)[0] == "Conv2D"
        await pilot.press("down", "d")
        assert kinds(app)[1:3] == ["MaxPooling2D", "MaxPooling2D"]
        await pilot.press("u", "ctrl+z")
        assert app.current_session.model == first
        await pilot.press("ctrl+y")
        assert kinds(app)[0] == "Conv2D"


async def test_keys_that_have_nothing_to_act_on_are_greyed():
    app = an_app("model")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()

        def greyed():
            return {one.binding.action for one in app.screen.active_bindings.values() if not one.enabled}

        assert {"remove", "move(-1)", "duplicate", "undo", "redo", "mend"} <= greyed()
        await pilot.press("x")
        assert app.current_session.past == ()
        await pilot.press("down", "d")
        assert greyed() & {"remove", "duplicate", "undo"} == set()


async def test_a_wrong_layer_is_marked_its_remedy_told_and_applied():
    app = an_app("model")
    layers = (MaxPooling2D(pool_size=(9, 9)), Conv2D(filters=4, kernel_size=(5, 5)), Flatten(), Dense(units=10))
    app.set_reactive(type(app).session, app.current_session.with_model(Model((28, 28, 1), layers)))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        text = screen_text(app)
        assert "✗2" in text
        assert "kernel 5 is larger than its 3x3 input" in text
        assert next(line for line in text.splitlines() if "Flatten" in line).count("×") == 0
        await pilot.press("f")
        assert app.current_session.model.layers[1].kernel_size == (3, 3)
        assert app.screen.query_one(LayerTable).index == 1
        await pilot.press("f")
        assert app.current_session.model.layers[3].activation == "softmax"
        assert app.current_session.problems == ()


async def test_a_remedy_can_be_a_layer_that_is_missing():
    app = an_app("model")
    app.set_reactive(
        type(app).session, app.current_session.with_model(Model((784,), (Conv2D(filters=4, kernel_size=(3, 3)),)))
    )
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f")
        assert app.current_session.model.layers[0] == Reshape(target_shape=(28, 28, 1))


async def test_typing_in_the_form_changes_the_model_and_one_undo_takes_it_back():
    app = an_app("model")
    first = app.current_session.model
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("down", "down", "enter")
        await pilot.pause()
        await pilot.press("1", "2", "8")
        await pilot.pause()
        assert app.current_session.model.layers[1].filters == 128
        assert shapes(app)[1] == "28x28x128"
        await pilot.press("enter", "u")
        await pilot.pause()
        assert app.current_session.model == first


@pytest.mark.parametrize("size", SIZES)
async def test_keys_that_follow_closely_upon_enter_go_into_the_form(size):
    app = an_app("model")
    async with app.run_test(size=size) as pilot:
        await pilot.press("down", "down")
        await pilot.pause()
        for key in ("enter", "1", "2"):  # all in the queue before the first is looked at
            app.post_message(events.Key(key, None if key == "enter" else key))
        await pilot.pause()
        assert app.current_mode == "model"
        assert app.current_session.model.layers[1].filters == 12


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("down", ["down", "j"])
async def test_in_a_burst_of_keys_enter_opens_the_layer_that_the_keys_before_it_went_to(size, down):
    app = an_app("model")
    async with app.run_test(size=size) as pilot:
        for key in (down, down, "enter", "1", "2"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await pilot.pause()
        assert app.screen.query_one(LayerTable).index == 1
        assert app.current_session.model.layers[1].filters == 12


async def test_a_wrong_setting_leaves_the_model_as_it_was_and_the_text_as_it_is():
    app = an_app("model")
    first = app.current_session.model
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("down", "down", "enter")
        await pilot.pause()
        await pilot.press("0")
        await pilot.pause()
        assert app.current_session.model == first
        assert "Filters 0 is less" in screen_text(app)


async def test_a_problem_of_the_shapes_is_told_in_the_form_too():
    app = an_app("model")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(*["down"] * 4, "enter", "down")
        await pilot.pause()
        await pilot.press("9", "9")
        await pilot.pause()
        form = " ".join(line[87:].strip(" │") for line in screen_text(app).splitlines())
        assert "Kernel 99 is larger than its 14x14 input" in " ".join(form.split())


async def test_the_input_has_a_form_too():
    app = an_app("model")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press(*"28x28x1")
        await pilot.pause()
        assert app.current_session.model.input_shape == (28, 28, 1)


async def test_in_a_narrow_place_the_form_opens_to_edit_and_closes_after():
    app = an_app("model")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "down")
        await pilot.pause()
        form = app.screen.query_one(LayerForm)
        assert not form.display
        await pilot.press("enter")
        await pilot.pause()
        assert form.display
        assert form.has_focus_within
        assert "28×28×64" in screen_text(app)
        await pilot.press("escape")
        await pilot.pause()
        assert not form.display
        assert app.screen.query_one(LayerTable).has_focus


async def test_the_form_can_be_folded_away():
    app = an_app("model")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        form = app.screen.query_one(LayerForm)
        assert form.display
        await pilot.press("right_square_bracket")
        assert not form.display
        await pilot.press("right_square_bracket")
        assert form.display


async def test_moving_fast_over_layers_ends_with_the_form_of_the_last():
    app = an_app("model")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(*["down"] * 7, *["up"] * 3)
        await pilot.pause()
        assert app.screen.query_one(LayerForm).border_title == "Conv2D #4"
        assert app.current_session.past == ()


async def test_the_first_save_asks_for_a_file_and_keras_reads_it_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    app = an_app("model")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+s")
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        file = tmp_path / "galaxy_cnn.json"
        assert read_model(file) == app.current_session.model
        assert json.loads(file.read_text())["class_name"] == "Sequential"
        assert app.current_session.is_saved
        await pilot.press("down", "x", "ctrl+s")
        await pilot.pause()
        assert read_model(file) == app.current_session.model


async def test_a_file_is_replaced_only_when_asked(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "galaxy_cnn.json").write_text("mine")
    app = an_app("model")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+s")
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("n")
        await pilot.pause()
        assert (tmp_path / "galaxy_cnn.json").read_text() == "mine"
        assert not app.current_session.is_saved


async def test_a_model_file_is_opened_and_a_wrong_one_is_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    small = Model((9,), (Dense(units=2, activation="softmax"),), "small")
    write_model(small, tmp_path / "good.json")
    (tmp_path / "wrong.json").write_text('{"class_name": "Sequential"')
    app = an_app("model")
    first = app.current_session.model
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await pilot.press("i")
        await pilot.pause()
        await pilot.press(*"wr", "enter")
        await until(pilot, lambda: "wrong.json, line 1" in screen_text(app))
        assert app.current_session.model == first
        await pilot.press("backspace", "backspace")
        await pilot.press(*"go", "enter")
        await until(pilot, lambda: isinstance(app.screen, Preview))
        assert app.current_session.model == first
        await pilot.press("enter")
        await until(pilot, lambda: app.current_session.model == small)
        assert app.current_session.is_saved
        await pilot.press("u")
        assert app.current_session.model == first


async def test_a_preset_is_chosen_by_its_name():
    app = an_app("model")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("p", *"workflow", "enter")
        await pilot.pause()
        assert app.current_session.model.layers[1].padding == "valid"


async def test_what_it_would_cost_fully_connected_is_shown_when_asked():
    app = an_app("model")
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        assert "Fully connected" not in screen_text(app)
        await pilot.press("w")
        await pilot.pause()
        assert "Fully connected, the same layer sizes" in screen_text(app)


async def test_a_model_is_built_from_nothing_by_adding_and_fixing():
    app = an_app("model", data=some_data(), report=a_report())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("p", *"empty", "enter")
        await pilot.pause()
        assert "has no layers. Add one" in screen_text(app)
        for kind in ("conv", "maxp", "flat", "dense"):
            await pilot.press("a", *kind, "enter")
            await pilot.pause()
        await pilot.press("f")
        await pilot.pause()
        assert kinds(app) == ["Reshape", "Conv2D", "MaxPooling2D", "Flatten", "Dense"]
        assert app.current_session.problems == ()


async def test_keys_typed_at_once_go_to_the_dialog_and_not_past_it():
    app = an_app("model")
    async with app.run_test() as pilot:
        await pilot.press("down", "down")
        before = app.current_session.model
        for key in "ixad":
            app.post_message(events.Key(key, key))
        await pilot.pause()
        assert app.current_session.model == before
        assert len(app.screen_stack) == 2
