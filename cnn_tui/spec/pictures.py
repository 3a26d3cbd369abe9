"""Which picture the values of one image are, for a model."""

from cnn_tui.spec.layers import Misfit, Reshape, Shape, values
from cnn_tui.spec.layers.windows import picture_shape
from cnn_tui.spec.model import Model


def picture_of(data_shape: Shape, model: Model) -> tuple[int, int, int] | None:
    """The (height, width, channels) of an image of this data: its own, else as the model sees it, else square.

    None when the values make no picture.
    """
    seen = (data_shape, model.input_shape, _first_reshape(model))
    pictures = (shape for shape in seen if len(shape) == 3 and values(shape) == values(data_shape))
    height, width, channels = next(pictures, None) or picture_shape(data_shape) or (0, 0, 0)
    return (height, width, channels) if height else None


def _first_reshape(model: Model) -> Shape:
    """What a Reshape that begins the model makes of its input; () when there is none, or it does not fit."""
    first = model.layers[0] if model.layers else None
    try:
        return first.output_shape(model.input_shape) if isinstance(first, Reshape) else ()
    except Misfit:
        return ()
