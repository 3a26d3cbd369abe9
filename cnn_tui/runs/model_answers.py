"""What the service tells the screens about a trained model."""

from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]


class ModelFacts(Struct, frozen=True):
    """What a model is."""

    name: str
    classes: tuple[str, ...]
    picture: tuple[int, int, int] | None
    """Height, width and channels of the picture that it takes; None when its input makes none."""
    data_shape: tuple[int, ...]
    epoch: int
    """The epoch after which these were its weights; 0: not known."""
    parameters: int
    notes: tuple[str, ...] = ()
    """What was converted, left out or assumed when it was read."""
    numbers: bool = False
    """Whether it predicts numbers; `classes` then names them."""


class Drawn(Struct, frozen=True):
    """One picture as the model saw it, [height, width, channels], and the probability of each class."""

    seen: "Array"
    chances: tuple[float, ...]
    """Or the numbers that are predicted."""


class Predicted(Struct, frozen=True, kw_only=True):
    """The likeliest classes of each image, as places in the model's classes, and how sure the model is of them."""

    places: "Array"
    """[images, 3], or fewer where there are fewer classes."""
    chances: "Array"
    labels: "Array | None"
    """The true class of each image, where they are known."""
    names: tuple[str, ...]
    """The file of each image; empty where they have none of their own."""
    note: str = ""
    """Why labels that are there are not used."""
    evaluation: dict[str, Any] | None = None
    """With labels: how right it is, as results.evaluation keeps it."""
    numbers: "Array | None" = None
    """What is predicted instead of classes, [images, targets]; `places` and `chances` are empty then."""
    true: "Array | None" = None
    """The true numbers, where they are known."""
