"""A trained model written for other programs: which formats there are, and how each is made."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from cnn_tui.engine.model_weights import Trained, write_model_weights
from cnn_tui.engine.onnx import write_onnx
from cnn_tui.engine.python_file import write_python
from cnn_tui.engine.weights import arrays
from cnn_tui.errors import Place, UserError, nearest, one_of, writing
from cnn_tui.files import replacing
from cnn_tui.interop import keras_writers
from cnn_tui.spec.model_file import write_model

KerasWriter = Callable[..., bytes]


@dataclass(frozen=True)
class Format:
    """A format that models are written in."""

    ending: str
    about: str
    write: Callable[[Trained, Path], None]


def _by(writer: KerasWriter) -> Callable[[Trained, Path], None]:
    def write(trained: Trained, path: Path) -> None:
        held = {name: array.numpy() for name, array in arrays(trained.network).items()}
        content = writer(trained.network.model, held, msgspec.to_builtins(trained.about))
        with replacing(path) as file:
            file.write(content)

    return write


FORMATS: dict[str, Format] = {
    "keras": Format(".keras", "Keras 3: the model and its weights", _by(keras_writers.keras)),
    "h5": Format(".h5", "Keras 2 and 3, and Galaxy: the model and its weights", _by(keras_writers.legacy_h5)),
    "weights-h5": Format(".weights.h5", "Keras 3: the weights alone", _by(keras_writers.weights_h5)),
    "safetensors": Format(".safetensors", "this program's own: all that predicting needs", write_model_weights),
    "onnx": Format(".onnx", "ONNX, for other programs and devices: the graph and its weights", write_onnx),
    "python": Format(".py", "Python code that needs torch and safetensors alone, its weights beside it", write_python),
    "json": Format(
        ".json", "the model without its weights", lambda trained, path: write_model(trained.network.model, path)
    ),
}
"""By the word that people use for it. In every one but JSON the classes, the scaling and the shape travel along."""


def format_named(to: str, path: Path) -> str:
    """The format that is asked for, or else that of the file's name: the longest ending that fits. Raises UserError."""
    if to in FORMATS:
        return to
    if to:
        raise UserError(
            f'there is no format "{to}"', "--to", nearest(to, tuple(FORMATS)) or f"Use {one_of(tuple(FORMATS))}."
        )
    fitting = [name for name, one in FORMATS.items() if path.name.lower().endswith(one.ending)]
    if not fitting:
        raise UserError("its name says no format", Place(path), f"Say --to {one_of(tuple(FORMATS))}.")
    return max(fitting, key=lambda name: len(FORMATS[name].ending))


def export(trained: Trained, path: Path, to: str, bake_scaling: bool = False) -> None:
    """Writes a model, whole or not at all; `bake_scaling` puts the scaling of pixels into an ONNX graph.

    Raises UserError.
    """
    if bake_scaling and to != "onnx":
        raise UserError(f"{to} has no graph to put the scaling into", "--bake-scaling", "Use --to onnx.")
    with writing(path):
        if bake_scaling:
            write_onnx(trained, path, bake_scaling)
        else:
            FORMATS[to].write(trained, path)
