"""Model: the layers, the form of the chosen one, what is wrong, and the keys that change them."""

from typing import ClassVar

from msgspec import Struct
from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import DataTable, Static

from cnn_tui.spec.checks import applied
from cnn_tui.spec.layers import Layer
from cnn_tui.spec.model import label
from cnn_tui.spec.shapes import Problem, trace
from cnn_tui.ui.dialogs.choose import Choose
from cnn_tui.ui.dialogs.finder import Entry
from cnn_tui.ui.model_files import ask_and_open, ask_and_save, choose_preset
from cnn_tui.ui.new_layers import describe_kinds, new_layer
from cnn_tui.ui.screens.place import Place
from cnn_tui.ui.session import Session
from cnn_tui.ui.widgets.layer_form import LayerForm, ModelInput, Subject
from cnn_tui.ui.widgets.layer_table import LayerTable
from cnn_tui.ui.widgets.layer_words import flow, formula, fully_connected, totals
from cnn_tui.ui.widgets.problem_lines import ProblemLines

MOVE = Binding.Group("Move", compact=True)


class ModelScreen(Place):
    """The layer list, its form, and what is wrong with it."""

    CSS_PATH = "model.tcss"
    HELP = """
    Each row is a layer; **Output** is the shape of what it makes of one image: height × width × channels.
    A change is checked at once: a wrong row has a ✗, and under the table stands what to do; `f` does it.

    `a` adds a layer below the cursor, `enter` edits its settings, `K` and `J` move it, `u` takes back.
    **Parameters** is how many numbers the layer learns, **Mult-adds** how many multiplications one image costs,
    **Sees** how large a part of the image one output value depends on.
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add_layer", "Add", tooltip="Add a layer below this one", id="model.add"),
        Binding("enter", "edit", "Edit", tooltip="Edit the settings of this layer", id="model.edit"),
        Binding("delete,x", "remove", "Remove", tooltip="Remove this layer", id="model.remove", key_display="x"),
        Binding(
            "K,shift+up", "move(-1)", "Up", tooltip="Move this layer up", id="model.up", key_display="K", group=MOVE
        ),
        Binding(
            "J,shift+down",
            "move(1)",
            "Down",
            tooltip="Move this layer down",
            id="model.down",
            key_display="J",
            group=MOVE,
        ),
        Binding("d", "duplicate", "Duplicate", tooltip="Put a copy below this layer", id="model.copy", show=False),
        Binding("f,ctrl+f", "mend", "Fix", tooltip="Do what the line under the table advises", id="model.mend"),
        Binding("u,ctrl+z", "undo", "Undo", tooltip="Take back the last edit, if there is one", id="model.undo"),
        Binding("ctrl+y", "redo", "Redo", tooltip="Bring back what undo took", id="model.redo", show=False),
        Binding("p", "presets", "Presets", tooltip="Start from a known network", id="model.presets"),
        Binding(
            "w", "compare", "Compare", tooltip="What it would cost fully connected", id="model.compare", show=False
        ),
        Binding("ctrl+s", "save", "Save", tooltip="Save the model as a Keras JSON file", id="model.save"),
        Binding("i", "open", "Import", tooltip="Open a model file", id="model.open", show=False),
        Binding("right_square_bracket", "fold", "Form", tooltip="Show or hide the form", id="view.right", show=False),
        Binding("escape", "leave_form", "Back", tooltip="Back to the table", id="model.back"),
    ]

    def compose_place(self) -> ComposeResult:
        """The table with what is said about it, and the form."""
        with Horizontal(id="work"):
            with Vertical(id="layers", classes="panel"):
                yield LayerTable()
                yield Static(id="flow", markup=False)
                yield Static(id="compared", markup=False)
                yield ProblemLines()
            yield LayerForm(id="form", classes="panel")

    def show_session(self, session: Session) -> None:
        """Draws the model as it is now."""
        rows, problems = trace(session.model), session.problems
        self.query_one(LayerTable).show(session.model.input_shape, rows)
        self.query_one("#layers").border_title = Content(totals(rows))
        self.query_one("#flow", Static).update(Content(flow(session.model.input_shape, rows)))
        self.query_one("#compared", Static).update(fully_connected(rows))
        fine = "It can be trained on this data." if session.report else "It holds together; data will show if it fits."
        self.query_one(ProblemLines).show(problems, fine, "ctrl+f")
        self._show_form()
        self.refresh_keys()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Greys what has nothing to act on."""
        session, index = self.session, self._index
        match action:
            case "remove" | "duplicate":
                return True if index is not None else None
            case "move":
                return True if index is not None and self._can_move(index, parameters) else None
            case "undo":
                return True if session.past else None
            case "redo":
                return True if session.undone else None
            case "mend":
                return True if session.mendable else None
            case "leave_form":
                return self.query_one(LayerForm).has_focus_within
        return True

    @on(DataTable.RowHighlighted)
    def show_chosen(self) -> None:
        """Shows the form of the layer under the cursor."""
        self._show_form()
        self.refresh_keys()

    @on(DataTable.RowSelected)
    async def action_edit(self) -> None:
        """Opens the form, at the setting that is wrong if there is one."""
        self._show_form()  # the message that the cursor has moved may still be on its way
        problem = self._problem_here()
        form = self.query_one(LayerForm)
        if not form.display:
            self._set_form(True)
        await form.edit(problem.field if problem else "")

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
    def action_leave_form(self) -> None:
        """Goes back to the table; a form that lay over it closes."""
        self.query_one(LayerTable).focus()
        self.remove_class("-form-open")

    def action_compare(self) -> None:
        """Shows or hides what the same layer sizes would cost fully connected."""
        self.toggle_class("-compared")

    def action_fold(self) -> None:
        """Shows the form or hides it."""
        self._set_form(not self.query_one(LayerForm).display)

    async def action_add_layer(self) -> None:
        """Asks for a kind and puts a layer of it below the cursor."""
        await self.converse(self._ask_and_add())

    async def _ask_and_add(self) -> None:
        entries = [Entry(kind.__name__, about, kind) for kind, about in describe_kinds()]
        kind = await self.app.push_screen_wait(Choose("Add a layer", entries))
        if kind is None:
            return
        session, index = self.session, -1 if self._index is None else self._index
        classes = len(session.report.classes) if session.report else 0
        layer = new_layer(kind, session.model, index + 1, classes)
        self.session = session.with_model(session.model.with_inserted(index + 1, layer))
        self.query_one(LayerTable).go_to(index + 1)

    def action_remove(self) -> None:
        """Removes the layer under the cursor."""
        if self._index is not None:
            self.session = self.session.with_model(self.session.model.without(self._index))

    def action_duplicate(self) -> None:
        """Puts a copy below; without its name, which only one layer may have."""
        index = self._index
        if index is not None:
            copy = replace(self.session.model.layers[index], name="")
            self.session = self.session.with_model(self.session.model.with_inserted(index + 1, copy))
            self.query_one(LayerTable).go_to(index + 1)

    def action_move(self, by: int) -> None:
        """Moves the layer, and the cursor with it."""
        index = self._index
        if index is not None and self._can_move(index, (by,)):
            self.session = self.session.with_model(self.session.model.with_moved(index, index + by))
            self.query_one(LayerTable).go_to(index + by)

    def action_mend(self) -> None:
        """Applies the first remedy that can be applied."""
        problem = self.session.mendable
        if problem:
            self.session = self.session.with_model(applied(self.session.model, problem))
            self.query_one(LayerTable).go_to(problem.index)

    def action_undo(self) -> None:
        """Takes back the last edit."""
        self.session = self.session.with_undo()

    def action_redo(self) -> None:
        """Brings back what undo took."""
        self.session = self.session.with_redo()

    async def action_presets(self) -> None:
        """Starts from a shipped model."""
        await self.converse(choose_preset(self.tui))

    async def action_open(self) -> None:
        """Opens a model file."""
        await self.converse(ask_and_open(self.tui))

    async def action_save(self) -> None:
        """Saves to the model's file, or asks for one."""
        await self.converse(ask_and_save(self.tui))

    @property
    def _index(self) -> int | None:
        return self.query_one(LayerTable).index if self.is_mounted else None

    def _can_move(self, index: int, parameters: tuple[object, ...]) -> bool:
        by = parameters[0] if parameters else 0
        return isinstance(by, int) and 0 <= index + by < len(self.session.model.layers)

    def _problem_here(self) -> Problem | None:
        return next((one for one in self.session.problems if one.index == self._index), None)

    def _set_form(self, shown: bool) -> None:
        self.set_class(shown, "-form-open")
        self.set_class(not shown, "-form-closed")
        if not shown and self.query_one(LayerForm).has_focus_within:
            self.query_one(LayerTable).focus()

    def _show_form(self) -> None:
        model, index = self.session.model, self._index
        if index is None or index >= len(model.layers):
            value: Struct = ModelInput(input_shape=model.input_shape, name=model.name)
            self.query_one(LayerForm).show(Subject(None, "Input", value))
            return
        problem, layer = self._problem_here(), model.layers[index]
        problems = {problem.field: _in_the_form(problem)} if problem and problem.field else {}
        self.query_one(LayerForm).show(
            Subject(index, label(index, layer), layer, problems, formula(trace(model)[index]))
        )


def _in_the_form(problem: Problem) -> str:
    """The problem without its place, which is where it stands."""
    return f"{problem.fact[:1].upper()}{problem.fact[1:]}. {problem.remedy.text}"
