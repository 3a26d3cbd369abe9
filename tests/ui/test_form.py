import pytest
from textual.app import App, ComposeResult

from cnn_tui.spec.layers import KINDS, Conv2D, Dense, ZeroPadding2D
from cnn_tui.spec.layers.constraints import MaxNorm
from cnn_tui.spec.layers.initializers import HeNormal
from cnn_tui.spec.layers.regularizers import L1, L2
from cnn_tui.spec.make import parse
from cnn_tui.spec.model import Model
from cnn_tui.spec.training import Training
from cnn_tui.ui.new_layers import new_layer
from cnn_tui.ui.widgets.choice import Choice
from cnn_tui.ui.widgets.field_line import FieldLine
from cnn_tui.ui.widgets.form import Form
from cnn_tui.ui.widgets.more_line import MoreLine
from tests.ui.support import screen_text, until

CONV = Conv2D(filters=64, kernel_size=(3, 3), padding="same", activation="relu")


class Paper(App[None]):
    """A form and what it said."""

    def __init__(self, value=CONV, **settings) -> None:
        super().__init__()
        self.form = Form(value, **settings)
        self.changes = []

    def compose(self) -> ComposeResult:
        yield self.form

    def on_form_changed(self, event: Form.Changed) -> None:
        self.changes.append(event)

    def line(self, name: str) -> FieldLine:
        return next(line for line in self.query(FieldLine) if line.field.name == name)

    @property
    def mark(self) -> str:
        return " ".join(str(mark.render()) for mark in self.query(".mark") if mark.display)


async def test_a_form_has_a_line_for_every_setting_that_is_not_left_out():
    app = Paper(Training(), leave_out=("optimizer",))
    async with app.run_test():
        await app.form.reveal("metrics")
        lines = [line.field.name for line in app.query(FieldLine)]
        assert set(lines) == set(Training.__struct_fields__) - {"optimizer"}


async def test_what_parses_is_taken_at_each_key():
    app = Paper()
    async with app.run_test() as pilot:
        app.form.focus_field("filters")
        await pilot.press("1", "2", "8")
        await pilot.pause()
        assert [event.value.filters for event in app.changes] == [1, 12, 128]
        assert [event.goes_on for event in app.changes] == [False, True, True]
        assert app.form.value.filters == 128


async def test_what_does_not_parse_stays_as_it_was_typed_and_is_marked_where_it_stands():
    app = Paper()
    async with app.run_test() as pilot:
        app.form.focus_field("kernel_size")
        await pilot.press(*"3xq")
        await pilot.pause()
        assert app.line("kernel_size").text == "3xq"
        assert app.line("kernel_size").has_class("-wrong")
        assert "3xq" in app.mark
        assert "Use 2 whole numbers" in app.mark
        assert app.form.value.kernel_size == (3, 3)
        await pilot.press("backspace", "5")
        await pilot.pause()
        assert not app.line("kernel_size").has_class("-wrong")
        assert app.form.value.kernel_size == (3, 5)


async def test_a_change_from_elsewhere_is_shown_but_never_rewrites_what_means_the_same():
    app = Paper()
    async with app.run_test() as pilot:
        app.form.focus_field("kernel_size")
        await pilot.press("5")
        await pilot.pause()
        app.form.show(Conv2D(filters=7, kernel_size=(5, 5), padding="same", activation="relu"))
        await pilot.pause()
        assert app.line("kernel_size").text == "5"
        assert app.line("filters").text == "7"
        assert len(app.changes) == 1


async def test_another_layer_forgets_what_was_typed_for_the_one_before():
    app = Paper()
    async with app.run_test() as pilot:
        app.form.focus_field("filters")
        await pilot.press("x")
        await pilot.pause()
        app.form.reset(CONV)
        await pilot.pause()
        assert app.line("filters").text == "64"
        assert app.mark == ""


async def test_a_problem_of_the_shapes_stands_at_its_setting():
    app = Paper()
    async with app.run_test() as pilot:
        app.form.show(CONV, {"kernel_size": "Too large."})
        await pilot.pause()
        assert app.mark == "✗ Too large."
        app.form.show(CONV, {})
        await pilot.pause()
        assert app.mark == ""


async def test_a_choice_goes_round_with_the_arrows_and_is_found_by_typing():
    app = Paper()
    async with app.run_test() as pilot:
        app.form.focus_field("padding")
        await pilot.press("right")
        await pilot.pause()
        assert app.form.value.padding == "valid"
        app.form.focus_field("activation")
        await pilot.press("enter", *"soft", "enter")
        await pilot.pause()
        assert app.form.value.activation == "softmax"
        assert isinstance(app.focused, Choice)


async def test_a_flag_is_yes_or_no():
    app = Paper()
    async with app.run_test() as pilot:
        app.form.focus_field("use_bias")
        await pilot.press("space")
        await pilot.pause()
        assert app.form.value.use_bias is False


