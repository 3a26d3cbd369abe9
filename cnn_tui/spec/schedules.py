"""Schedules: how the learning rate changes while a model is trained; written `cosine(0.01)` on one line."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from cnn_tui.spec.named import Named

Factor = Annotated[float, Meta(gt=0, lt=1)]
Share = Annotated[float, Meta(ge=0, le=1)]
Epochs = Annotated[int, Meta(ge=1, le=1_000_000)]
Patience = Annotated[int, Meta(ge=0, le=1_000_000)]
Mode = Literal["auto", "min", "max"]
Monitor = Annotated[
    str,
    Meta(
        description="What is watched: val_loss, loss, accuracy, val_accuracy or another metric that is computed.",
        extra={"limits": "the name of a metric, such as val_loss"},
    ),
]
Better = Annotated[Mode, Meta(description="Whether less or more of it is better; auto: by its name.")]


class Schedule(Named, frozen=True, kw_only=True):
    """How the learning rate changes."""

    MODULE: ClassVar[str] = "keras.optimizers.schedules"


class Constant(Schedule, frozen=True, kw_only=True, tag=True):
    """The rate stays as it is."""


class Step(Schedule, frozen=True, kw_only=True, tag=True):
    """The rate falls by a factor after every so many epochs."""

    epochs: Annotated[Epochs, Meta(description="After how many epochs it falls.")] = 10
    factor: Annotated[Factor, Meta(description="What it is multiplied by.")] = 0.1


class Exponential(Schedule, frozen=True, kw_only=True, tag=True):
    """The rate falls with every step, by a factor each epoch: Keras's ExponentialDecay."""

    factor: Annotated[Factor, Meta(description="What an epoch multiplies it by.")] = 0.9


class Cosine(Schedule, frozen=True, kw_only=True, tag=True):
    """The rate falls along a half wave, once or several times (Loshchilov & Hutter 2017): Keras's CosineDecay."""

    alpha: Annotated[Share, Meta(description="The share of the rate that is left in the end.")] = 0.0
    first_epochs: Annotated[
        Epochs | None, Meta(description="After how many epochs it begins anew; automatic: never, it falls to the end.")
    ] = None
    t_mul: Annotated[
        Annotated[float, Meta(ge=1, le=100)], Meta(description="How much longer each new wave is than the one before.")
    ] = 2.0
    m_mul: Annotated[
        Annotated[float, Meta(gt=0, le=1)], Meta(description="How high each new wave begins, by the one before.")
    ] = 1.0


class OneCycle(Schedule, frozen=True, kw_only=True, tag=True):
    """The rate rises to what is set and falls far below where it began (Smith & Topin 2018), as in PyTorch."""

    rise: Annotated[
        Annotated[float, Meta(gt=0, lt=1)], Meta(description="The share of the training in which it rises.")
    ] = 0.3
    start: Annotated[Factor, Meta(description="The share of the rate with which it begins.")] = 0.04
    end: Annotated[Share, Meta(description="The share of its beginning with which it ends.")] = 1e-4


class Plateau(Schedule, frozen=True, kw_only=True, tag=True):
    """The rate falls by a factor when what is watched gets no better: Keras's ReduceLROnPlateau."""

    factor: Annotated[Factor, Meta(description="What it is multiplied by.")] = 0.1
    patience: Annotated[Patience, Meta(description="After how many epochs without a better one.")] = 10
    monitor: Monitor = "val_loss"
    mode: Better = "auto"
    min_delta: Annotated[
        Annotated[float, Meta(ge=0, le=1e9)], Meta(description="By how much an epoch must be better to count.")
    ] = 1e-4
    cooldown: Annotated[Patience, Meta(description="How many epochs after a fall do not count.")] = 0
    min_lr: Annotated[Annotated[float, Meta(ge=0, le=1000)], Meta(description="It never falls below this.")] = 0.0


class EarlyStopping(Named, frozen=True, kw_only=True, tag=True):
    """Ends the training when what is watched gets no better, as in Keras."""

    MODULE: ClassVar[str] = "keras.callbacks"

    patience: Annotated[Patience, Meta(description="After how many epochs without a better one.")] = 0
    monitor: Monitor = "val_loss"
    mode: Better = "auto"
    min_delta: Annotated[
        Annotated[float, Meta(ge=0, le=1e9)], Meta(description="By how much an epoch must be better to count.")
    ] = 0.0
    baseline: Annotated[
        Annotated[float, Meta(ge=-1e9, le=1e9)] | None,
        Meta(description="What must be beaten for waiting to begin anew; automatic: nothing."),
    ] = None
    start_from_epoch: Annotated[Patience, Meta(description="How many epochs are not watched at the beginning.")] = 0


AnySchedule = Constant | Step | Exponential | Cosine | OneCycle | Plateau
