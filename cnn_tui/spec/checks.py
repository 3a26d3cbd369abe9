"""Whether a model, its data and its training go together, said before anything is allocated."""

from msgspec.structs import replace

from cnn_tui.spec.advice import Advice
from cnn_tui.spec.data import fits
from cnn_tui.spec.layers import Activation, Dense, Layer, Remedy, Shape, by
from cnn_tui.spec.make import change
from cnn_tui.spec.model import Model, label
from cnn_tui.spec.shapes import Problem, Row, first_problem, trace


def check(model: Model, data_shape: Shape | None = None, classes: int = 0) -> tuple[Problem, ...]:
    """What is wrong, the most important first. Empty: it can be trained.

    With the shape of one image of the data and its number of classes, the model is checked against them too.
    """
    rows = trace(model)
    if not rows:
        return (Problem(None, "the model", "has no layers", Remedy("Add one.")),)
    if problem := first_problem(rows):
        return (problem,)
    against_data: tuple[Problem | None, ...] = ()
    if data_shape is not None:
        against_data = (_input_problem(model, data_shape), _classes_problem(model, rows, classes))
    return tuple(problem for problem in (*against_data, _probability_problem(model)) if problem)


def _input_problem(model: Model, data_shape: Shape) -> Problem | None:
    if fits(data_shape, model.input_shape):
        return None
    return Problem(
        None,
        "the model",
        f"takes {by(model.input_shape)} values but an image of this data has {by(data_shape)}",
        Remedy(f"Set its input to {by(data_shape)}.", input_shape=data_shape),
    )


def _classes_problem(model: Model, rows: tuple[Row, ...], classes: int) -> Problem | None:
    """The answer must be one number a class."""
    shape = rows[-1].output_shape
    index = _last_that_sets_the_answer(model)
    assert shape is not None
    if shape == (classes,):
        return None
    last = model.layers[index]
    remedy = Remedy("End with Flatten and a Dense of one unit a class.")
    if len(shape) == 1 and isinstance(last, Dense):
        remedy = Remedy(f"Use units {classes}.", {"units": classes})
        return Problem(
            index,
            label(index, last),
            f"gives {shape[0]:,} values but the data has {classes:,} classes",
            remedy,
            "units",
        )
    return Problem(index, label(index, last), f"gives {by(shape)} values but the data has {classes:,} classes", remedy)


def _probability_problem(model: Model) -> Problem | None:
    """Categorical cross-entropy compares probabilities, so the last function is softmax."""
    index = len(model.layers) - 1
    last = model.layers[index]
    if isinstance(last, (Activation, Dense)) and last.activation == "softmax":
        return None
    if isinstance(last, (Activation, Dense)):
        fact = f"ends with {last.activation}, but the loss categorical_crossentropy needs probabilities"
        remedy = Remedy("Use activation softmax.", {"activation": "softmax"})
        return Problem(index, label(index, last), fact, remedy, "activation")
    fact = "ends the model, but the loss categorical_crossentropy needs probabilities"
    return Problem(index, label(index, last), fact, Remedy("End with a Dense layer with softmax."))


def _last_that_sets_the_answer(model: Model) -> int:
    """The last layer, or the one before an Activation that ends the model."""
    last = len(model.layers) - 1
    return last - 1 if isinstance(model.layers[last], Activation) and last else last


def applied(model: Model, problem: Problem | Advice) -> Model:
    """The model after the remedy of a problem in it, or of an advice about it."""
    remedy, index = problem.remedy, problem.index
    assert remedy.applies
    if remedy.input_shape is not None:
        return replace(model, input_shape=remedy.input_shape)
    assert index is not None
    if remedy.before is not None:
        return model.with_inserted(index, remedy.before)
    if remedy.instead:
        return model.with_pasted(index, remedy.instead).without(index + len(remedy.instead))
    layer: Layer = change(model.layers[index], problem.where, **remedy.settings)
    return model.with_layer(index, layer)
