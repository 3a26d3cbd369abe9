"""The weights of a torch model, whose layers have other names than here: taken by their places and shapes.

Torch counts images channels first. So filters and the rows of a matrix behind a Flatten stand in another order than in
Keras; which one follows from the layers of the model that is given.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnn_tui.errors import Place, UserError
from cnn_tui.interop.weights import OTHER_MODEL, Weights, in_order, not_finite
from cnn_tui.spec.layers import Dense, Flatten, GroupNormalization, PReLU, Reshape, Shape, by
from cnn_tui.spec.layers.convolution import Convolution
from cnn_tui.spec.layers.local import LocallyConnected
from cnn_tui.spec.layers.normalization import BatchNormalization, Normalization
from cnn_tui.spec.layers.residual import Join
from cnn_tui.spec.layers.separable import Depthwise, Separable
from cnn_tui.spec.layers.transposed import Transposed
from cnn_tui.spec.model import Model, layer_names
from cnn_tui.spec.shapes import Row, first_problem, trace

if TYPE_CHECKING:
    from cnn_tui.interop.weights import Array, Arrays

COUNTERS = "num_batches_tracked"
"""What torch counts beside weights; nothing here needs it."""
Turn = Callable[["Array"], "Array"]


@dataclass(frozen=True)
class Wanted:
    """An array of the model here, and what it is called and looks like in torch."""

    array: str
    theirs: str
    shape: Shape
    """In torch."""
    turn: Turn
    """From torch's order to Keras's."""


def from_state_dict(model: Model, given: "Mapping[str, Array]", name: str, is_ordered: bool) -> Weights:
    """The weights of a torch model with the layers of this one; notes say from what each array was taken.

    `given` may be in the order of the torch model's layers or, if that is lost, in any. Raises UserError with what
    does not fit.
    """
    modules = _modules(given, is_ordered)
    arrays: Arrays = {}
    notes: list[str] = []
    for wanted in _all_wanted(model, name):
        fitting = [module for module, held in modules.items() if _fits(held, wanted)]
        if not fitting:
            raise UserError(_missing(wanted, modules), Place(name), OTHER_MODEL)
        held = modules.pop(fitting[0])
        for one in wanted:
            arrays[one.array] = one.turn(held[one.theirs])
            notes.append(f"{one.array} is {fitting[0]}.{one.theirs}" if fitting[0] else f"{one.array} is {one.theirs}")
        if len(fitting) > 1 and not is_ordered:
            notes[-1] += f", though {fitting[1]} has the same shape: check it"
    if modules:
        left = ", ".join(list(modules)[:3])
        raise UserError(f"holds weights that the model has no place for: {left}", Place(name), OTHER_MODEL)
    return Weights(model, arrays, notes=(*notes, *not_finite(arrays)))


def _modules(given: "Mapping[str, Array]", is_ordered: bool) -> dict[str, dict[str, "Array"]]:
    """The arrays of each torch module: what stands before the last dot is its name."""
    held: dict[str, dict[str, Array]] = {}
    for key in given if is_ordered else in_order(list(given)):
        module, _, weight = key.rpartition(".")
        if weight != COUNTERS:
            held.setdefault(module, {})[weight] = given[key]
    return held


def _fits(held: "Mapping[str, Array]", wanted: tuple[Wanted, ...]) -> bool:
    shapes = {one.theirs: one.shape for one in wanted}
    return shapes == {weight: array.shape for weight, array in held.items()}


def _missing(wanted: tuple[Wanted, ...], modules: Mapping[str, Mapping[str, "Array"]]) -> str:
    needs = ", ".join(f"{one.theirs} {by(one.shape)}" for one in wanted)
    if modules:
        module, held = next(iter(modules.items()))
        arrays = ", ".join(f"{weight} {by(array.shape)}" for weight, array in held.items())
        has = f"; the next there is {module}: {arrays}" if module else f"; there is {arrays}"
    else:
        has = "; nothing is left"
    return f"has nothing for {wanted[0].array.rpartition('.')[0]}, which needs {needs}{has}"


def _all_wanted(model: Model, name: str) -> Iterable[tuple[Wanted, ...]]:
    """For each torch module that the model needs, in order, its arrays."""
    rows = trace(model)
    if problem := first_problem(rows):
        raise problem.error
    flattened: Shape | None = None
    for row, layer in zip(rows, layer_names(model), strict=True):
        shape = row.input_shape or ()
        if isinstance(row.layer, (Flatten, Reshape)) and row.layer.enabled and len(row.output_shape or ()) == 1:
            flattened = shape if len(shape) > 1 else flattened
        if row.weights:
            yield from _of_row(row, layer, flattened, name)
        if isinstance(row.layer, Dense):
            flattened = None


def _of_row(row: Row, layer: str, flattened: Shape | None, name: str) -> Iterable[tuple[Wanted, ...]]:
    acts, shapes = row.acts, row.weights

    def want(weight: str, theirs: str, turned: "tuple[Shape, Turn]") -> Wanted:
        return Wanted(f"{layer}.{weight}", theirs, *turned)

    def biased(*wanted: Wanted) -> tuple[Wanted, ...]:
        return (*wanted, *((want("bias", "bias", _same(shapes["bias"])),) if "bias" in shapes else ()))

    match acts:
        case LocallyConnected():
            raise UserError(f"{layer} has no counterpart in torch", Place(name), "Give a file of Keras.")
        case Separable():
            yield (want("depthwise_kernel", "weight", _depthwise(shapes["depthwise_kernel"])),)
            yield biased(want("pointwise_kernel", "weight", _filters(shapes["pointwise_kernel"])))
        case Depthwise():
            yield biased(want("depthwise_kernel", "weight", _depthwise(shapes["depthwise_kernel"])))
        case Dense():
            yield biased(want("kernel", "weight", _matrix(shapes["kernel"], flattened)))
        case Convolution() | Transposed() | Join():
            turned = _filters if len(shapes["kernel"]) > 2 else _matrix
            yield biased(want("kernel", "weight", turned(shapes["kernel"])))
        case Normalization():
            theirs = {"gamma": "weight", "beta": "bias", "moving_mean": "running_mean"}
            vector = _vector(flattened) if isinstance(acts, (BatchNormalization, GroupNormalization)) else _same
            yield tuple(want(one, theirs.get(one, "running_var"), vector(shape)) for one, shape in shapes.items())
        case PReLU():
            yield (want("alpha", "weight", _alpha(shapes["alpha"])),)
        case _:
            raise UserError(f"{layer} has no counterpart in torch", Place(name), "Give a file of Keras.")


def _same(shape: Shape) -> tuple[Shape, Turn]:
    return shape, lambda array: array


def _vector(flattened: Shape | None) -> Callable[[Shape], tuple[Shape, Turn]]:
    """A number a value, the values in the order of a flattened image if there is one."""
    if flattened is None:
        return _same
    return lambda shape: (shape, lambda array: _rows_last(array, flattened))


def _filters(shape: Shape) -> tuple[Shape, Turn]:
    """(sizes, in, out) from torch's (out, in, sizes)."""
    import numpy as np

    *sizes, first, second = shape
    return (second, first, *sizes), lambda array: np.moveaxis(array, (0, 1), (-1, -2)).copy()


