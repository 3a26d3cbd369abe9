"""The form of the training: the optimizer's settings and all others in one list, made from their declarations."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import msgspec
from msgspec import Struct
from msgspec.structs import asdict
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from cnn_tui.spec.fields import fields
from cnn_tui.spec.optimizers import Optimizer
from cnn_tui.spec.training import Training
from cnn_tui.ui.widgets.field_line import FieldLine
from cnn_tui.ui.widgets.form import Form


class TrainingForm(Vertical):
    """Edits a training. What does not parse is marked and does not count until it does."""

    DEFAULT_CSS: ClassVar[str] = """
    TrainingForm { height: auto; max-height: 1fr; }
    TrainingForm #help { height: auto; color: $text-muted; }
    """

    @dataclass
    class Changed(Message):
        """A setting has another value."""

        training: Training

    @dataclass
    class Done(Message):
        """Someone pressed enter in a setting."""

    def __init__(self, training: Training, *, classes: str) -> None:
        super().__init__(classes=classes)
        self._training = training
        self.border_title = "training"

    def compose(self) -> ComposeResult:
        """A line a setting, and the help of the one in focus."""
        yield Form(flat(self._training))
        yield Static(id="help", markup=False)

    @property
    def mistake(self) -> str:
        """The name of the first setting that cannot be used as it is typed, or nothing."""
        wrong = self.query(FieldLine).filter(".-wrong")
        return wrong.first(FieldLine).field.name if wrong else ""

    def show(self, training: Training) -> None:
        """Shows a training that may have changed elsewhere."""
        if training == self._training:
            return
        before, self._training = self._training, training
        if type(training.optimizer) is type(before.optimizer):
            self.query_one(Form).show(flat(training))
        else:
            self.refresh(recompose=True)

    def focus_field(self, name: str = "") -> None:
        """Puts the focus into the setting of that name, or into the first."""
        self.query_one(Form).focus_field(name)

    @on(Form.Changed)
    def take(self, event: Form.Changed) -> None:
        """Tells the training with the setting in its place."""
        event.stop()
        self._training = with_settings(self._training, asdict(event.value))
        self.post_message(self.Changed(self._training))

    @on(Form.Helped)
    def help_with(self, event: Form.Helped) -> None:
        """Shows the help of the setting in focus."""
        event.stop()
        self.query_one("#help", Static).update(Content(event.text))

    @on(Form.Done)
    def finish(self, event: Form.Done) -> None:
        """Passes it on."""
        event.stop()
        self.post_message(self.Done())


def flat(training: Training) -> Struct:
    """All settings beside each other, as one form edits them."""
    settings = asdict(training) | asdict(training.optimizer)
    kind = _settings(type(training.optimizer))
    return kind(**{name: settings[name] for name in kind.__struct_fields__})


def with_settings(training: Training, settings: Mapping[str, object]) -> Training:
    """The training with these settings, each in its place."""
    inner = {name: value for name, value in settings.items() if name in training.optimizer.__struct_fields__}
    outer = {name: value for name, value in settings.items() if name not in inner}
    optimizer = msgspec.structs.replace(training.optimizer, **inner)
    return msgspec.structs.replace(training, optimizer=optimizer, **outer)


@cache
def _settings(optimizer: type[Optimizer]) -> type[Struct]:
    """A struct of the optimizer's settings and, after them, those of the training."""
    outer = (one for one in fields(Training) if one.name != "optimizer")
    declared = [(one.name, one.annotation, one.default) for one in (*fields(optimizer), *outer)]
    return msgspec.defstruct("Settings", declared, frozen=True, kw_only=True)
