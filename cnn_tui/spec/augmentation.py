"""Augmentation: how training images are changed at random, so that a model sees each of them in many ways."""

from importlib.util import find_spec
from typing import Annotated, Literal

from msgspec import Meta, Struct

from cnn_tui.errors import UserError
from cnn_tui.spec.layers import Shape, by
from cnn_tui.spec.model import Model
from cnn_tui.spec.pictures import picture_of


class Augmentation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may happen to a training image, a new draw at each step; images to watch, test or predict stay as they are.

    Flips come first, then shift, rotation and zoom in one, then contrast, brightness and noise.
    """

    flip: Annotated[
        Literal["none", "horizontal", "vertical", "both"],
        Meta(description="Which ways half of the images are mirrored."),
    ] = "none"
    shift: Annotated[
        float, Meta(ge=0, le=0.5, description="How far an image moves at most, as a share of its height and width.")
    ] = 0.0
    rotation: Annotated[float, Meta(ge=0, le=180, description="How far it turns at most, either way, in degrees.")] = (
        0.0
    )
    zoom: Annotated[
        float, Meta(ge=0, le=0.9, description="How much larger or smaller it gets at most: 0.2 is 80 to 120 percent.")
    ] = 0.0
    fill: Annotated[
        Literal["zeros", "border", "reflect"],
        Meta(description="What comes in at the edges: zeros, the last pixel again, or the image mirrored."),
    ] = "zeros"
    brightness: Annotated[
        float,
        Meta(ge=0, le=1, description="How much is added to or taken from all its pixels at most; 1: the whole range."),
    ] = 0.0
    contrast: Annotated[
        float, Meta(ge=0, le=1, description="How much its pixels move from or to their mean at most; 1: up to twice.")
    ] = 0.0
    noise: Annotated[
        float,
        Meta(ge=0, le=1, description="The deviation of what is added to each value; 1: the whole range."),
    ] = 0.0

    @property
    def moves(self) -> bool:
        """Whether pixels come to lie between pixels."""
        return bool(self.shift or self.rotation or self.zoom)

    @property
    def recolours(self) -> bool:
        """Whether values change, not only places."""
        return bool(self.brightness or self.contrast or self.noise)

    @property
    def is_nothing(self) -> bool:
        """Whether every image stays as it is."""
        return self.flip == "none" and not self.moves and not self.recolours


def unavailable() -> UserError | None:
    """Why nothing can be augmented on this machine; None: it can be. Nothing is imported to find out."""
    if find_spec("kornia") is not None:
        return None
    return UserError("augmentation needs kornia", remedy="Install it: pip install 'cnn-tui[augment]'")


def picture_to_augment(
    augmentation: Augmentation | None, model: Model, data_shape: Shape
) -> tuple[int, int, int] | None:
    """The (height, width, channels) in which an image of this data is augmented, flat rows as the model sees them.

    None when nothing is to be done to it. Raises UserError when it cannot be done.
    """
    if augmentation is None or augmentation.is_nothing:
        return None
    if problem := unavailable():
        raise problem
    picture = picture_of(data_shape, model)
    if picture is None:
        raise UserError(
            f"an image of {by(data_shape)} values is no picture that could be augmented",
            "the data",
            "Begin the model with a Reshape to height x width x channels, or leave the augmentation out.",
        )
    return picture
