"""Editing a list of layers by keys: one layer, or several that are marked; every edit can be taken back."""

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.timer import Timer

from cnn_tui.errors import UserError
from cnn_tui.spec.model import MAX_LAYERS
from cnn_tui.ui.layer_edits import Edited, can_move, copied, duplicated, fits, moved, pasted, removed, turned
from cnn_tui.ui.screens.place import Place
from cnn_tui.ui.widgets.layer_table import LayerTable

KEYS_AFTER = 0.08
"""Seconds."""
MOVE = Binding.Group("Move", compact=True)


class Editing(Place):
    """A place with a `LayerTable`, and the keys that change the layers which are marked or under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add_layer", "Add", tooltip="Add a layer below this one", id="model.add"),
        Binding("enter", "edit", "Edit", tooltip="Edit the settings of this layer", id="model.edit"),
        Binding("x,delete", "remove", "Remove", tooltip="Remove the layers", id="model.remove", key_display="x"),
        Binding("K,alt+up", "move(-1)", "Up", tooltip="Move up", id="model.up", key_display="K", group=MOVE),
        Binding("J,alt+down", "move(1)", "Down", tooltip="Move down", id="model.down", key_display="J", group=MOVE),
        Binding("d", "duplicate", "Duplicate", tooltip="Put copies below", id="model.copy", show=False),
        Binding("o", "turn", "On/off", tooltip="Turn the layers off, or on again", id="model.turn", show=False),
        Binding("c,ctrl+c", "copy", "Copy", tooltip="Copy the layers as text", id="model.copy_text", show=False),
        Binding("ctrl+x", "cut", "Cut", tooltip="Copy the layers as text and remove them", id="model.cut", show=False),
        Binding("v,ctrl+v", "paste", "Paste", tooltip="Put copied layers in", id="model.paste", show=False),
        Binding("u,ctrl+z", "undo", "Undo", tooltip="Take back the last edit, if there is one", id="model.undo"),
        Binding("U,ctrl+y", "redo", "Redo", tooltip="Bring back what undo took", id="model.redo", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._keys_due: Timer | None = None

    def refresh_keys(self) -> None:
        """Greys and ungreys keys a moment later: the footer is slow to make, and a burst of edits needs it once."""
        if self._keys_due is None:
            self._keys_due = self.set_timer(KEYS_AFTER, self._refresh_keys_now)

    def _refresh_keys_now(self) -> None:
        self._keys_due = None
        super().refresh_keys()

    @property
    def table(self) -> LayerTable:
        """The layers."""
        return self.query_one(LayerTable)

    @property
    def chosen(self) -> tuple[int, ...]:
        """The layers that keys act on."""
        return self.table.chosen if self.is_mounted else ()

    def show_chosen(self) -> None:
        """Shows what belongs to the layer under the cursor."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Greys what has nothing to act on."""
        session, chosen = self.session, self.chosen
        match action:
            case "remove" | "turn" | "copy" | "cut":
                return True if chosen else None
            case "duplicate":
                return True if chosen and fits(session.model, len(copied(session.model, chosen))) else None
            case "move":
                by = parameters[0] if parameters else 0
                return True if isinstance(by, int) and can_move(session.model, chosen, by) else None
            case "add_layer":
                return True if fits(session.model, 1) else None
            case "paste":
                return True if self.app.clipboard else None
            case "undo":
                return True if session.past else None
            case "redo":
                return True if session.undone else None
        return True

    async def action_add_layer(self) -> None:
        """Asks for a kind and puts a layer of it below the cursor."""
        await self.converse(self._ask_and_add())

    async def _ask_and_add(self) -> None:
        from cnn_tui.ui.dialogs.add_layer import AddLayer  # not before it is needed: the first frame waits for imports

        session, place = self.session, self.table.cursor
        units = len(session.report.names) if session.report else 0
        ending = "linear" if session.report and session.report.targets else "softmax"
        layer = await self.app.push_screen_wait(AddLayer(session.model, place, units, ending))
        if layer is not None:
            self._take(pasted(self.session.model, place, (layer,)))

    def action_remove(self) -> None:
        """Removes the layers."""
        self._take(removed(self.session.model, self.chosen))

    def action_duplicate(self) -> None:
        """Puts copies below, without their names, which only one layer may have."""
        self._take(duplicated(self.session.model, self.chosen))

    def action_move(self, by: int) -> None:
        """Moves the layers, and the cursor with them."""
        self._take(moved(self.session.model, self.chosen, by))

    def action_turn(self) -> None:
        """Turns the layers off; when all are off, on."""
        self._take(turned(self.session.model, self.chosen), keep_cursor=True)

    def action_copy(self) -> None:
        """Copies the layers as text, for this program and for any other."""
        from cnn_tui.spec.layer_text import to_text

        layers = copied(self.session.model, self.chosen)
        self.app.copy_to_clipboard(to_text(layers))
        self.app.notify(f"{len(layers)} {'layer' if len(layers) == 1 else 'layers'} copied as text; v puts them in.")
        self.refresh_keys()

    def action_cut(self) -> None:
        """Copies the layers and removes them."""
        self.action_copy()
        self.action_remove()

    def action_paste(self) -> None:
        """Puts in what was copied here."""
        self._put_in(self.app.clipboard)

    def on_paste(self, event: events.Paste) -> None:
        """Puts in what the terminal pastes: calls as in Keras code, or JSON."""
        event.stop()
        self._put_in(event.text)

    def action_undo(self) -> None:
        """Takes back the last edit."""
        self.session = self.session.with_undo()
        self.table.marks = frozenset()

    def action_redo(self) -> None:
        """Brings back what undo took."""
        self.session = self.session.with_redo()
        self.table.marks = frozenset()

    def _put_in(self, text: str) -> None:
        from cnn_tui.spec.layer_text import from_text

        try:
            layers = from_text(text)
            if not fits(self.session.model, len(layers)):
                raise UserError(f"holds {len(layers)} layers", "the pasted text", f"A model has {MAX_LAYERS} or fewer.")
        except UserError as error:
            self.tui.show_error(error)
            return
        self._take(pasted(self.session.model, max((*self.chosen, self.table.cursor - 1)) + 1, layers))

    def _take(self, edited: Edited, keep_cursor: bool = False) -> None:
        """Makes the edited model the session's."""
        table = self.table
        self.session = self.session.with_model(edited.model)
        table.marks = edited.marks
        if not keep_cursor:
            table.go_to(edited.cursor)
        self.show_chosen()  # not only when the message comes that the cursor moved: the form would be drawn twice
