"""Normalization layers: values brought to mean 0 and deviation 1, then to a mean and a deviation that are learned."""

from typing import Annotated, ClassVar

from msgspec import Meta

from cnn_tui.spec.layers.axes import Axis, place
from cnn_tui.spec.layers.base import MORE, Layer, Misfit, Remedy, Seen, Shape
from cnn_tui.spec.layers.initializers import Ones, Zeros
from cnn_tui.spec.layers.weighted import Held, Kept, Starts
from cnn_tui.spec.layers.windows import check_groups

Epsilon = Annotated[float, Meta(gt=0, le=1, description="Added to the variance, so that nothing is divided by 0.")]


class Normalization(Layer, frozen=True, kw_only=True):
    """What they share: the learned mean and deviation."""

    FORMULA: ClassVar[str] = "(value − mean) / √(variance + epsilon) · gamma + beta"

    center: Annotated[bool, Meta(description="Learn a mean, beta.")] = True
    scale: Annotated[bool, Meta(description="Learn a deviation, gamma.")] = True
    beta_initializer: Starts = Zeros()
    gamma_initializer: Starts = Ones()
    beta_regularizer: Kept = None
    gamma_regularizer: Kept = None
    beta_constraint: Held = None
    gamma_constraint: Held = None

    def normalized(self, shape: Shape) -> Shape:
        """The sizes of the learned mean and deviation."""
        raise AssertionError(f"{type(self).__name__} has no sizes")

    def output_shape(self, shape: Shape) -> Shape:
        """The same. Raises Misfit for an axis that is not there."""
        self.normalized(shape)
        return shape

    def weights(self, shape: Shape) -> dict[str, Shape]:
        """What is learned: gamma and beta."""
        sizes = self.normalized(shape)
        return ({"gamma": sizes} if self.scale else {}) | ({"beta": sizes} if self.center else {})


class BatchNormalization(Normalization, frozen=True, kw_only=True):
    """Brings each channel to mean 0 and deviation 1 over the batch, then to a learned mean and deviation.

    Training is faster and bears higher rates; when it predicts it uses running means from the training.
    """

    NOT_TRAINED: ClassVar[frozenset[str]] = frozenset({"moving_mean", "moving_variance"})

    axis: Annotated[Axis, Meta(description="The axis of the channels; -1: the last.", extra=MORE)] = -1
    momentum: Annotated[
        float, Meta(ge=0, le=1, description="How slowly the running means forget; 1 less torch's momentum.")
    ] = 0.99
    epsilon: Epsilon = 1e-3
    moving_mean_initializer: Starts = Zeros()
    moving_variance_initializer: Starts = Ones()

    def normalized(self, shape: Shape) -> Shape:
        """A number a channel."""
        return (shape[place(self.axis, shape)],)

    def weights(self, shape: Shape) -> dict[str, Shape]:
        """Gamma and beta, and the running means."""
        sizes = self.normalized(shape)
        return super().weights(shape) | {"moving_mean": sizes, "moving_variance": sizes}


class LayerNormalization(Normalization, frozen=True, kw_only=True):
    """Brings the channels of each pixel to mean 0 and deviation 1, then to a learned mean and deviation.

    It does not depend on the batch, so it does the same in training and in prediction.
    """

    axis: Annotated[
        tuple[Axis, ...],
        Meta(
            min_length=1, max_length=4, description="The axes that are normalized together; -1: the last.", extra=MORE
        ),
    ] = (-1,)
    epsilon: Epsilon = 1e-3

    def normalized(self, shape: Shape) -> Shape:
        """The sizes of its axes."""
        places = [place(axis, shape, of_one=False) for axis in self.axis]
        if len(set(places)) < len(places):
            raise Misfit("axis names an axis twice", Remedy("Use -1, the channels.", {"axis": (-1,)}), "axis")
        return tuple(shape[at] for at in sorted(places))


class GroupNormalization(Normalization, frozen=True, kw_only=True):
    """Brings groups of channels of each image to mean 0 and deviation 1, then each channel to a learned mean.

    For small batches, where means over the batch are rough (Wu & He 2018); Keras 2.10 and Galaxy do not know it.
    """

    groups: Annotated[int, Meta(ge=-1, le=1_000_000, description="How many groups; -1: each channel by itself.")] = 32
    axis: Annotated[Axis, Meta(description="The axis of the channels; -1: the last.", extra=MORE)] = -1
    epsilon: Epsilon = 1e-3

    def normalized(self, shape: Shape) -> Shape:
        """A number a channel. Raises Misfit when the groups do not divide the channels."""
        channels = shape[place(self.axis, shape)]
        if self.groups == 0:
            raise Misfit("0 groups hold nothing", Remedy("Use 1 or more.", {"groups": 1}), "groups")
        if self.groups > 0:
            check_groups(self.groups, (("channels", channels),), channels)
        return (channels,)

    def sees(self, seen: Seen | None, shape: Shape) -> Seen | None:
        """Everything: its means are over the whole image."""
        return None
