"""The form of the training: its settings in groups, two columns of them, and the help of the one in focus."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.message import Message

from cnn_tui.spec.data import Data
from cnn_tui.spec.named import Named
from cnn_tui.spec.training import Training
from cnn_tui.ui.training_groups import group, with_group
from cnn_tui.ui.widgets.field_line import FieldLine
from cnn_tui.ui.widgets.form import Form
from cnn_tui.ui.widgets.settings_group import SettingsGroup
from cnn_tui.ui.widgets.words import Words

COLUMNS = (("optimizer", "loss", "records"), ("length", "stops", "schedule", "computing"))
"""The groups of each column."""
FIRST = "length"
"""The group that is looked into first."""


class TrainingForm(Vertical):
    """Edits a training, and how much of the data watches it. What does not parse is marked and does not count."""

    DEFAULT_CSS: ClassVar[str] = """
    TrainingForm { height: auto; max-height: 1fr; }
    TrainingForm > VerticalScroll { height: auto; max-height: 1fr; scrollbar-size-vertical: 1; }
    TrainingForm Horizontal { height: auto; }
    TrainingForm .column { width: 1fr; height: auto; }
    TrainingForm .column:first-of-type { margin-right: 2; }
    TrainingForm #help { height: auto; color: $text-muted; }
    """

    @dataclass
    class Changed(Message):
        """A setting has another value."""

        training: Training
        data: Data | None

    @dataclass
    class Done(Message):
        """Someone pressed enter in a setting."""

    def __init__(self, training: Training, data: Data | None, *, classes: str) -> None:
        super().__init__(classes=classes)
        self._training, self._data = training, data
        self._problems: Mapping[str, str] = {}
        self._kept: dict[type[Named], Named] = {}
        self.border_title = "training"

    def compose(self) -> ComposeResult:
        """The groups, and the help of the setting in focus."""
        with VerticalScroll(can_focus=False), Horizontal():
            for names in COLUMNS:
                with Vertical(classes="column"):
                    for name in names:
                        yield SettingsGroup(name, group(name, self._training, self._data))
        yield Words(id="help")

    @property
    def mistake(self) -> str:
        """The name of the first setting that cannot be used as it is typed, or nothing."""
        lines = (line for one in self.query(SettingsGroup) for line in one.form.query(FieldLine))
        return next((line.field.name for line in lines if line.has_class("-wrong")), "")

    def show(self, training: Training, data: Data | None, problems: Mapping[str, str]) -> None:
        """Shows a training that may have changed elsewhere, and what is wrong with it by the setting's name."""
        if (training, data, problems) == (self._training, self._data, self._problems):
            return
        self._training, self._data, self._problems = training, data, problems
        for one in self.query(SettingsGroup):
            one.show(group(one.name or "", training, data), problems)

    def focus_field(self, name: str = "") -> None:
        """Puts the focus into the setting of that name, or into the first that people look for."""
        for one in self.query(SettingsGroup):
            if (name and one.has(name)) or (not name and one.name == FIRST):
                one.form.focus_field(name)

    @on(SettingsGroup.Changed)
    def take(self, event: SettingsGroup.Changed) -> None:
        """Tells the training with the settings of a group in their place."""
        event.stop()
        for part in (self._training.optimizer, self._training.schedule, self._training.early_stopping):
            if part:
                self._kept[type(part)] = part
        edited = with_group(event.group, event.value, self._training, self._data, self._kept)
        self._training, self._data = edited
        self.query_one(f"#{event.group}", SettingsGroup).show(group(event.group, *edited), self._problems)
        self.post_message(self.Changed(*edited))

    @on(Form.Passed)
    def go_on(self, event: Form.Passed) -> None:
        """Goes on into the next group, or the one above."""
        event.stop()
        groups = list(self.query(SettingsGroup))
        here = next(place for place, one in enumerate(groups) if one.form is event.form)
        if 0 <= (there := here + event.by) < len(groups):
            groups[there].form.focus_end(last=event.by < 0)

    @on(Form.Helped)
    def help_with(self, event: Form.Helped) -> None:
        """Shows the help of the setting in focus."""
        event.stop()
        self.query_one("#help", Words).say(event.text)

    def forget_help(self) -> None:
        """Says nothing any more of a setting that has lost the focus."""
        self.query_one("#help", Words).say("")

    @on(Form.Done)
    def finish(self, event: Form.Done) -> None:
        """Passes it on."""
        event.stop()
        self.post_message(self.Done())
