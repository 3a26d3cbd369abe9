"""Layers that disturb the training, so that the network relies on no single value; at rest when it predicts."""

from typing import Annotated, ClassVar

from msgspec import Meta

from cnn_tui.spec.layers.base import Layer, Shape
from cnn_tui.spec.layers.windows import spatial

Rate = Annotated[float, Meta(ge=0, lt=1, description="The share of values dropped; the others grow to make up.")]


class Dropout(Layer, frozen=True, kw_only=True):
    """Sets a random share of the values to zero while training, so that no value is relied on alone.

    The others grow to make up; when the network predicts, nothing happens.
    """

    FORMULA: ClassVar[str] = "0, or value / (1 − rate)"

    rate: Rate


class SpatialDropout(Layer, frozen=True, kw_only=True):
    """What the dropouts of whole channels share."""

    FORMULA: ClassVar[str] = "0, or value / (1 − rate), a whole channel at a time"
    AXES: ClassVar[int]

    rate: Annotated[float, Meta(ge=0, lt=1, description="The share of channels dropped; the others grow to make up.")]

    def output_shape(self, shape: Shape) -> Shape:
        """The same. Raises Misfit when there are no channels to drop."""
        spatial(shape, self.AXES)
        return shape


class SpatialDropout1D(SpatialDropout, frozen=True, kw_only=True):
    """Sets whole channels of a sequence to zero while training.

    Neighbouring steps are alike, so dropping single ones would hide little.
    """

    AXES: ClassVar[int] = 1


class SpatialDropout2D(SpatialDropout, frozen=True, kw_only=True):
    """Sets whole channels of an image to zero while training.

    Neighbouring pixels are alike, so dropping single ones would hide little.
    """

    AXES: ClassVar[int] = 2


class SpatialDropout3D(SpatialDropout, frozen=True, kw_only=True):
    """Sets whole channels of a volume to zero while training.

    Neighbouring voxels are alike, so dropping single ones would hide little.
    """

    AXES: ClassVar[int] = 3


class GaussianNoise(Layer, frozen=True, kw_only=True):
    """Adds random numbers around zero to every value while training.

    As an image that is a little different each time.
    """

    FORMULA: ClassVar[str] = "value + N(0, stddev²)"

    stddev: Annotated[float, Meta(ge=0, le=1, description="The standard deviation of what is added.")]


class GaussianDropout(Layer, frozen=True, kw_only=True):
    """Multiplies every value by a random number around one while training.

    As wide as Dropout of the same rate, but nothing is lost altogether.
    """

    FORMULA: ClassVar[str] = "value · N(1, rate / (1 − rate))"

    rate: Annotated[float, Meta(ge=0, lt=1, description="As in Dropout: the more, the wider.")]


class AlphaDropout(Layer, frozen=True, kw_only=True):
    """Dropout for networks with selu: dropped values go where selu ends, and mean and deviation stay.

    Klambauer et al., "Self-normalizing neural networks" (2017).
    """

    FORMULA: ClassVar[str] = "a · (value or −1.758) + b"

    rate: Annotated[float, Meta(ge=0, lt=1, description="The share of values dropped.")]
