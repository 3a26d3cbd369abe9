"""Weights of a file, by our names and in Keras's shapes, with what the file says about them."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cnn_tui.errors import Place, UserError
from cnn_tui.spec.layers import Shape, by
from cnn_tui.spec.model import Model

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float32]
    Arrays = dict[str, Array]

SMALL_BYTES = 64 * 2**20
PACKED = 50
"""What a file holds may be larger than the file by that much: real weights hardly pack at all."""
OTHER_MODEL = "These weights belong to another model."


@dataclass(frozen=True)
class Weights:
    """What a file of weights holds, whoever wrote it."""

    model: Model
    arrays: "Arrays"
    """float32 by `<layer>.<weight>`, in Keras's shapes."""
    classes: tuple[str, ...] = ()
    """Empty when the file does not name them."""
    about: Mapping[str, Any] = field(default_factory=dict)
    """What this program wrote beside them: data shape, scaling, reading, epoch. Empty in other people's files."""
    notes: tuple[str, ...] = ()
    """What was converted, left out or assumed, in words."""


def most_bytes(file_bytes: int) -> int:
    """How many bytes a file of this size may turn out to hold, so that a small one cannot fill the memory."""
    return max(SMALL_BYTES, PACKED * file_bytes)


def as_float32(array: "NDArray[Any]", place: Place, is_bfloat16: bool = False) -> tuple["Array", tuple[str, ...]]:
    """Numbers of any kind as float32, with a note about what that changed. Raises UserError for what is no number."""
    import numpy as np

    kind = array.dtype
    if is_bfloat16:
        widened = array.view(np.uint16).astype(np.uint32) << 16
        return widened.view(np.float32), ("bfloat16 became float32",)
    if kind.kind not in "fiu" or kind.itemsize > 8:
        raise UserError(f"holds {kind.name:.40}, not numbers", place, "Only plain numbers are read.")
    if kind == np.float32:
        return np.ascontiguousarray(array, np.float32), ()
    with np.errstate(over="ignore"):  # a number too large for float32 is told as not finite
        return np.ascontiguousarray(array.astype(np.float32)), (f"{kind.name} became float32",)


def not_finite(arrays: "Arrays") -> tuple[str, ...]:
    """A note for each array with numbers that are infinite or none."""
    import numpy as np

    counts = {name: int(array.size - np.isfinite(array).sum()) for name, array in arrays.items()}
    return tuple(f"{name} holds {count:,} numbers that are not finite" for name, count in counts.items() if count)


def in_order(names: Mapping[str, Any] | list[str]) -> list[str]:
    """Names as people count: conv2d_2 before conv2d_10."""
    return sorted(
        names, key=lambda name: [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", name)]
    )


@contextmanager
def naming(file: str) -> Iterator[None]:
    """Puts the name of the file before the place of an error that does not say it: `net.keras, Conv2D #4`."""
    try:
        yield
    except UserError as error:
        place = str(error.where)
        if place == file or place.startswith((f"{file},", f"{file}: ")):
            raise
        raise UserError(error.problem, Place(file, inside=place), error.remedy) from None


def given_or_refused(model: Model | None, file: str) -> Model:
    """The model that was given beside a file without one. Raises UserError when none was."""
    if model is None:
        raise UserError("holds weights but no model", Place(file), "Give its model too, with --model MODEL.json.")
    return model


def weights_alone(file: str) -> UserError:
    """What is said when a model is looked for in a file that has none."""
    return UserError("holds weights alone, no model", Place(file), "Give the model as JSON.")


def refuse_others(wanted: Mapping[str, Shape], found: Mapping[str, Shape], file: str) -> None:
    """Raises UserError when arrays are missing, unknown or of another shape, naming the first three of each."""
    turned = [
        f"{name}, {by(found[name])} instead of {by(shape)}"
        for name, shape in wanted.items()
        if found.get(name, shape) != shape
    ]
    lists = {
        "lacks": [name for name in wanted if name not in found],
        "has an unknown array": in_order([name for name in found if name not in wanted]),
        "has another shape of": turned,
    }
    for fact, names in lists.items():
        if names:
            more = f" and {len(names) - 3} more" if len(names) > 3 else ""
            raise UserError(f"{fact} {', '.join(names[:3])}{more}", Place(file), OTHER_MODEL)
