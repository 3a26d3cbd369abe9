"""How weights start, by Keras's names (keras.io/api/layers/initializers)."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from cnn_tui.spec.layers.base import Shape
from cnn_tui.spec.named import Named

Seed = Annotated[
    Annotated[int, Meta(ge=0, le=2**53)] | None,
    Meta(description="A seed of its own; automatic: the seed of the training."),
]
Number = Annotated[float, Meta(ge=-1e6, le=1e6)]
Spread = Annotated[float, Meta(ge=0, le=1e6, description="The standard deviation.")]


class Start(Named, frozen=True, kw_only=True):
    """How an array starts."""

    MODULE: ClassVar[str] = "keras.initializers"

    def refuses(self, shape: Shape) -> str:
        """Why it cannot fill an array of this Keras shape; empty: it can."""
        return ""


class Zeros(Start, frozen=True, kw_only=True, tag=True):
    """All 0."""


class Ones(Start, frozen=True, kw_only=True, tag=True):
    """All 1."""


class Constant(Start, frozen=True, kw_only=True, tag=True):
    """All the same number."""

    value: Annotated[Number, Meta(description="The number.")] = 0.0


class RandomNormal(Start, frozen=True, kw_only=True, tag=True):
    """From a normal distribution."""

    mean: Annotated[Number, Meta(description="The mean.")] = 0.0
    stddev: Spread = 0.05
    seed: Seed = None


class RandomUniform(Start, frozen=True, kw_only=True, tag=True):
    """Evenly between two numbers."""

    minval: Annotated[Number, Meta(description="The least.")] = -0.05
    maxval: Annotated[Number, Meta(description="The largest.")] = 0.05
    seed: Seed = None


class TruncatedNormal(Start, frozen=True, kw_only=True, tag=True):
    """From a normal distribution, nothing beyond two standard deviations."""

    mean: Annotated[Number, Meta(description="The mean.")] = 0.0
    stddev: Spread = 0.05
    seed: Seed = None


class VarianceScaling(Start, frozen=True, kw_only=True, tag=True):
    """As wide as the number of inputs or outputs wants it; the others with fans are cases of it."""

    scale: Annotated[float, Meta(gt=0, le=1e6, description="The variance, times the fan.")] = 1.0
    mode: Annotated[Literal["fan_in", "fan_out", "fan_avg"], Meta(description="Which number of values counts.")] = (
        "fan_in"
    )
    distribution: Annotated[
        Literal["truncated_normal", "untruncated_normal", "uniform"], Meta(description="What is drawn from.")
    ] = "truncated_normal"
    seed: Seed = None


class Scaled(Start, frozen=True, kw_only=True):
    """A case of VarianceScaling that has a name."""

    SCALING: ClassVar[VarianceScaling]
    seed: Seed = None


class GlorotNormal(Scaled, frozen=True, kw_only=True, tag=True):
    """Variance 2 / (inputs + outputs), normal (Glorot & Bengio 2010)."""

    SCALING: ClassVar[VarianceScaling] = VarianceScaling(mode="fan_avg")


class GlorotUniform(Scaled, frozen=True, kw_only=True, tag=True):
    """Variance 2 / (inputs + outputs), uniform (Glorot & Bengio 2010); Keras's usual start."""

    SCALING: ClassVar[VarianceScaling] = VarianceScaling(mode="fan_avg", distribution="uniform")


class HeNormal(Scaled, frozen=True, kw_only=True, tag=True):
    """Variance 2 / inputs, normal: for layers with relu (He et al. 2015)."""

    SCALING: ClassVar[VarianceScaling] = VarianceScaling(scale=2.0)


class HeUniform(Scaled, frozen=True, kw_only=True, tag=True):
    """Variance 2 / inputs, uniform: for layers with relu (He et al. 2015)."""

    SCALING: ClassVar[VarianceScaling] = VarianceScaling(scale=2.0, distribution="uniform")


class LecunNormal(Scaled, frozen=True, kw_only=True, tag=True):
    """Variance 1 / inputs, normal: for layers with selu (Klambauer et al. 2017)."""

    SCALING: ClassVar[VarianceScaling] = VarianceScaling()


class LecunUniform(Scaled, frozen=True, kw_only=True, tag=True):
    """Variance 1 / inputs, uniform (LeCun et al. 1998)."""

    SCALING: ClassVar[VarianceScaling] = VarianceScaling(distribution="uniform")


class Orthogonal(Start, frozen=True, kw_only=True, tag=True):
    """Columns at right angles (Saxe et al. 2014)."""

    gain: Annotated[float, Meta(gt=0, le=1e6, description="How long the columns are.")] = 1.0
    seed: Seed = None

    def refuses(self, shape: Shape) -> str:
        """It needs columns."""
        return "" if len(shape) >= 2 else "needs an array of two sizes or more"


class Identity(Start, frozen=True, kw_only=True, tag=True):
    """Each unit starts as its own input."""

    gain: Annotated[Number, Meta(description="What stands on the diagonal.")] = 1.0

    def refuses(self, shape: Shape) -> str:
        """It needs a matrix."""
        return "" if len(shape) == 2 else "needs an array of two sizes"


Initializer = (
    GlorotUniform
    | GlorotNormal
    | HeUniform
    | HeNormal
    | LecunUniform
    | LecunNormal
    | VarianceScaling
    | RandomNormal
    | RandomUniform
    | TruncatedNormal
    | Orthogonal
    | Identity
    | Zeros
    | Ones
    | Constant
)
