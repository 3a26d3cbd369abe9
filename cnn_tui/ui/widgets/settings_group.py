"""Some settings under a heading; another kind of what they are about has a form of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from msgspec import Struct
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Static

from cnn_tui.ui.training_groups import TITLES
from cnn_tui.ui.widgets.form import Form


class SettingsGroup(Vertical):
    """One form for each kind, made when it is first needed; the one of the chosen kind is seen."""

    DEFAULT_CSS: ClassVar[str] = """
    SettingsGroup { height: auto; }
    SettingsGroup > .heading { height: 1; color: $accent; text-style: bold; }
    SettingsGroup > Form { height: auto; max-height: 100vh; }
    """

    @dataclass
    class Changed(Message):
        """A setting of the group of this name has another value."""

        group: str
        value: Struct

    def __init__(self, name: str, value: Struct) -> None:
        super().__init__(id=name, name=name)
        self.form = Form(value)
        self._problems: Mapping[str, str] = {}
        self._forms: dict[type[Struct], Form] = {type(value): self.form}

    def compose(self) -> ComposeResult:
        """The heading and the form."""
        yield Static(TITLES[self.name or ""], classes="heading", markup=False)
        yield self.form

    def has(self, name: str) -> bool:
        """Whether it holds the setting of that name."""
        return name in self.form.value.__struct_fields__

    def show(self, value: Struct, problems: Mapping[str, str]) -> None:
        """Shows these settings, in the form of their kind, and what is wrong with them; the focus stays where it is."""
        self._problems = problems
        if type(value) is type(self.form.value):
            self.form.show(value, problems)
            return
        focused = self.form.focused_field
        self.form.display = False
        if type(value) not in self._forms:
            self._forms[type(value)] = Form(value)
            self.mount(self._forms[type(value)])
        self.form = self._forms[type(value)]
        self.form.display = True
        self.call_later(self._arrive, value, focused)

    def _arrive(self, value: Struct, focused: str) -> None:
        """Goes on where the focus was, when the form is there."""
        if type(value) is type(self.form.value):
            self.form.reset(value, self._problems)
            if focused:
                self.form.focus_field(focused)

    @on(Form.Changed)
    def tell(self, event: Form.Changed) -> None:
        """Passes the change on with the name of the group."""
        event.stop()
        self.post_message(self.Changed(self.name or "", event.value))
