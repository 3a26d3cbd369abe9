"""Model: the layers, the form of the chosen one, what is wrong or could be better, and the shapes that flow."""

from typing import ClassVar

from msgspec import Struct
from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from cnn_tui.spec.advice import Advice
from cnn_tui.spec.checks import applied
from cnn_tui.spec.layers import Layer
from cnn_tui.spec.model import label
from cnn_tui.spec.shapes import Problem
from cnn_tui.ui.model_files import ask_and_export, ask_and_import, ask_and_save, choose_preset
from cnn_tui.ui.screens.editing import Editing
from cnn_tui.ui.session import Session
from cnn_tui.ui.widgets.layer_form import LayerForm, ModelInput, Subject
from cnn_tui.ui.widgets.layer_table import LayerTable
from cnn_tui.ui.widgets.layer_words import fully_connected, help_of, totals
from cnn_tui.ui.widgets.problem_lines import ProblemLines
from cnn_tui.ui.widgets.shape_strip import ShapeStrip

HELP = """
Each row is a layer; **Output** is the shape of what it makes of one image: height × width × channels.
A change is checked at once: a wrong row has a ✗, and under the table stands what to do; `f` does it.
A row with a ! could be better. A row that is *off* is kept and left out.

`a` adds a layer below the cursor: type a part of its name, and values behind it, such as `conv 64 3 same`.
`enter` edits its settings, `K` and `J` move it, `o` turns it off, `u` takes back. `space` and `shift` with the arrows
mark several layers, for all these keys at once. `c` copies layers as text; a paste of Keras code puts its layers in.
`i` takes the model of a file of Keras or Galaxy, `e` writes one for them; both say first what is lost on the way.

**Parameters** is how many numbers the layer learns, **Mult-adds** how many multiplications one image costs,
**Sees** how large a part of the image one output value depends on. The bars under the table are as high as the image
and as wide as its channels, both logarithmic; a row of values is a low bar, arcs go round residual groups.
"""