def _depthwise(shape: Shape) -> tuple[Shape, Turn]:
    """(sizes, channels, filters a channel) from torch's (channels times filters, 1, sizes)."""
    import numpy as np

    *sizes, channels, times = shape
    return (channels * times, 1, *sizes), lambda array: np.moveaxis(
        array.reshape(channels, times, *sizes), (0, 1), (-2, -1)
    ).copy()


def _matrix(shape: Shape, flattened: Shape | None = None) -> tuple[Shape, Turn]:
    """(in, out) from torch's (out, in); behind a flattened image the rows are sorted channels last."""
    ahead, behind = shape
    if flattened is None:
        return (behind, ahead), lambda array: array.T.copy()
    return (behind, ahead), lambda array: _rows_last(array.T, flattened)


def _rows_last(array: "Array", image: Shape) -> "Array":
    """Rows that stand as torch flattens an image, (channels, sizes), in the order of (sizes, channels)."""
    import numpy as np

    *sizes, channels = image
    parted = array.reshape(channels, *sizes, *array.shape[1:])
    return np.moveaxis(parted, 0, len(sizes)).reshape(array.shape).copy()


def _alpha(shape: Shape) -> tuple[Shape, Turn]:
    """Torch has a slope a channel or one for all."""
    *shared, channels = shape
    theirs = (channels,) if set(shared) <= {1} else shape
    return theirs, lambda array: array.reshape(shape)
