"""Optimizers: how the weights are moved, by Keras's names, settings and defaults."""

from typing import Annotated, ClassVar

from msgspec import Meta

from cnn_tui.spec.named import Named

Share = Annotated[float, Meta(ge=0, lt=1)]
Rate = Annotated[float, Meta(gt=0, le=1000, description="How far one step moves the weights.")]
Tiny = Annotated[float, Meta(gt=0, le=1, description="Keeps the step finite where the gradient is tiny.")]
Beta1 = Annotated[Share, Meta(description="How slowly the mean of the gradient forgets.")]
Beta2 = Annotated[Share, Meta(description="How slowly the mean of its square forgets.")]
Accumulated = Annotated[float, Meta(ge=0, le=1e6, description="What the sum of squared gradients starts from.")]
Strength = Annotated[float, Meta(ge=0, le=1e6)]
Clip = Annotated[float, Meta(ge=0, le=1e9)]
MORE = {"more": True}


class Optimizer(Named, frozen=True, kw_only=True):
    """How the weights are moved."""

    MODULE: ClassVar[str] = "keras.optimizers"

    learning_rate: Rate = 0.001
    weight_decay: Annotated[
        float,
        Meta(ge=0, le=1, description="The share of each weight, times the rate, that a step takes off.", extra=MORE),
    ] = 0.0
    clipnorm: Annotated[
        Clip, Meta(description="Shortens the gradient of each array to this length; 0: not at all.", extra=MORE)
    ] = 0.0
    clipvalue: Annotated[
        Clip, Meta(description="Holds each number of the gradient within this of 0; 0: not at all.", extra=MORE)
    ] = 0.0
    global_clipnorm: Annotated[
        Clip,
        Meta(description="Shortens the gradient of all weights together to this length; 0: not at all.", extra=MORE),
    ] = 0.0

    @property
    def clips(self) -> tuple[str, ...]:
        """The settings that shorten the gradient and are on; Keras takes one of them."""
        return tuple(name for name in ("clipnorm", "clipvalue", "global_clipnorm") if getattr(self, name))


class SGD(Optimizer, frozen=True, kw_only=True, tag=True):
    """Steps down the gradient, with momentum if it is asked for (Sutskever et al. 2013), as in Keras."""

    learning_rate: Rate = 0.01
    momentum: Annotated[Share, Meta(description="How much of the last step the next one keeps.")] = 0.0
    nesterov: Annotated[bool, Meta(description="Whether to look one step of momentum ahead.")] = False


class RMSprop(Optimizer, frozen=True, kw_only=True, tag=True):
    """Divides the gradient by the root of the running mean of its square (Tieleman & Hinton 2012), as in Keras."""

    WORD: ClassVar[str] = "rmsprop"

    rho: Annotated[Share, Meta(description="How slowly the mean of the squared gradient forgets.")] = 0.9
    momentum: Annotated[Share, Meta(description="How much of the last step the next one keeps.")] = 0.0
    epsilon: Tiny = 1e-7
    centered: Annotated[bool, Meta(description="Whether to divide by the deviation instead of the mean square.")] = (
        False
    )


class Adagrad(Optimizer, frozen=True, kw_only=True, tag=True):
    """Weights that were moved much are moved less from then on (Duchi et al. 2011), as in Keras."""

    initial_accumulator_value: Accumulated = 0.1
    epsilon: Tiny = 1e-7


class Adadelta(Optimizer, frozen=True, kw_only=True, tag=True):
    """As Adagrad over a window, each step as large as the last ones were (Zeiler 2012), as in Keras."""

    rho: Annotated[Share, Meta(description="How slowly the means forget.")] = 0.95
    epsilon: Tiny = 1e-7


class Adam(Optimizer, frozen=True, kw_only=True, tag=True):
    """Each weight has a step of its own, from running means of its gradient (Kingma & Ba 2015), as in Keras."""

    beta_1: Beta1 = 0.9
    beta_2: Beta2 = 0.999
    epsilon: Tiny = 1e-7
    amsgrad: Annotated[bool, Meta(description="Whether steps never grow again (Reddi et al. 2018).", extra=MORE)] = (
        False
    )


class AdamW(Optimizer, frozen=True, kw_only=True, tag=True):
    """Adam that takes a share off each weight beside its step (Loshchilov & Hutter 2019), as in Keras."""

    WORD: ClassVar[str] = "adamw"

    weight_decay: Annotated[
        float, Meta(ge=0, le=1, description="The share of each weight, times the rate, that a step takes off.")
    ] = 0.004
    beta_1: Beta1 = 0.9
    beta_2: Beta2 = 0.999
    epsilon: Tiny = 1e-7
    amsgrad: Annotated[bool, Meta(description="Whether steps never grow again (Reddi et al. 2018).", extra=MORE)] = (
        False
    )


class Adamax(Optimizer, frozen=True, kw_only=True, tag=True):
    """Adam with the largest recent gradient in place of the mean square (Kingma & Ba 2015, 7.1), as in Keras."""

    beta_1: Beta1 = 0.9
    beta_2: Annotated[Share, Meta(description="How slowly the largest gradient forgets.")] = 0.999
    epsilon: Tiny = 1e-7


class Nadam(Optimizer, frozen=True, kw_only=True, tag=True):
    """Adam that looks one step of momentum ahead (Dozat 2016), as in Keras."""

    beta_1: Beta1 = 0.9
    beta_2: Beta2 = 0.999
    epsilon: Tiny = 1e-7


class Ftrl(Optimizer, frozen=True, kw_only=True, tag=True):
    """Follows the regularized leader, which can hold weights at exactly 0 (McMahan et al. 2013), as in Keras."""

    learning_rate_power: Annotated[
        float, Meta(ge=-10, le=0, description="How the rate falls as gradients add up; 0: it stays.")
    ] = -0.5
    initial_accumulator_value: Accumulated = 0.1
    l1_regularization_strength: Annotated[Strength, Meta(description="How strongly weights are pulled to 0.")] = 0.0
    l2_regularization_strength: Annotated[Strength, Meta(description="How strongly weights are kept small.")] = 0.0
    l2_shrinkage_regularization_strength: Annotated[
        Strength, Meta(description="How strongly the gradient alone is pulled to small weights.", extra=MORE)
    ] = 0.0
    beta: Annotated[Strength, Meta(description="Makes the first steps smaller.", extra=MORE)] = 0.0


AnyOptimizer = SGD | RMSprop | Adagrad | Adadelta | Adam | AdamW | Adamax | Nadam | Ftrl