class ModelScreen(Editing):
    """The layer list, its form, and what is wrong with it."""

    CSS_PATH = "model.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f,ctrl+f", "mend", "Fix", tooltip="Do what the line under the table advises", id="model.mend"),
        Binding("n", "next", "Next", tooltip="Go to the next ✗ or !", id="model.next", show=False),
        Binding("p", "presets", "Presets", tooltip="Start from a known network", id="model.presets"),
        Binding(
            "w", "compare", "Compare", tooltip="What it would cost fully connected", id="model.compare", show=False
        ),
        Binding("ctrl+s", "save", "Save", tooltip="Save the model as a Keras JSON file", id="model.save"),
        Binding("i", "open", "Import", tooltip="Take the model of a file: Keras, Galaxy", id="model.open", show=False),
        Binding(
            "e", "export", "Export", tooltip="Write Keras JSON; what is lost is said", id="model.export", show=False
        ),
        Binding("right_square_bracket", "fold", "Form", tooltip="Show or hide the form", id="view.right", show=False),
        Binding("escape", "back", "Back", tooltip="Back to the table, or take the marks away", id="model.back"),
    ]

    def compose_place(self) -> ComposeResult:
        """The table with what is said about it, and the form."""
        with Horizontal(id="work"):
            with Vertical(id="layers", classes="panel"):
                yield LayerTable()
                yield ShapeStrip()
                yield Static(id="compared", markup=False)
                yield ProblemLines()
            yield LayerForm(id="form", classes="panel")

    @property
    def HELP(self) -> str:  # type: ignore[override] # Textual's is of the class; this one is of the layer too
        """What is said of the layer under the cursor, with its formula, and of this place."""
        index = self._index
        if index is None or index >= len(self.session.rows):
            return HELP
        row = self.session.rows[index]
        formula = "  \n".join(f"`{line}`" for line in (row.layer.FORMULA, *row.arithmetic.splitlines()) if line)
        words = "\n\n".join(help_of(type(row.layer)))
        return f"### {label(index, row.layer)}\n\n{words}\n\n{formula}\n\n{HELP}"

    def show_session(self, session: Session) -> None:
        """Draws the model as it is now."""
        rows = session.rows
        advised = frozenset(one.index for one in session.advice if one.index is not None)
        self.table.show(session.model.input_shape, rows, advised)
        title = Content(totals(rows, session.training.batch_size))
        panel = self.query_one("#layers")
        if panel.border_title != title:
            panel.border_title = title
        if self.has_class("-compared"):
            self.query_one("#compared", Static).update(fully_connected(rows))
        fine = "It can be trained on this data." if session.report else "It holds together; data will show if it fits."
        self.query_one(ProblemLines).show(session.problems, fine, "ctrl+f", session.advice)
        self.show_chosen()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Greys what has nothing to act on."""
        match action:
            case "mend":
                return True if self.session.mendable else None
            case "next":
                return True if self._remarks() else None
            case "back":
                return self.query_one(LayerForm).has_focus_within or bool(self.table.marks)
        return super().check_action(action, parameters)

    @on(LayerTable.Moved)
    def show_chosen(self) -> None:
        """Shows the form of the layer under the cursor, and where it stands in the flow of shapes."""
        self._show_form()
        self.query_one(ShapeStrip).show(self.session.model.input_shape, self.session.rows, self._index)
        for panel in self.query("HelpPanel"):
            panel.update_help(self.focused)  # type: ignore[attr-defined] # imported when it is first shown
        self.refresh_keys()

    @on(LayerTable.Opened)
    async def action_edit(self) -> None:
        """Opens the form, at the setting that is wrong if there is one."""
        self._show_form()  # the message that the cursor has moved may still be on its way
        remark = self._remark_here()
        form = self.query_one(LayerForm)
        if not form.display:
            self._set_form(True)
        await form.edit(remark.field if remark else "")

    @on(LayerForm.Changed)
    def take_settings(self, event: LayerForm.Changed) -> None:
        """Puts the edited settings into the model; one undo takes back all keys of one setting."""
        model = self.session.model
        if isinstance(event.value, ModelInput):
            model = replace(model, input_shape=event.value.input_shape, name=event.value.name)
        elif isinstance(event.value, Layer) and event.index is not None:
            model = model.with_layer(event.index, event.value)
        self.session = self.session.with_model(model, goes_on=event.goes_on)

    @on(LayerForm.Done)
    def leave_form(self) -> None:
        """Goes back to the table; a form that lay over it closes."""
        self.table.focus()
        self.remove_class("-form-open")

    def action_back(self) -> None:
        """Leaves the form, or takes the marks away."""
        if self.query_one(LayerForm).has_focus_within:
            self.leave_form()
        else:
            self.table.marks = frozenset()

    def action_compare(self) -> None:
        """Shows or hides what the same layer sizes would cost fully connected."""
        self.toggle_class("-compared")
        self.query_one("#compared", Static).update(fully_connected(self.session.rows))

    def action_fold(self) -> None:
        """Shows the form or hides it."""
        self._set_form(not self.query_one(LayerForm).display)

    def action_mend(self) -> None:
        """Applies the first remedy that can be applied."""
        remark = self.session.mendable
        if remark:
            self.session = self.session.with_model(applied(self.session.model, remark))
            behind = 1 if remark.remedy.before and remark.index is not None else 0  # the layer that it is said of
            self.table.go_to(None if remark.index is None else remark.index + behind)

    def action_next(self) -> None:
        """Goes to the next layer that something is said of; after the last to the first."""
        places = sorted(-1 if one.index is None else one.index for one in self._remarks())
        here = -1 if self._index is None else self._index
        place = next((one for one in places if one > here), places[0])
        self.table.go_to(None if place < 0 else place)

    async def action_presets(self) -> None:
        """Starts from a shipped model."""
        await self.converse(choose_preset(self.tui))

    async def action_open(self) -> None:
        """Takes the model of a file."""
        await self.converse(ask_and_import(self.tui))

    async def action_export(self) -> None:
        """Writes the model for other programs."""
        await self.converse(ask_and_export(self.tui))

    async def action_save(self) -> None:
        """Saves to the model's file, or asks for one."""
        await self.converse(ask_and_save(self.tui))

    @property
    def _index(self) -> int | None:
        return self.table.index if self.is_mounted else None

    def _remarks(self) -> tuple[Problem, ...]:
        return self.session.problems or self.session.advice

    def _remark_here(self) -> Problem | None:
        return next((one for one in self._remarks() if one.index == self._index), None)

    def _set_form(self, shown: bool) -> None:
        self.set_class(shown, "-form-open")
        self.set_class(not shown, "-form-closed")
        if not shown and self.query_one(LayerForm).has_focus_within:
            self.table.focus()

    def _show_form(self) -> None:
        model, index = self.session.model, self._index
        if index is None or index >= len(self.session.rows):
            value: Struct = ModelInput(input_shape=model.input_shape, name=model.name)
            self.query_one(LayerForm).show(Subject(None, "Input", value))
            return
        problem, row = self._remark_here(), self.session.rows[index]
        wrong = (
            {problem.field: _in_the_form(problem)}
            if problem and problem.field and not isinstance(problem, Advice)
            else {}
        )
        formula = "\n".join(filter(None, (row.layer.FORMULA, row.arithmetic)))
        self.query_one(LayerForm).show(Subject(index, label(index, row.layer), row.layer, wrong, formula))


def _in_the_form(problem: Problem) -> str:
    """The problem without its place, which is where it stands."""
    return f"{problem.fact[:1].upper()}{problem.fact[1:]}. {problem.remedy.text}"
