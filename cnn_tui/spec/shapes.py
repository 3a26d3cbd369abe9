"""The trace: what each layer makes of its input, what it costs, and the one thing that is wrong, recomputed whole."""

from msgspec import Struct
from msgspec.structs import replace

from cnn_tui.errors import UserError
from cnn_tui.spec.fields import field, show
from cnn_tui.spec.layers import Layer, Misfit, Remedy, Residual, Seen, Shape, by, values
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
    """One layer of a trace. After a problem the rows know no shapes: they are blank, not wrong.

    A layer that is off has a row too, which passes on what it gets.
    """

    index: int
    layer: Layer
    acts: Layer
    """What computes: the layer, or for a Residual the Join that knows what went into its group."""
    input_shape: Shape | None = None
    output_shape: Shape | None = None
    weights: dict[str, Shape] = {}
    """Its arrays by name, in Keras's shapes."""
    macs: int = 0
    seen: Seen | None = None
    problem: Problem | None = None

    @property
    def parameters(self) -> int:
        """How many numbers it holds, trained or not."""
        return sum(map(values, self.weights.values()))

    @property
    def not_trained(self) -> int:
        """How many of them no optimizer moves, such as running means."""
        return sum(values(self.weights[name]) for name in self.acts.NOT_TRAINED & self.weights.keys())

    @property
    def activation_values(self) -> int:
        """How many numbers it makes of one example."""
        return values(self.output_shape) if self.output_shape and self.layer.enabled else 0

    @property
    def arithmetic(self) -> str:
        """The formula behind its output with its numbers filled in; empty where there is none."""
        return self.acts.arithmetic(self.input_shape) if self.input_shape and self.output_shape else ""


def trace(model: Model) -> tuple[Row, ...]:
    """A row for every layer, always, up to the 500 that a model may have."""
    rows: list[Row] = []
    shape: Shape | None = model.input_shape
    seen: Seen | None = Seen()
    for index, layer in enumerate(model.layers[:MAX_LAYERS]):
        if shape is None:
            row = Row(index, layer, layer)
        elif not layer.enabled:
            row = Row(index, layer, layer, shape, shape, seen=seen)
        else:
            row = _row(index, layer, shape, seen, rows)
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
    """How many numbers the model holds, trained or not."""
    return sum(row.parameters for row in rows)


def total_not_trained(rows: tuple[Row, ...]) -> int:
    """How many of them no optimizer moves."""
    return sum(row.not_trained for row in rows)


def total_macs(rows: tuple[Row, ...]) -> int:
    """Multiply-adds for one example."""
    return sum(row.macs for row in rows)


def total_activation_values(rows: tuple[Row, ...]) -> int:
    """How many numbers all layers make of one example."""
    return sum(row.activation_values for row in rows)


def _row(index: int, layer: Layer, shape: Shape, seen: Seen | None, before: list[Row]) -> Row:
    acts = layer
    try:
        if isinstance(layer, Residual):
            acts = layer.joining(_entering(layer, before))
        after, weights = acts.output_shape(shape), acts.weights(shape)
        _refuse_the_huge(acts, after, sum(map(values, weights.values())))
        for name, sizes in weights.items():
            _refuse_the_unfit(acts, name, sizes, name)
        _refuse_the_unfit(acts, "activity", (2, *after), "the output of 2 images")
    except Misfit as misfit:
        remedy = misfit.remedy
        if misfit.small_input and (culprit := _last_to_shrink(before)):
            remedy = replace(remedy, text=f"{remedy.text} {culprit} left only {by(shape[:-1])}.")
        where = label(index, layer)
        return Row(index, layer, acts, shape, problem=Problem(index, where, misfit.fact, remedy, misfit.field))
    seen = acts.sees(seen, shape)
    if seen == Seen() and len(after) > 1:
        seen = Seen((1,) * (len(after) - 1), (1,) * (len(after) - 1))  # a pixel of the input itself
    return Row(index, layer, acts, shape, after, weights, acts.macs(shape), seen)


def _entering(layer: Residual, before: list[Row]) -> Shape:
    """What went into the group of a Residual."""
    if layer.layers > len(before):
        fact = (
            f"joins {layer.layers} layers but {len(before) or 'none'} stand{'s' if len(before) == 1 else ''} above it"
        )
        settings = {"layers": len(before)} if before else {}
        raise Misfit(fact, Remedy(f"Use {len(before)}." if before else "Put its layers above it.", settings), "layers")
    shape = before[-layer.layers].input_shape
    assert shape is not None
    return shape


def _refuse_the_unfit(layer: Layer, weight: str, shape: Shape, called: str) -> None:
    """Raises Misfit when an array cannot start, be kept small or be held to a rule as the layer says."""
    for kind in ("initializer", "regularizer", "constraint"):
        name = layer.setting_of(weight, kind)
        setting = getattr(layer, name, None)
        if setting is not None and (why := setting.refuses(shape)):
            usual = field(type(layer), name).default
            remedy = Remedy(f"Use {show(usual)}." if usual is not None else "Leave it out.", {name: usual})
            raise Misfit(f"{name} {show(setting)} {why}; {called} is {by(shape)}", remedy, name)


def _refuse_the_huge(layer: Layer, shape: Shape, parameters: int) -> None:
    for what, number, fact in (
        ("values", values(shape), f"makes {values(shape):,} values of one image"),
        ("parameters", parameters, f"has {parameters:,} parameters"),
    ):
        if number > MAX_VALUES:
            setting = next((one for one in ("units", "filters") if hasattr(layer, one)), "")
            fitting = getattr(layer, setting) * MAX_VALUES // number if setting else 0
            remedy = Remedy("Make what it gets smaller.")
            if fitting:
                remedy = Remedy(f"Use {setting} {fitting:,} or less.", {setting: fitting})
            raise Misfit(f"{fact}, more than the {MAX_VALUES:,} {what} there may be", remedy, setting)


def _last_to_shrink(rows: list[Row]) -> str:
    for row in reversed(rows):
        small, large = row.output_shape, row.input_shape
        if small and large and len(small) == len(large) > 1 and values(small[:-1]) < values(large[:-1]):
            return label(row.index, row.layer)
    return ""
