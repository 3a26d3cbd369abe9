"""The settings of data that matter for its format, and the augmentation as one line that opens its own form."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from cnn_tui.spec.augmentation import unavailable
from cnn_tui.spec.data import Data, Reading
from cnn_tui.spec.fields import brief, fields
from cnn_tui.spec.report import Report
from cnn_tui.ui.data_view import NO_FILES, settings_left_out
from cnn_tui.ui.widgets.form import Form


class AugmentationLine(Widget, can_focus=True):
    """What happens to training images at random, in a few words; enter asks for its form."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "ask", "Augmentation", tooltip="Edit the augmentation", id="augment.edit", show=False),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    AugmentationLine { height: auto; }
    AugmentationLine:focus { background: $accent 25%; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._data = NO_FILES

    def show(self, data: Data) -> None:
        """Draws the augmentation of the data."""
        self._data = data
        self.refresh(layout=True)

    def allow_focus(self) -> bool:
        """Not where nothing can be augmented."""
        return unavailable() is None

    def render(self) -> Content:
        """The name and the words; greyed with the way out where kornia is missing."""
        name = Content(f"{'augmentation':<16}").stylize("$foreground 65%")
        if reason := unavailable():
            return name + Content(reason.sentence).stylize("$foreground 65%")
        return name + Content(f"{brief(self._data.augmentation) if self._data.augmentation else 'none'} ▾")

    def action_ask(self) -> None:
        """Asks for the form."""
        self.post_message(DataForm.AugmentationAsked())

    def on_click(self) -> None:
        """Asks for the form."""
        self.action_ask()


TYPED = tuple(one.name for one in fields(Reading) if not one.choices and one.kind != "flag")
"""Settings whose every letter would make the files be read again."""


class DataForm(Vertical):
    """How files are read, scaled and split; not there without data.

    What is typed to say how they are read is told when it is complete: after enter, or when the focus goes on.
    """

    DEFAULT_CSS: ClassVar[str] = """
    DataForm { height: auto; margin-top: 1; }
    DataForm Form { max-height: 100vh; }
    DataForm FieldLine { grid-columns: 16 1fr; }
    """

    @dataclass
    class Changed(Message):
        """A setting has another value."""

        data: Data

    class AugmentationAsked(Message):
        """Someone wants to edit the augmentation."""

    def __init__(self) -> None:
        super().__init__()
        self._files = ""
        self._kind: str | None = None
        self._left_out = settings_left_out(None)
        self._typed: Data | None = None
        self._shown: tuple[Data | None, Report | None, Mapping[str, str] | None] = (None, None, None)
        self._form = Form(NO_FILES, self._left_out)

    def compose(self) -> ComposeResult:
        """The settings, then the augmentation."""
        yield self._form
        yield AugmentationLine()

    def show(self, data: Data | None, report: Report | None, problems: Mapping[str, str] | None = None) -> None:
        """Shows the settings that matter for what the files turned out to be; all as long as that is not known.

        `problems`: what of them cannot be meant, by their names.
        """
        self._shown = data, report, problems
        self.display = data is not None
        if data is None:
            return
        if report:
            self._files, self._kind = data.train.images, report.kind
        elif data.train.images != self._files:
            self._files, self._kind = data.train.images, None
        left_out = settings_left_out(self._kind)
        if left_out != self._left_out and not self._form.has_focus_within:  # else it is made anew when that leaves
            self._form.remove()
            self._left_out, self._form = left_out, Form(data, left_out)
            self.mount(self._form, before=0)
        else:
            self._form.show(data, problems)
        for line in self.query(AugmentationLine):
            line.show(data)

    def focus_field(self, name: str = "") -> None:
        """Puts the focus into the setting of that name, or into the first."""
        self._form.focus_field(name)

    @on(Form.Changed)
    def take(self, event: Form.Changed) -> None:
        """Tells the data with the setting in its place, or keeps them until it is typed."""
        event.stop()
        assert isinstance(event.value, Data)
        self._typed = event.value
        if event.field not in TYPED:
            self._tell()

    @on(Form.Done)
    def _tell(self) -> None:
        if self._typed is not None:
            self.post_message(self.Changed(self._typed))
            self._typed = None

    def on_descendant_blur(self) -> None:
        """Takes what was typed; behind the focus the form may change its lines."""
        self._tell()
        self.call_after_refresh(lambda: self.show(*self._shown))
