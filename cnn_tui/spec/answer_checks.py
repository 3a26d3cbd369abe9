"""Whether what a model answers goes with the labels and the loss: how many values, and after which function."""

from cnn_tui.spec.layers import Activation, Dense, Flatten, Layer, Remedy, Softmax, by
from cnn_tui.spec.layers.convolution import Convolution
from cnn_tui.spec.layers.pooling import GlobalPooling
from cnn_tui.spec.losses import OF_SHARES, Loss
from cnn_tui.spec.model import label
from cnn_tui.spec.shapes import Problem, Row


def values_problem(rows: tuple[Row, ...], classes: int, targets: int, loss: Loss) -> Problem | None:
    """The answer must be one number a class or target; of two classes one is enough, the share of the second."""
    wanted = targets or classes
    last = last_on(rows)
    one_is_enough = classes == 2 and not targets and loss not in OF_SHARES
    if last.output_shape == (wanted,) or (one_is_enough and last.output_shape == (1,)):
        return None
    have = f"{targets:,} number{'' if targets == 1 else 's'} a label" if targets else f"{classes:,} classes"
    teller = _answering(rows)
    if teller and len(last.output_shape or ()) == 1:
        setting = "units" if isinstance(teller.layer, Dense) else "filters"
        fact = f"gives {getattr(teller.layer, setting):,} values but the data has {have}"
        remedy = Remedy(f"Use {setting} {wanted}.", {setting: wanted})
        return Problem(teller.index, label(teller.index, teller.layer), fact, remedy, setting)
    fact = f"gives {by(last.output_shape or ())} values but the data has {have}"
    ending: tuple[Layer, ...] = (Dense(units=wanted, activation="linear" if targets else "softmax"),)
    if len(last.output_shape or ()) > 1:
        ending = (Flatten(), *ending)
    words = "End with Flatten and a Dense of one unit a class."
    remedy = Remedy(words if not targets else words.replace("class", "number"), behind=ending)
    return Problem(last.index, label(last.index, last.layer), fact, remedy)


def function_problem(rows: tuple[Row, ...], targets: int, loss: Loss) -> Problem | None:
    """The last function must give what the loss compares: shares of one, values from 0 to 1, or any number."""
    last = last_on(rows)
    layer = last.layer
    ends_with = "softmax" if isinstance(layer, Softmax) else getattr(layer, "activation", "")
    if targets:
        if ends_with != "softmax":
            return None
        fact = "ends with softmax, which gives shares of one, but the labels are numbers"
        return _with_function(last, fact, "linear")
    if loss in OF_SHARES and ends_with != "softmax":
        why = ", whose values need not sum to 1" if ends_with == "sigmoid" else ""
        fact = f"ends with {ends_with}{why}, but the loss {loss} needs probabilities"
        return _with_function(
            last, fact if ends_with else f"ends the model, but the loss {loss} needs probabilities", "softmax"
        )
    if last.output_shape == (1,) and ends_with == "softmax":
        return _with_function(last, "is the share of one class of one, which is always 1", "sigmoid")
    if loss == "binary_crossentropy" and ends_with not in ("sigmoid", "softmax", "hard_sigmoid"):
        ends = f"ends with {ends_with}" if ends_with else "ends the model"
        return _with_function(last, f"{ends}, but the loss {loss} needs values from 0 to 1", "sigmoid")
    return None


def _with_function(last: Row, fact: str, wanted: str) -> Problem:
    """The problem with the way out: another function there, or one behind it."""
    where, layer = label(last.index, last.layer), last.layer
    if isinstance(layer, Activation | Dense | Convolution):
        return Problem(
            last.index, where, fact, Remedy(f"Use activation {wanted}.", {"activation": wanted}), "activation"
        )
    if isinstance(layer, Softmax):
        return Problem(
            last.index, where, fact, Remedy(f"Use an activation {wanted} instead.", instead=_activation(wanted))
        )
    return Problem(last.index, where, fact, Remedy(f"Put a {wanted} behind it.", behind=_activation(wanted)))


def _activation(function: str) -> tuple[Layer, ...]:
    return (Activation(activation=function),)  # type: ignore[arg-type]


def last_on(rows: tuple[Row, ...]) -> Row:
    """The last layer that is not off."""
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
