"""How a model is trained: optimizer, loss, epochs, batches, seed, device."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Device = Literal["auto", "cpu", "cuda"]
Precision = Literal["auto", "fp32", "bf16"]
Loss = Literal["categorical_crossentropy"]
Share = Annotated[float, Meta(ge=0, lt=1)]


class Optimizer(Struct, frozen=True, kw_only=True, tag_field="class_name", tag=True):
    """How the weights are moved."""

    learning_rate: Annotated[float, Meta(gt=0, le=1000, description="How far one step moves the weights.")] = 0.001


class Adam(Optimizer, frozen=True, kw_only=True, tag=True):
    """Each weight has a step of its own, from running means of its gradient (Kingma & Ba 2015), as in Keras."""

    beta_1: Annotated[Share, Meta(description="How slowly the mean of the gradient forgets.")] = 0.9
    beta_2: Annotated[Share, Meta(description="How slowly the mean of its square forgets.")] = 0.999
    epsilon: Annotated[float, Meta(gt=0, le=1, description="Keeps the step finite where the gradient is tiny.")] = 1e-7


class Training(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything about the training but the data and the model."""

    optimizer: Annotated[Adam, Meta(description="How the weights are moved.")] = Adam()
    loss: Annotated[Loss, Meta(description="What is made small: how surprised the model is by the true class.")] = (
        "categorical_crossentropy"
    )
    epochs: Annotated[int, Meta(ge=1, le=1_000_000, description="How often all training rows are seen.")] = 2
    batch_size: Annotated[int, Meta(ge=1, le=1_000_000, description="How many rows make one step.")] = 500
    seed: Annotated[int, Meta(ge=0, le=2**53, description="The same seed gives the same weights, order and split.")] = 0
    device: Annotated[Device, Meta(description="Where it runs; auto: a GPU if there is one.")] = "auto"
    precision: Annotated[
        Precision, Meta(description="How exactly it computes; auto: bf16 where the processor has it.")
    ] = "auto"
