"""A trained model as an ONNX file: any number of images at once, checked against our own answers."""

import io
import json
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import torch
from msgspec.structs import replace
from torch import Tensor, nn

from cnn_tui.engine.build import Network
from cnn_tui.engine.model_weights import Trained
from cnn_tui.engine.weights import arrays, load_arrays
from cnn_tui.errors import UserError
from cnn_tui.files import replacing
from cnn_tui.interop.notes import KEY, notes_document
from cnn_tui.spec.data import Scaling

if TYPE_CHECKING:
    import onnx

OPSET = 18
INPUT, OUTPUT, BATCH = "images", "answers", "batch"
MOST_BYTES = 2**31 - 2**24
"""What fits into one file of the format, a little left for its graph."""
TOLERANCE = 1e-4
"""How far another program's float32 may be from ours, by the size of the answer; a wrong graph is much further."""


class WithScaling(nn.Module):
    """A network that takes the pixels as their file holds them."""

    def __init__(self, network: Network, scaling: Scaling) -> None:
        super().__init__()
        self.network = network
        self.subtract: Tensor
        self.divide: Tensor
        self.register_buffer("subtract", torch.tensor(scaling.subtract))
        self.register_buffer("divide", torch.tensor(scaling.divide))

    def forward(self, images: Tensor) -> Tensor:
        """Scaled, then answered."""
        answers: Tensor = self.network((images - self.subtract) / self.divide)
        return answers


def write_onnx(trained: Trained, path: Path, bake_scaling: bool = False) -> None:
    """Writes the file, whole or not at all; `bake_scaling` puts the scaling of pixels into the graph.

    Raises UserError without the packages that it needs, or for a model that is too large for one file.
    """
    model = onnx_model(trained, bake_scaling)
    with replacing(path) as file:
        file.write(model.SerializeToString())


def onnx_model(trained: Trained, bake_scaling: bool = False) -> "onnx.ModelProto":
    """The model in ONNX's own words."""
    if find_spec("onnx") is None:
        raise UserError("ONNX files need the package onnx", remedy="Install it: pip install 'cnn-tui[onnx]'")
    held = arrays(trained.network)
    size = sum(array.numel() * array.element_size() for array in held.values())
    if size > MOST_BYTES:
        raise UserError(f"has {size >> 20:,} MB of weights, more than an ONNX file can hold", remedy="Use safetensors.")
    network = Network(trained.network.model)
    load_arrays(network, held, "the model")
    about = trained.about
    module: nn.Module = WithScaling(network, about.scaling) if bake_scaling else network
    model = _named(_exported(module.eval(), about.data_shape), network)
    if bake_scaling:
        about = replace(about, scaling=Scaling())
    _annotate(model, json.dumps(notes_document(network.model, msgspec.to_builtins(about)), allow_nan=False))
    _check(model, module, about.data_shape)
    return model


def _exported(module: nn.Module, shape: tuple[int, ...]) -> "onnx.ModelProto":
    """The graph, drawn with zeros: no image of anybody gets into it.

    By torch's older exporter: it needs no further packages and takes a hundredth of the newer one's time.
    """
    import onnx

    out = io.BytesIO()
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module,
            (torch.zeros(2, *shape),),
            out,  # type: ignore[arg-type]
            dynamo=False,
            external_data=False,
            opset_version=OPSET,
            input_names=[INPUT],
            output_names=[OUTPUT],
            dynamic_axes={INPUT: {0: BATCH}, OUTPUT: {0: BATCH}},
        )
    return onnx.load_from_string(out.getvalue())


def _named(model: "onnx.ModelProto", network: Network) -> "onnx.ModelProto":
    """The arrays by our names for them, and nothing of where and how this program is installed."""
    ours = {id(weight.array): weight.key for weight in network.weights()}
    names = {name: ours[id(array)] for name, array in network.named_parameters() if id(array) in ours}
    names |= {name: ours[id(array)] for name, array in network.named_buffers() if id(array) in ours}
    names |= {f"network.{name}": key for name, key in names.items()}
    for array in model.graph.initializer:
        array.name = names.get(array.name, array.name)
    for node in model.graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]
        node.ClearField("doc_string")
        del node.metadata_props[:]
    return model


def _annotate(model: "onnx.ModelProto", notes: str) -> None:
    import onnx

    from cnn_tui import __version__

    model.producer_name, model.producer_version = "cnn-tui", __version__
    onnx.helper.set_model_props(model, {KEY: notes})
    onnx.checker.check_model(model)


def _check(model: "onnx.ModelProto", module: nn.Module, shape: tuple[int, ...]) -> None:
    """Raises UserError when another program would answer otherwise; nothing without onnxruntime to ask."""
    if find_spec("onnxruntime") is None:
        return
    images = torch.rand(3, *shape, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        ours = module(images)
    theirs = torch.from_numpy(_answers(model, images))
    scale = ours.abs().nan_to_num().max().clamp(min=1)
    if not torch.allclose(theirs / scale, ours / scale, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True):
        raise UserError("ONNX would not answer as the model does", remedy="Choose another format.")


def _answers(model: "onnx.ModelProto", images: Tensor) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(None, {INPUT: images.numpy()})[0]
