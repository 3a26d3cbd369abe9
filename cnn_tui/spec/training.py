"""How a model is trained: optimizer, loss, epochs, batches, seed, device."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from cnn_tui.spec.losses import LOSS_ALIASES
from cnn_tui.spec.losses import Loss as Loss
from cnn_tui.spec.metrics import METRIC_ALIASES, Metric
from cnn_tui.spec.optimizers import Adam, AnyOptimizer
from cnn_tui.spec.schedules import AnySchedule, Constant, EarlyStopping
from cnn_tui.spec.scoring import SCORE_ALIASES, Score

Device = Literal["auto", "cpu", "cuda"]
Precision = Literal["auto", "fp32", "tf32", "bf16"]
MORE = {"more": True}


class Training(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything about the training but the data and the model."""

    optimizer: Annotated[AnyOptimizer, Meta(description="How the weights are moved.")] = Adam()
    loss: Annotated[
        Loss, Meta(description="What is made small: how wrong the answers are.", extra={"aliases": LOSS_ALIASES})
    ] = "categorical_crossentropy"
    epochs: Annotated[int, Meta(ge=1, le=1_000_000, description="How often all training rows are seen.")] = 2
    batch_size: Annotated[int, Meta(ge=1, le=1_000_000, description="How many rows make one step.")] = 500
    seed: Annotated[int, Meta(ge=0, le=2**53, description="The same seed gives the same weights, order and split.")] = 0
    device: Annotated[Device, Meta(description="Where it runs; auto: a GPU if there is one.")] = "auto"
    precision: Annotated[
        Precision, Meta(description="How exactly it computes; auto: bf16 where the processor or GPU has it.")
    ] = "auto"
    jit_compile: Annotated[
        bool, Meta(description="Whether torch compiles the network first: a long start, seldom faster.", extra=MORE)
    ] = False
    schedule: Annotated[AnySchedule, Meta(description="How the learning rate changes.", extra=MORE)] = Constant()
    warmup: Annotated[
        Annotated[float, Meta(ge=0, le=1_000_000)],
        Meta(description="For how many epochs the rate rises from 0 before its schedule begins.", extra=MORE),
    ] = 0.0
    early_stopping: Annotated[
        EarlyStopping | None,
        Meta(description="Whether it ends when it gets no better; automatic: it does not.", extra=MORE),
    ] = None
    label_smoothing: Annotated[
        Annotated[float, Meta(ge=0, lt=1)],
        Meta(description="The share of every label that is spread over all classes.", extra=MORE),
    ] = 0.0
    metrics: Annotated[
        tuple[Metric, ...],
        Meta(description="What is computed of every epoch beside the loss.", extra={**MORE, "aliases": METRIC_ALIASES}),
    ] = ()
    top_k: Annotated[
        Annotated[int, Meta(ge=1, le=10_000)],
        Meta(description="Among how many of its first answers the true class counts, for top_k.", extra=MORE),
    ] = 5
    primary_scoring: Annotated[
        Score | None,
        Meta(
            description="The score that the test is judged by; automatic: accuracy, or r2 for numbers.",
            extra={**MORE, "aliases": SCORE_ALIASES},
        ),
    ] = None
    secondary_scoring: Annotated[
        tuple[Score, ...],
        Meta(description="What else the test is scored by.", extra={**MORE, "aliases": SCORE_ALIASES}),
    ] = ()
    csv_log: Annotated[
        bool, Meta(description="Whether a table of the epochs in Galaxy's layout is written into the run.", extra=MORE)
    ] = False
    tensorboard: Annotated[
        bool, Meta(description="Whether curves for TensorBoard are written into the run.", extra=MORE)
    ] = False


def usual_loss(targets: int) -> Loss:
    """What is made small when nothing else is said; `targets`: how many numbers a label holds, 0: it is a class."""
    return "mean_squared_error" if targets else "categorical_crossentropy"