@pytest.mark.parametrize(("keys", "name"), [(["down"], "kernel_size"), (["down", "up", "up"], "filters")])
async def test_up_and_down_go_from_setting_to_setting(keys, name):
    app = Paper()
    async with app.run_test() as pilot:
        app.form.focus_field()
        await pilot.press(*keys)
        assert app.line(name).has_focus_within


REGULARIZED = Dense(units=3, kernel_regularizer=L2(l2=0.5))


async def test_what_most_people_leave_alone_is_folded_away_and_a_key_unfolds_it():
    app = Paper()
    async with app.run_test(size=(60, 50)) as pilot:
        names = [line.field.name for line in app.query(FieldLine)]
        assert names == [
            "filters", "kernel_size", "strides", "padding", "dilation_rate", "activation", "use_bias"
        ]  # fmt: skip
        app.form.focus_field("use_bias")
        await pilot.press("down", "enter")
        await pilot.pause()
        assert app.line("kernel_initializer").display
        assert [line.field.name for line in app.query(FieldLine)][-2:] == ["enabled", "name"]
        await pilot.press("down", "down", "up", "up")
        assert isinstance(app.focused, MoreLine)
        await pilot.press("enter")
        await pilot.pause()
        assert not app.line("kernel_initializer").display


async def test_it_is_there_at_once_when_one_of_it_is_set_or_wrong():
    app = Paper(REGULARIZED)
    async with app.run_test(size=(60, 50)) as pilot:
        await pilot.pause()
        assert app.line("kernel_regularizer").text == "l2(0.5)"
        app.form.reset(Dense(units=3))
        await pilot.pause()
        assert not app.line("kernel_regularizer").display
        app.form.show(Dense(units=3), {"name": "Taken."})
        await pilot.pause()
        assert app.mark == "✗ Taken."


async def test_a_layer_that_is_only_off_does_not_unfold_it():
    app = Paper(Dense(units=3, enabled=False))
    async with app.run_test(size=(60, 50)) as pilot:
        await pilot.pause()
        assert not app.query(FieldLine).filter(".-long")


async def test_a_named_setting_is_typed_with_its_factors_and_checked_at_each_key():
    app = Paper(REGULARIZED)
    async with app.run_test(size=(60, 50)) as pilot:
        app.form.focus_field("kernel_regularizer")
        await pilot.press(*"l1(0.1)")
        await pilot.pause()
        assert app.form.value.kernel_regularizer == L1(l1=0.1)
        await pilot.press(*["backspace"] * 2, "x", ")")
        await pilot.pause()
        assert app.form.value.kernel_regularizer == L1(l1=0.1)
        assert "0.x" in app.mark
        assert app.line("kernel_regularizer").text == "l1(0.x)"


async def test_a_name_is_completed_and_its_list_tells_what_each_is_for():
    app = Paper(REGULARIZED)
    async with app.run_test(size=(90, 50)) as pilot:
        app.form.focus_field("kernel_initializer")
        await pilot.press(*"he_n")
        await until(pilot, lambda: app.focused._suggestion == "he_normal")
        await pilot.press("right")
        await pilot.pause()
        assert app.form.value.kernel_initializer == HeNormal()
        app.form.focus_field("kernel_constraint")
        await pilot.press("ctrl+l")
        await pilot.pause()
        assert "longer than this" in screen_text(app)
        await pilot.press(*"max", "enter")
        await pilot.pause()
        assert app.line("kernel_constraint").text == "max_norm(2)"
        assert app.form.value.kernel_constraint == MaxNorm(max_value=2.0)


async def test_edges_are_typed_as_people_write_them():
    app = Paper(ZeroPadding2D())
    async with app.run_test() as pilot:
        app.form.focus_field("padding")
        await pilot.press(*"1+2x0")
        await pilot.pause()
        assert app.form.value.padding == ((1, 2), (0, 0))
        assert app.line("padding").text == "1+2x0"


async def test_letters_go_to_the_choice_that_begins_so():
    app = Paper()
    async with app.run_test() as pilot:
        app.form.focus_field("activation")
        for typed, word in (("s", "softmax"), ("i", "sigmoid"), ("g", "sigmoid")):
            await pilot.press(typed)
            await pilot.pause()
            assert app.form.value.activation == word
        await pilot.press("left", "right", "g")
        await pilot.pause()
        assert app.form.value.activation == "gelu"


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_has_a_form_whose_lines_mean_its_settings(kind):
    layer = new_layer(kind, Model((8, 8, 4), ()), 0)
    app = Paper(layer)
    async with app.run_test(size=(60, 60)) as pilot:
        app.form.focus_field()
        await app.form.reveal("name")
        await pilot.pause()
        assert {line.field.name for line in app.query(FieldLine)} == set(kind.__struct_fields__)
        assert app.mark == ""
        assert all(parse(line.field, line.text) == getattr(layer, line.field.name) for line in app.query(FieldLine))
