"""One setting as a line of a form: its name, an input for its value, and what is wrong with it."""

from dataclasses import dataclass
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from cnn_tui.errors import UserError
from cnn_tui.spec.fields import Field, show
from cnn_tui.spec.make import parse
from cnn_tui.text import clean
from cnn_tui.ui.widgets.choice import Choice
from cnn_tui.ui.widgets.named_input import NamedInput
from cnn_tui.ui.widgets.plain_input import PlainInput

LONGEST_MARK = 400
LONGEST_NAME = 15
"""Of a name that has its value beside it; a longer one has it below."""


class FieldLine(Widget):
    """A setting that can be edited: what is typed stays as typed, right or wrong."""

    DEFAULT_CSS: ClassVar[str] = """
    FieldLine { height: auto; layout: grid; grid-size: 2; grid-columns: 15 1fr; grid-rows: 1 auto; }
    FieldLine > .name { height: 1; color: $text-muted; }
    FieldLine > Input { background: $panel; }
    FieldLine > Input:focus { background: $accent 25%; background-tint: $background 0%; }
    FieldLine:focus-within > .name { color: $accent; text-style: bold; }
    FieldLine > .mark { display: none; column-span: 2; height: auto; color: $text-error; padding-left: 2; }
    FieldLine.-wrong > .mark { display: block; }
    FieldLine.-wrong > .name { color: $text-error; }
    FieldLine.-long { grid-size: 1; grid-columns: 1fr; grid-rows: 1 1 auto; }
    FieldLine.-long > .mark { column-span: 1; }
    FieldLine.-long > Input, FieldLine.-long > Choice { margin-left: 2; }
    """

    @dataclass
    class Edited(Message):
        """Someone typed into it or chose."""

        line: "FieldLine"

    def __init__(self, field: Field, value: Any) -> None:
        is_long = field.kind == "named" or len(field.name) > LONGEST_NAME
        super().__init__(classes="-long" if is_long else None)
        self.field = field
        self._marked = ""
        self._editor = _editor(field, show(value))
        self._mark = Static(classes="mark", markup=False)  # mounted when it is first needed

    def compose(self) -> ComposeResult:
        """Name and input in one line; a problem comes under them."""
        yield Static(self.field.name, classes="name", markup=False)
        yield self._editor

    @property
    def text(self) -> str:
        """The value as it is typed."""
        return str(self._editor.value)

    def show(self, value: Any) -> None:
        """Shows another value, unless what is typed means it already."""
        if not self._means(value):
            with self.prevent(Input.Changed, Choice.Changed):
                self._editor.value = show(value)

    def focus_editor(self) -> None:
        """Puts the focus into the input, now."""
        self.screen.set_focus(self._editor)

    def mark(self, sentence: str) -> None:
        """Says what is wrong with it; an empty sentence: nothing."""
        if sentence == self._marked:
            return  # every update makes the whole form be laid out anew
        self._marked = sentence
        self.set_class(bool(sentence), "-wrong")
        self._mark.update(Content(clean(f"✗ {sentence}", LONGEST_MARK) if sentence else ""))
        if sentence and not self._mark.is_attached:
            self.mount(self._mark)

    @on(Input.Changed)
    @on(Choice.Changed)
    def tell_the_form(self, event: Message) -> None:
        """Passes on that the text is another."""
        event.stop()
        self.post_message(self.Edited(self))

    def _means(self, value: Any) -> bool:
        try:
            return bool(parse(self.field, self.text) == value)
        except UserError:
            return False


def _editor(field: Field, text: str) -> Input | Choice:
    words = ("yes", "no") if field.kind == "flag" else field.choices
    if field.kind == "named":
        return NamedInput(field, text)
    if not words:
        return PlainInput(text, compact=True)
    if field.optional:
        words = (show(None), *words)
    return Choice(words, text, title=field.name)
