"""The settings of the chosen layer, the help of the one in focus, and the arithmetic behind its output."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

from msgspec import Meta, Struct
from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message

from cnn_tui.ui.widgets.form import Form
from cnn_tui.ui.widgets.words import Words

Size = Annotated[int, Meta(ge=1, le=2**31)]


class ModelInput(Struct, frozen=True, kw_only=True):
    """What can be set about the model as a whole."""

    input_shape: Annotated[
        tuple[Size, ...],
        Meta(min_length=1, max_length=4, description="The shape of one image: 784 values in a row, or 28x28x1."),
    ]
    name: Annotated[
        str,
        Meta(
            pattern=r"^[A-Za-z][A-Za-z0-9_\-]*$", max_length=60, description="What the model is called, also in Keras."
        ),
    ]


class Subject(Struct, frozen=True):
    """What the form is about: the layer at a place (None: the input), what is wrong with it, its arithmetic."""

    index: int | None
    title: str
    value: Struct
    problems: Mapping[str, str] = {}
    formula: str = ""


class LayerForm(VerticalScroll, can_focus=False):
    """One form for each kind of layer, made when it is first needed; the one of the chosen layer is seen."""

    DEFAULT_CSS: ClassVar[str] = """
    LayerForm { height: 1fr; scrollbar-size-vertical: 1; }
    LayerForm > #help { height: auto; color: $text-muted; margin-top: 1; }
    LayerForm > #formula { height: auto; margin-top: 1; }
    """

    @dataclass
    class Changed(Message):
        """The layer at `index` (None: the input) has other settings. `goes_on`: the same setting changed before."""

        index: int | None
        value: Struct
        goes_on: bool

    @dataclass
    class Done(Message):
        """Someone is done with the settings."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._subject: Subject | None = None
        self._forms: dict[type[Struct], Form] = {}
        self._drawn: Subject | None = None
        self._turn = asyncio.Lock()

    def compose(self) -> ComposeResult:
        """Help and formula; the forms come before them."""
        yield Words(id="help")
        yield Words(id="formula")

    def show(self, subject: Subject) -> None:
        """Shows a layer; what is being typed for the same layer stays."""
        self._subject = subject
        self.call_later(self._draw)

    async def edit(self, field: str = "") -> None:
        """Puts the focus into a setting, or into the first, before anyone looks at the keys that follow."""
        await self._draw()
        if self._drawn:
            form = self._forms[type(self._drawn.value)]
            await form.reveal(field)
            form.focus_field(field)

    async def _draw(self) -> None:
        """Draws the newest subject, one after the other."""
        async with self._turn:
            await self._draw_newest()

    async def _draw_newest(self) -> None:
        assert self._subject is not None
        subject, kind = self._subject, type(self._subject.value)
        if subject == self._drawn:
            return
        if kind not in self._forms:
            self._forms[kind] = Form(subject.value)
            await self.mount(self._forms[kind], before="#help")
        same = self._drawn is not None and (self._drawn.index, type(self._drawn.value)) == (subject.index, kind)
        self._drawn = subject
        for one, form in self._forms.items():
            if form.display != (one is kind):
                form.display = one is kind
        (self._forms[kind].show if same else self._forms[kind].reset)(subject.value, subject.problems)
        self.border_title = Content(subject.title)
        self.query_one("#formula", Words).say(subject.formula)
        if not same:
            self.query_one("#help", Words).say("")

    @on(Form.Changed)
    def tell(self, event: Form.Changed) -> None:
        """Passes the change on with the place of the layer."""
        event.stop()
        if self._drawn and type(self._drawn.value) is type(event.value):
            self.post_message(self.Changed(self._drawn.index, event.value, event.goes_on))

    @on(Form.Helped)
    def help_with(self, event: Form.Helped) -> None:
        """Shows the line of help of the setting in focus."""
        event.stop()
        self.query_one("#help", Words).say(event.text)

    @on(Form.Done)
    def leave(self, event: Form.Done) -> None:
        """Says that it is over."""
        event.stop()
        self.post_message(self.Done())
