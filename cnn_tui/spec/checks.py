"""Whether a model, its data and its training go together, said before anything is allocated."""

from msgspec import Struct
from msgspec.structs import replace

from cnn_tui.spec.data import fits
from cnn_tui.spec.layers import Activation, Dense, Flatten, Layer, Remedy, Shape, Softmax, by
from cnn_tui.spec.layers.convolution import Convolution
from cnn_tui.spec.layers.pooling import GlobalPooling
from cnn_tui.spec.make import change
from cnn_tui.spec.memory import image_bytes, training_bytes, weight_bytes
from cnn_tui.spec.model import Model, label
from cnn_tui.spec.shapes import Problem, Row, first_problem, trace

GIGABYTE = 2**30


class Around(Struct, frozen=True, kw_only=True):
    """What a model is to be trained with, as far as it is known."""

    data_shape: Shape
    """The shape of one image."""
    classes: int
    batch_size: int = 0
    memory_bytes: int = 0
    """What the machine has; 0: not known."""


def check(model: Model, around: Around | None = None, rows: tuple[Row, ...] | None = None) -> tuple[Problem, ...]:
    """What is wrong, the most important first. Empty: it can be trained.

    `around`: its data and its machine. `rows`: its trace, where that is known already.
    """
    rows = trace(model) if rows is None else rows
    if not any(row.layer.enabled for row in rows):
        return (Problem(None, "the model", "has no layers", Remedy("Add one.")),)
    if problem := first_problem(rows):
        return (problem,)
    found = [_probability_problem(rows)]
    if around is not None:
        found = [
            _input_problem(model, around.data_shape),
            _classes_problem(rows, around.classes),
            *found,
            _learning_problem(rows),
            _memory_problem(model, rows, around),
        ]
    return tuple(problem for problem in found if problem)


def _input_problem(model: Model, data_shape: Shape) -> Problem | None:
    if fits(data_shape, model.input_shape):
        return None
    return Problem(
        None,
        "the model",
        f"takes {by(model.input_shape)} values but an image of this data has {by(data_shape)}",
        Remedy(f"Set its input to {by(data_shape)}.", input_shape=data_shape),
    )


def _classes_problem(rows: tuple[Row, ...], classes: int) -> Problem | None:
    """The answer must be one number a class."""
    last = _last_on(rows)
    if last.output_shape == (classes,):
        return None
    teller = _answering(rows)
    if teller and len(last.output_shape or ()) == 1:
        setting = "units" if isinstance(teller.layer, Dense) else "filters"
        fact = f"gives {getattr(teller.layer, setting):,} values but the data has {classes:,} classes"
        remedy = Remedy(f"Use {setting} {classes}.", {setting: classes})
        return Problem(teller.index, label(teller.index, teller.layer), fact, remedy, setting)
    fact = f"gives {by(last.output_shape or ())} values but the data has {classes:,} classes"
    ending: tuple[Layer, ...] = (Dense(units=classes, activation="softmax"),)
    if len(last.output_shape or ()) > 1:
        ending = (Flatten(), *ending)
    remedy = Remedy("End with Flatten and a Dense of one unit a class.", behind=ending)
    return Problem(last.index, label(last.index, last.layer), fact, remedy)


def _probability_problem(rows: tuple[Row, ...]) -> Problem | None:
    """Categorical cross-entropy compares shares of one, so the last function is softmax."""
    last = _last_on(rows)
    where, layer = label(last.index, last.layer), last.layer
    if isinstance(layer, Softmax):
        return None
    if isinstance(layer, Activation | Dense | Convolution):
        if layer.activation == "softmax":
            return None
        why = ", whose values need not sum to 1" if layer.activation == "sigmoid" else ""
        fact = f"ends with {layer.activation}{why}, but the loss categorical_crossentropy needs probabilities"
        remedy = Remedy("Use activation softmax.", {"activation": "softmax"})
        return Problem(last.index, where, fact, remedy, "activation")
    fact = "ends the model, but the loss categorical_crossentropy needs probabilities"
    remedy = Remedy("Put a softmax behind it.", behind=(Activation(activation="softmax"),))
    return Problem(last.index, where, fact, remedy)


def _learning_problem(rows: tuple[Row, ...]) -> Problem | None:
    """Something must be there to learn."""
    if any(row.parameters > row.not_trained for row in rows):
        return None
    return Problem(None, "the model", "has no weights to learn", Remedy("Add a layer that has some, such as Dense."))


def _memory_problem(model: Model, rows: tuple[Row, ...], around: Around) -> Problem | None:
    needed = training_bytes(rows, model.input_shape, around.batch_size)
    if not around.memory_bytes or needed <= around.memory_bytes:
        return None
    left = around.memory_bytes - weight_bytes(rows)
    fitting = left // image_bytes(rows, model.input_shape)
    fact = (
        f"needs about {_gigabytes(needed)} for batches of {around.batch_size:,}, "
        f"more than the {_gigabytes(around.memory_bytes)} of this machine"
    )
    remedy = f"Use a batch size of {fitting:,} or less." if fitting >= 1 else "Make its layers smaller."
    return Problem(None, "the model", fact, Remedy(remedy), "batch_size")


def _gigabytes(count: int) -> str:
    return f"{count / GIGABYTE:,.1f} GB"


def _last_on(rows: tuple[Row, ...]) -> Row:
    return next(row for row in reversed(rows) if row.layer.enabled)


def _answering(rows: tuple[Row, ...]) -> Row | None:
    """The layer whose units or filters are the values of the answer; None when another kind makes them."""
    for row in reversed(rows):
        if isinstance(row.layer, Dense | Convolution) and row.layer.enabled:
            return row
        keeps = row.output_shape == row.input_shape or isinstance(row.layer, GlobalPooling)
        if not keeps and not (isinstance(row.layer, Flatten) and set((row.input_shape or ())[:-1]) == {1}):
            return None
    return None


def applied(model: Model, problem: Problem) -> Model:
    """The model after the remedy of a problem in it, or of an advice about it."""
    remedy, index = problem.remedy, problem.index
    assert remedy.applies
    if remedy.input_shape is not None:
        return replace(model, input_shape=remedy.input_shape)
    assert index is not None
    if remedy.before is not None:
        return model.with_inserted(index, remedy.before)
    if remedy.behind:
        return model.with_pasted(index + 1, remedy.behind)
    if remedy.instead:
        return model.with_pasted(index, remedy.instead).without(index + len(remedy.instead))
    layer: Layer = change(model.layers[index], problem.where, **remedy.settings)
    return model.with_layer(index, layer)
