"""A form for any struct: a line a setting, made from its declaration and checked at each key."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from msgspec import Struct
from msgspec.structs import replace
from textual import events, on
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Input

from cnn_tui.errors import UserError
from cnn_tui.spec.fields import fields, show
from cnn_tui.spec.make import parse
from cnn_tui.ui.widgets.field_line import FieldLine
from cnn_tui.ui.widgets.more_line import MoreLine

LAST = ("enabled", "name")
"""What is asked for least."""
SEEN = "enabled"
"""Can be seen without the form."""


class Form(VerticalScroll, can_focus=False, inherit_bindings=False):
    """The settings of one struct. Only what parses becomes its value; what does not is marked where it stands.

    Settings that most people leave alone are folded away, and only made, when one of them is set, wrong or looked for.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", "Setting above", tooltip="Go to the setting above", id="form.up", show=False),
        Binding("down", "step(1)", "Setting below", tooltip="Go to the setting below", id="form.down", show=False),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    Form { height: auto; max-height: 1fr; scrollbar-size-vertical: 1; }
    """

    @dataclass
    class Changed(Message):
        """A setting has another value. `goes_on`: it is the same setting that changed last."""

        form: "Form"
        value: Struct
        field: str
        goes_on: bool

    @dataclass
    class Helped(Message):
        """The focus is on a setting with this help."""

        form: "Form"
        text: str

    @dataclass
    class Done(Message):
        """Someone pressed enter in an input."""

        form: "Form"

    @dataclass
    class Passed(Message):
        """Someone went on past the last setting (1) or the first (-1)."""

        form: "Form"
        by: int

    def __init__(self, value: Struct, leave_out: tuple[str, ...] = (), id: str | None = None) -> None:
        super().__init__(id=id)
        self._value = value
        declared = [one for one in fields(type(value)) if one.name not in leave_out]
        ordered = sorted(declared, key=lambda one: LAST.index(one.name) + 1 if one.name in LAST else 0)
        self._more = tuple(one for one in ordered if one.more)
        self._fields = tuple(one for one in ordered if not one.more)
        self._problems: Mapping[str, str] = {}
        self._last_edited = ""
        self._more_lines: list[FieldLine] = []

    def compose(self) -> ComposeResult:
        """A line a setting; behind the line `more` what is rarely changed."""
        for field in self._fields:
            yield FieldLine(field, getattr(self._value, field.name))
        if self._more:
            yield MoreLine(tuple(field.name for field in self._more))

    def on_mount(self) -> None:
        """Unfolds at once what is not as it usually is."""
        self._fold(self._needs_more())

    @property
    def value(self) -> Struct:
        """The struct as far as the settings parse."""
        return self._value

    def show(self, value: Struct, problems: Mapping[str, str] | None = None) -> None:
        """Shows a value that may have changed elsewhere, and what is wrong with it by the setting's name."""
        assert type(value) is type(self._value)
        before, self._value, self._problems = self._value, value, problems or {}
        if value != before:
            self._last_edited = ""
        if self._needs_more():
            self._fold(True)
        for line in self.query(FieldLine):
            if getattr(value, line.field.name) != getattr(before, line.field.name):
                line.show(getattr(value, line.field.name))
            self._mark(line)

    def reset(self, value: Struct, problems: Mapping[str, str] | None = None) -> None:
        """Shows another struct of the same kind; what was typed for the one before is forgotten."""
        for line in self.query(FieldLine):
            line.show(getattr(value, line.field.name))
        self._value, self._problems, self._last_edited = value, problems or {}, ""
        self._fold(self._needs_more())
        self.show(value, problems)

    def focus_field(self, name: str = "") -> None:
        """Puts the focus into the setting of that name, or into the first."""
        lines = self._lines()
        named = [line for line in lines if isinstance(line, FieldLine) and line.field.name == name]
        if chosen := [*named, *lines][:1]:
            chosen[0].focus_editor()

    @property
    def focused_field(self) -> str:
        """The name of the setting that has the focus, or nothing."""
        lines = (line for line in self.query(FieldLine) if line.has_focus_within)
        return next((line.field.name for line in lines), "")

    def focus_end(self, last: bool) -> None:
        """Puts the focus into the last setting, or into the first."""
        if lines := self._lines():
            lines[-1 if last else 0].focus_editor()

    async def reveal(self, name: str) -> None:
        """Unfolds what the setting of that name is folded away in, so that it can be focused."""
        if any(field.name == name for field in self._more):
            await self._fold(True)

    def action_step(self, by: int) -> None:
        """Moves the focus so many settings down; past the ends it stays, and says so."""
        lines = self._lines()
        here = next((place for place, line in enumerate(lines) if line.has_focus_within), 0)
        if 0 <= here + by < len(lines):
            lines[here + by].focus_editor()
        else:
            self.post_message(self.Passed(self, by))

    @on(MoreLine.Turned)
    async def turn(self, event: MoreLine.Turned) -> None:
        """Folds the settings behind the line out or away."""
        event.stop()
        await self._fold(not event.line.unfolded)

    def _fold(self, unfolded: bool) -> AwaitComplete:
        """Shows the settings behind the line or hides them; they are there when what it returns was awaited."""
        line = next(iter(self.query(MoreLine)), None)
        if line is None:
            return AwaitComplete()
        line.unfolded = unfolded
        mounting = AwaitComplete()
        if unfolded and not self._more_lines:
            self._more_lines = [FieldLine(field, getattr(self._value, field.name)) for field in self._more]
            mounting = AwaitComplete(self.mount(*self._more_lines, after=line))
        for one in self._more_lines:
            if one.display != unfolded:
                one.display = unfolded
        return mounting

    def _needs_more(self) -> bool:
        """Whether a setting behind the line is not as it usually is, or wrong."""
        return any(
            field.name in self._problems or (field.name != SEEN and getattr(self._value, field.name) != field.default)
            for field in self._more
        )

    def _lines(self) -> list[FieldLine | MoreLine]:
        """The lines that can be seen, in their order."""
        return [one for one in self.children if isinstance(one, FieldLine | MoreLine) and one.display]

    @on(FieldLine.Edited)
    def take(self, event: FieldLine.Edited) -> None:
        """Takes over what parses, and marks the line."""
        event.stop()
        field, line = event.line.field, event.line
        self._mark(line)
        try:
            setting = parse(field, line.text)
        except UserError:
            return
        if setting != getattr(self._value, field.name):
            self._value = replace(self._value, **{field.name: setting})
            goes_on, self._last_edited = self._last_edited == field.name, field.name
            self.post_message(self.Changed(self, self._value, field.name, goes_on))

    @on(Input.Submitted)
    def finish(self, event: Input.Submitted) -> None:
        """Enter in an input means: done."""
        event.stop()
        self.post_message(self.Done(self))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Tells the help of the setting that has the focus now."""
        line = next((one for one in event.widget.ancestors if isinstance(one, FieldLine)), None)
        self._last_edited = ""
        if line is None:
            self.post_message(self.Helped(self, "Settings that most people leave as they are. (enter shows them)"))
            return
        self.post_message(self.Helped(self, f"{line.field.help} ({line.field.limits})"))

    def _mark(self, line: FieldLine) -> None:
        try:
            parse(line.field, line.text)
        except UserError as error:
            kept = show(getattr(self._value, line.field.name))
            line.mark(f"{error.sentence} Until then it stays {kept}.")
        else:
            line.mark(self._problems.get(line.field.name, ""))
