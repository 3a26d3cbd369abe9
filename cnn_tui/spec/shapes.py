"""The trace: what each layer makes of its input, what it costs, and the one thing that is wrong, recomputed whole."""

from msgspec import Struct

from cnn_tui.errors import UserError
from cnn_tui.spec.layers import Layer, Misfit, Remedy, Seen, Shape, by, values
from cnn_tui.spec.model import MAX_LAYERS, Model, label

MAX_VALUES = 2**31
"""The most numbers an image may become inside a model, and the most one layer may learn: 8 GiB of float32."""


class Problem(Struct, frozen=True):
    """What is wrong at one place of a model, and the way out. `index` counts from 0; None: the model as a whole."""

    index: int | None
    where: str
    fact: str
    remedy: Remedy
    field: str = ""

    @property
    def error(self) -> UserError:
        """The same as an error to raise."""
        return UserError(self.fact, self.where, self.remedy.text)

    @property
    def sentence(self) -> str:
        """Place, fact and way out."""
        return self.error.sentence


class Row(Struct, frozen=True):
    """One layer of a trace. After a problem the rows know no shapes: they are blank, not wrong."""

    index: int
    layer: Layer
    input_shape: Shape | None = None
    output_shape: Shape | None = None
    parameters: int = 0
    macs: int = 0
    seen: Seen | None = None
    problem: Problem | None = None

    @property
    def activation_values(self) -> int:
        """How many numbers it makes of one example."""
        return values(self.output_shape) if self.output_shape else 0


def trace(model: Model) -> tuple[Row, ...]:
    """A row for every layer, always, up to the 500 that a model may have."""
    rows: list[Row] = []
    shape: Shape | None = model.input_shape
    seen: Seen | None = Seen()
    for index, layer in enumerate(model.layers[:MAX_LAYERS]):
        row = Row(index, layer) if shape is None else _row(index, layer, shape, seen, rows)
        rows.append(row)
        shape, seen = row.output_shape, row.seen
    return tuple(rows)


def first_problem(rows: tuple[Row, ...]) -> Problem | None:
    """The problem that the rows after it wait for."""
    return next((row.problem for row in rows if row.problem), None)


def output_shape(rows: tuple[Row, ...]) -> Shape | None:
    """The shape of the model's answer, or None while there is a problem or no layer."""
    return rows[-1].output_shape if rows else None


def total_parameters(rows: tuple[Row, ...]) -> int:
    """How many numbers the model learns."""
    return sum(row.parameters for row in rows)


def total_macs(rows: tuple[Row, ...]) -> int:
    """Multiply-adds for one example."""
    return sum(row.macs for row in rows)


def total_activation_values(rows: tuple[Row, ...]) -> int:
    """How many numbers all layers make of one example."""
    return sum(row.activation_values for row in rows)


def _row(index: int, layer: Layer, shape: Shape, seen: Seen | None, before: list[Row]) -> Row:
    where = label(index, layer)
    try:
        after = layer.output_shape(shape)
        parameters = sum(values(sizes) for sizes in layer.weights(shape).values())
        _refuse_the_huge(after, parameters)
    except Misfit as misfit:
        remedy = misfit.remedy
        if misfit.small_input and (culprit := _last_to_shrink(before)):
            remedy = Remedy(f"{remedy.text} {culprit} left only {by(shape[:2])}.", remedy.settings, remedy.before)
        return Row(index, layer, shape, problem=Problem(index, where, misfit.fact, remedy, misfit.field))
    return Row(index, layer, shape, after, parameters, layer.macs(shape), layer.sees(seen, shape))


def _refuse_the_huge(shape: Shape, parameters: int) -> None:
    if values(shape) > MAX_VALUES:
        raise Misfit(
            f"makes {values(shape):,} values of one image, more than {MAX_VALUES:,}", Remedy("Make it smaller.")
        )
    if parameters > MAX_VALUES:
        raise Misfit(f"has {parameters:,} parameters, more than {MAX_VALUES:,}", Remedy("Make it smaller."))


def _last_to_shrink(rows: list[Row]) -> str:
    for row in reversed(rows):
        small, large = row.output_shape, row.input_shape
        if small and large and len(small) == len(large) == 3 and values(small[:2]) < values(large[:2]):
            return label(row.index, row.layer)
    return ""
