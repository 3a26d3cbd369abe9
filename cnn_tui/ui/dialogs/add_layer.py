"""Adding a layer: typing finds a kind, values behind its name set it, and what it would make is told at each key."""

from collections.abc import Sequence
from typing import Any, ClassVar

from textual import on
from textual.widgets import OptionList

from cnn_tui.errors import UserError
from cnn_tui.spec.layers import KINDS, Layer
from cnn_tui.spec.model import Model
from cnn_tui.spec.shapes import trace
from cnn_tui.ui.dialogs.finder import Entry, Finder
from cnn_tui.ui.new_layers import new_layer
from cnn_tui.ui.numbers import times
from cnn_tui.ui.quick_add import understood, with_values
from cnn_tui.ui.widgets.layer_words import help_of, settings_in_words


class AddLayer(Finder[Any]):
    """Answers with a layer for a place of a model. Escape answers None."""

    PLACEHOLDER = "type to find: conv, pool, norm…  values may follow: conv 64 3 same"
    ENTRIES: ClassVar[dict[type[Layer], Entry[Any]]] = {
        kind: Entry(kind.__name__, help_of(kind)[0], kind) for kind in KINDS
    }
    DEFAULT_CSS: ClassVar[str] = """
    AddLayer OptionList { max-height: 10; }
    Screen.-tall AddLayer OptionList { max-height: 16; }
    """

    def __init__(self, model: Model, index: int, units: int, ending: str = "softmax") -> None:
        super().__init__("Add a layer")
        self._model, self._index, self._units, self._ending = model, index, units, ending
        self._values: tuple[str, ...] = ()
        before = trace(model)[:index]
        shape = (before[-1].output_shape if before else None) or model.input_shape
        self._axes = len(shape) - 1 if len(shape) > 1 else 2  # a row is most likely to become an image

    def find(self, typed: str) -> Sequence[Entry[Any]]:
        """The kinds that go with what is typed."""
        kinds, self._values = understood(typed, self._axes)
        return [self.ENTRIES[kind] for kind in kinds]

    def take(self) -> None:
        """Answers with the layer, unless a value does not fit."""
        if self.chosen is None:
            return
        try:
            self.dismiss(self._layer())
        except UserError as error:
            self.say(error.sentence, wrong=True)

    @on(OptionList.OptionHighlighted)
    def tell(self) -> None:
        """Says what the kind is for, and what it would make here."""
        if self.chosen is None:
            return
        kind = self.chosen.answer
        try:
            layer = self._layer()
        except UserError as error:
            self.say(error.sentence, wrong=True)
            return
        formula = f"\n{kind.FORMULA}" if kind.FORMULA else ""
        self.say(f"{' '.join(help_of(kind))}{formula}\n{self._outcome(layer)}")

    def _layer(self) -> Layer:
        assert self.chosen is not None
        usual = new_layer(self.chosen.answer, self._model, self._index, self._units, self._ending)
        return with_values(usual, self._values)

    def _outcome(self, layer: Layer) -> str:
        """The layer with its settings, and the shape it makes of what comes to its place."""
        called = " · ".join(filter(None, (type(layer).__name__, settings_in_words(layer))))
        row = trace(self._model.with_inserted(self._index, layer))[self._index]
        if row.output_shape and row.input_shape:
            made = f"{times(row.input_shape)} becomes {times(row.output_shape)}"
            return f"→ {called}: {made}, {row.parameters:,} parameters"
        if row.problem and row.problem.remedy.applies:
            return f"→ {called}: {row.problem.fact}; f puts that right."
        return f"→ {called}"
