"""What all layers with a kernel share: how it starts, what keeps it small, what it is held to after a step."""

from typing import Annotated

from msgspec import Meta

from cnn_tui.spec.layers.base import MORE, Layer
from cnn_tui.spec.layers.constraints import Constraint
from cnn_tui.spec.layers.initializers import GlorotUniform, Initializer, Zeros
from cnn_tui.spec.layers.regularizers import Regularizer

UseBias = Annotated[bool, Meta(description="Add a learned number to each output channel.")]
Starts = Annotated[Initializer, Meta(description="How its weights start.", extra=MORE)]
BiasStarts = Annotated[Initializer, Meta(description="How its bias starts.", extra=MORE)]
Kept = Annotated[Regularizer | None, Meta(description="What its weights add to the loss.", extra=MORE)]
BiasKept = Annotated[Regularizer | None, Meta(description="What its bias adds to the loss.", extra=MORE)]
OutputKept = Annotated[Regularizer | None, Meta(description="What its output adds to the loss.", extra=MORE)]
Held = Annotated[Constraint | None, Meta(description="What its weights are held to after each step.", extra=MORE)]
BiasHeld = Annotated[Constraint | None, Meta(description="What its bias is held to after each step.", extra=MORE)]


class Biased(Layer, frozen=True, kw_only=True):
    """A layer that may have a bias, and whose output may be kept small."""

    bias_initializer: BiasStarts = Zeros()
    bias_regularizer: BiasKept = None
    activity_regularizer: OutputKept = None
    bias_constraint: BiasHeld = None


class Kerneled(Biased, frozen=True, kw_only=True):
    """A layer with one kernel."""

    kernel_initializer: Starts = GlorotUniform()
    kernel_regularizer: Kept = None
    kernel_constraint: Held = None
