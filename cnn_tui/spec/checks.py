"""Whether a model, its data and its training go together, said before anything is allocated."""

from cnn_tui.spec.data import Report, fits
from cnn_tui.spec.layers import Activation, Dense, Layer, Remedy, by
from cnn_tui.spec.make import change
from cnn_tui.spec.model import Model, label
from cnn_tui.spec.shapes import Problem, Row, first_problem, trace


def check(model: Model, report: Report | None = None) -> tuple[Problem, ...]:
    """What is wrong, the most important first; with a report, against the data too. Empty: it can be trained."""
    rows = trace(model)
    if not rows:
        return (Problem(None, "the model", "has no layers", Remedy("Add one.")),)
    if problem := first_problem(rows):
        return (problem,)
    against_data = (_input_problem(model, report), _classes_problem(model, rows, report)) if report else ()
    return tuple(problem for problem in (*against_data, _probability_problem(model)) if problem)


def _input_problem(model: Model, report: Report) -> Problem | None:
    if fits(report.train.shape, model.input_shape):
        return None
    return Problem(
        None,
        "the model",
        f"takes {by(model.input_shape)} values but an image of this data has {by(report.train.shape)}",
        Remedy(f"Set its input to {by(report.train.shape)}."),
    )


def _classes_problem(model: Model, rows: tuple[Row, ...], report: Report) -> Problem | None:
    """The answer must be one number a class."""
    classes, shape = len(report.classes), rows[-1].output_shape
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


def applied(model: Model, problem: Problem) -> Model:
    """The model after the remedy of a problem in it."""
    remedy, index = problem.remedy, problem.index
    assert index is not None
    assert remedy.applies
    if remedy.before is not None:
        return model.with_inserted(index, remedy.before)
    layer: Layer = change(model.layers[index], problem.where, **remedy.settings)
    return model.with_layer(index, layer)
