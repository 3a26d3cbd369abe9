import pytest
from textual.app import App, ComposeResult

from cnn_tui.spec.layers import Conv2D
from cnn_tui.spec.training import Training
from cnn_tui.ui.widgets.choice import Choice
from cnn_tui.ui.widgets.field_line import FieldLine
from cnn_tui.ui.widgets.form import Form

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
