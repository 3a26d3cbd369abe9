"""A trained model as a Python file that needs torch and safetensors alone, and its weights beside it."""

from pathlib import Path

import torch
from safetensors.torch import save

from cnn_tui.engine.model_weights import Trained
from cnn_tui.files import replace_text, replacing
from cnn_tui.interop.python_code import WEIGHTS_FILE, python_code


def write_python(trained: Trained, path: Path) -> None:
    """Writes the file, and `NAME_weights.safetensors` beside it, each whole or not at all."""
    about, network = trained.about, trained.network
    weights_file = path.with_name(WEIGHTS_FILE.format(stem=path.stem))
    scaling, shape = about.scaling, about.data_shape
    code = python_code(network.model, about.classes, shape, scaling, path.name, weights_file.name)
    held = {code.names[one.key]: one.array.detach().cpu().contiguous() for one in network.weights()}
    held |= {name: torch.full(sizes, number) for name, (number, sizes) in code.filled.items()}
    with replacing(weights_file) as file:
        file.write(save(held, metadata={"format": "pt"}))
    replace_text(path, code.text)
