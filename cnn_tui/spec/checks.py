"""Whether a model, its data and its training go together, said before anything is allocated."""

from msgspec import Struct
from msgspec.structs import replace

from cnn_tui.spec.answer_checks import function_problem, last_on, values_problem
from cnn_tui.spec.data import Data, fits
from cnn_tui.spec.data_checks import augmentation_problems, data_problems
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.layers import Layer, Remedy, Shape, by
from cnn_tui.spec.losses import Loss
from cnn_tui.spec.make import change
from cnn_tui.spec.memory import image_bytes, training_bytes, weight_bytes
from cnn_tui.spec.model import Model
from cnn_tui.spec.shapes import Problem, Row, first_problem, trace
from cnn_tui.spec.training import Training
from cnn_tui.spec.training_checks import training_problems

GIGABYTE = 2**30


class Around(Struct, frozen=True, kw_only=True):
    """What a model is to be trained with, as far as it is known."""

    data_shape: Shape
    """The shape of one image."""
    classes: int
    names: tuple[str, ...] = ()
    """What the classes are called, or the numbers of a label."""
    data: Data | None = None
    """How its rows are held out, weighed and augmented; None: not known."""
    batch_size: int = 0
    memory_bytes: int = 0
    """What the machine has; 0: not known."""
    training: Training = Training()
    targets: int = 0
    """How many numbers a label holds; 0: it is one of the classes."""
    validates: bool = True
    """Whether rows watch the training."""


def around(experiment: Experiment, shape: Shape, names: tuple[str, ...], targets: int, memory_bytes: int = 0) -> Around:
    """What an experiment trains its model with, when its data is known: the screens and the run ask the same.

    `names` are the classes or, where `targets` is not 0, so many numbers of a label.
    """
    return Around(
        data_shape=shape,
        classes=len(names),
        names=names,
        data=experiment.data,
        batch_size=experiment.training.batch_size,
        memory_bytes=memory_bytes,
        training=experiment.training,
        targets=targets,
        validates=experiment.data.validates,
    )


def check(
    model: Model,
    around: Around | None = None,
    rows: tuple[Row, ...] | None = None,
    loss: Loss | None = None,
    targets: int = 0,
) -> tuple[Problem, ...]:
    """What is wrong, the most important first. Empty: it can be trained.

    `around`: its data and its machine; without them `loss` and `targets`, as far as they are known. `rows`: its trace,
    where that is known already.
    """
    rows = trace(model) if rows is None else rows
    if not any(row.layer.enabled for row in rows):
        return (Problem(None, "the model", "has no layers", Remedy("Add one.")),)
    if problem := first_problem(rows):
        return (problem,)
    if around is None:
        may_tell_numbers = loss is None and getattr(last_on(rows).layer, "activation", "") == "linear"
        found = [] if may_tell_numbers else [function_problem(rows, targets, loss or Training().loss)]
    else:
        loss, targets = around.training.loss, around.targets
        found = [
            _input_problem(model, around.data_shape),
            values_problem(rows, around.classes, targets, loss),
            function_problem(rows, targets, loss),
            _learning_problem(rows),
            *training_problems(around.training, around.classes, targets, around.validates),
            *_data_problems(model, around),
            _memory_problem(model, rows, around),
        ]
    return tuple(problem for problem in found if problem)


def _data_problems(model: Model, around: Around) -> list[Problem]:
    data = around.data
    if data is None:
        return []
    augmenting = augmentation_problems(data, model, around.data_shape)
    return data_problems(data, around.names, around.targets) + augmenting


def _input_problem(model: Model, data_shape: Shape) -> Problem | None:
    if fits(data_shape, model.input_shape):
        return None
    return Problem(
        None,
        "the model",
        f"takes {by(model.input_shape)} values but an image of this data has {by(data_shape)}",
        Remedy(f"Set its input to {by(data_shape)}.", input_shape=data_shape),
    )


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
