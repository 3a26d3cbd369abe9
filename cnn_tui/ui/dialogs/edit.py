"""A dialog around a form: enter or ctrl+o takes what it says, escape leaves things as they are."""

from typing import ClassVar, Generic, TypeVar

from msgspec import Struct
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from cnn_tui.spec.data import Source
from cnn_tui.text import clean
from cnn_tui.ui.dialogs.dialog import Dialog
from cnn_tui.ui.widgets.field_line import FieldLine
from cnn_tui.ui.widgets.form import Form

S = TypeVar("S", bound=Struct)


class Edit(Dialog[S | None], Generic[S]):
    """Edits one struct. Escape answers None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+o", "take", "Take it", tooltip="Take the settings as they are", id="edit.take"),
        Binding("escape", "leave", "Leave", tooltip="Close and change nothing", id="edit.leave"),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    Edit { align: center middle; }
    Edit > Vertical {
        width: 76; max-width: 95%; height: auto; max-height: 90%;
        border: round $accent; border-title-color: $accent; background: $surface; padding: 0 1;
    }
    Edit Form { max-height: 60vh; }
    Edit #note { height: auto; min-height: 2; max-height: 5; color: $text-muted; margin-top: 1; }
    Edit #note.-wrong { color: $text-error; }
    Edit Horizontal { height: 1; align-horizontal: right; }
    Edit Button { margin-left: 2; }
    """

    def __init__(self, title: str, value: S) -> None:
        super().__init__()
        self._title = title
        self.value = value

    def compose(self) -> ComposeResult:
        """The form, the help of the setting in focus, and the two ways out."""
        with Vertical() as box:
            box.border_title = Content(self._title)
            yield from self.compose_form()
            yield Static(id="note", markup=False)
            with Horizontal():
                yield Button("esc Leave", compact=True, action="screen.leave", id="leave")
                yield Button("^o Take it", compact=True, variant="primary", action="screen.take", id="take")

    def compose_form(self) -> ComposeResult:
        """The form, and what stands beside it."""
        yield Form(self.value)

    def on_mount(self) -> None:
        """Begins in the first setting."""
        self.query_one(Form).focus_field()

    def objection(self) -> str:
        """Why the settings cannot be taken; empty: they can."""
        wrong = self.query(FieldLine).filter(".-wrong")
        return f"{wrong.first(FieldLine).field.name} cannot be used as it is typed." if wrong else ""

    def say(self, sentence: str, wrong: bool = False) -> None:
        """Shows a sentence under the form."""
        note = self.query_one("#note", Static)
        note.update(Content(clean(f"✗ {sentence}" if wrong else sentence, 400)))
        note.set_class(wrong, "-wrong")

    @on(Form.Changed)
    def keep(self, event: Form.Changed) -> None:
        """Keeps what is edited until it is taken."""
        event.stop()
        assert isinstance(event.value, type(self.value))
        self.value = event.value
        self.changed()

    def changed(self) -> None:
        """Is called after each change."""

    @on(Form.Helped)
    def help_with(self, event: Form.Helped) -> None:
        """Shows the help of the setting in focus."""
        event.stop()
        self.say(event.text)

    @on(Form.Done)
    def action_take(self) -> None:
        """Answers with the settings, unless something is wrong with them."""
        if objection := self.objection():
            self.say(objection, wrong=True)
        else:
            self.dismiss(self.value)

    def action_leave(self) -> None:
        """Closes and changes nothing."""
        self.dismiss(None)


class EditSource(Edit[Source]):
    """What a source is called, where it is, and what holds it."""

    def __init__(self, role: str, source: Source) -> None:
        super().__init__(f"Source · {role}", source)

    def objection(self) -> str:
        """A source needs a file."""
        return super().objection() or ("" if self.value.images.strip() else "Give a file or a folder of images.")
