"""A model as a Python file of its own, which needs torch and safetensors and nothing of this program."""

import re
from keyword import iskeyword
from textwrap import indent, wrap
from typing import Any

from msgspec import Struct

from cnn_tui.interop.python_layers import Written, written
from cnn_tui.interop.python_steps import activated
from cnn_tui.spec.data import Scaling
from cnn_tui.spec.layers import Activation, Residual, Shape
from cnn_tui.spec.model import Model, layer_names
from cnn_tui.spec.shapes import Row, first_problem, trace

OF_TORCH = {
    "T_destination", "add_module", "apply", "bfloat16", "buffers", "call_super_init", "children", "compile", "cpu",
    "cuda", "double", "dump_patches", "eval", "extra_repr", "float", "forward", "get_buffer", "get_extra_state",
    "get_parameter", "get_submodule", "half", "ipu", "load_state_dict", "modules", "mtia", "named_buffers",
    "named_children", "named_modules", "named_parameters", "parameters", "register_backward_hook",
    "register_buffer", "register_forward_hook", "register_forward_pre_hook", "register_full_backward_hook",
    "register_full_backward_pre_hook", "register_load_state_dict_post_hook", "register_load_state_dict_pre_hook",
    "register_module", "register_parameter", "register_state_dict_post_hook", "register_state_dict_pre_hook",
    "requires_grad_", "set_extra_state", "set_submodule", "share_memory", "state_dict", "to", "to_empty", "train",
    "training", "type", "xpu", "zero_grad",
}  # fmt: skip
"""Attributes that torch's modules have already."""
BEHIND = ("_mixing", "_bias", "_kernel")
"""What hangs on a layer's name where it is more than one module."""
WEIGHTS_FILE = "{stem}_weights.safetensors"
"""What the file of weights is called beside the code."""
WIDTH = 100
HELPERS = {
    "first": '''
def first(x):
    """Channels behind the batch, as torch wants them."""
    return x.movedim(-1, 1)
''',
    "last": '''
def last(x):
    """Channels last, as Keras has them."""
    return x.movedim(1, -1)
''',
    "mean_inside": '''
def mean_inside(pool, x, pads, size, strides):
    """The mean of each window; what is added at the edges does not count."""
    inside = pool(F.pad(torch.ones_like(x[:1, :1]), pads), size, strides)
    return pool(F.pad(x, pads), size, strides) / inside
''',
    "locally_connected": '''
def locally_connected(x, kernel, window, strides, output_shape):
    """A convolution whose every place has weights of its own: kernel [places, window x channels, filters]."""
    for axis, (size, stride) in enumerate(zip(window, strides), start=1):
        x = x.unfold(axis, size, stride)
    axes = len(window)
    x = x.permute(*range(1, axes + 1), 0, *range(axes + 2, 2 * axes + 2), axes + 1)
    sums = torch.bmm(x.reshape(kernel.shape[0], -1, kernel.shape[1]), kernel)
    return sums.transpose(0, 1).reshape(-1, *output_shape)
''',
    "groups_of_one": '''
def groups_of_one(norm):
    """Group normalization where a group is one value, which torch's module refuses for a single image."""
    return lambda x: torch.group_norm(x, norm.num_groups, norm.weight, norm.bias, norm.eps)
''',
}
"""What lines may call; a file has those that its lines do."""
FILE = '''"""{title}: {facts}.

It needs torch and safetensors, and its weights in the file beside it. Images are channels last.

    python {file} images.npy

says the class of each image of a NumPy file; without a file it answers to one image of zeros.
"""

import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn

WEIGHTS = Path(__file__).with_name({weights})
CLASSES = {classes}
IMAGE_SHAPE = {shape}
SUBTRACT = torch.tensor({subtract})
DIVIDE = torch.tensor({divide})

{helpers}
class Model(nn.Module):
    def __init__(self):
        super().__init__()
{modules}

    def forward(self, x):
        x = x.reshape(len(x), {input})
{lines}
        return x


def load():
    """The model with its weights, ready to predict."""
    model = Model()
    model.load_state_dict(load_file(WEIGHTS))
    return model.eval()


def predict(model, images):
    """The answers [n, ...] to images [n, ...] with their pixels as they are in their file."""
    images = torch.as_tensor(images).float().reshape(-1, *IMAGE_SHAPE)
    with torch.inference_mode():
        return model((images - SUBTRACT) / DIVIDE)


def read_images(path):
    """The images of an .npy file, or the first array of an .npz file."""
    import numpy as np

    held = np.load(path, allow_pickle=False)
    array = held[held.files[0]] if hasattr(held, "files") else held
    return torch.tensor(array.astype("float32"))


def main():
    images = read_images(sys.argv[1]) if len(sys.argv) > 1 else torch.zeros(1, *IMAGE_SHAPE)
    for answer in predict(load(), images):
        if answer.shape == (len(CLASSES),):
            print(f"{{CLASSES[int(answer.argmax())]}}\\t{{float(answer.max()):.4f}}")
        else:
            print(answer.tolist())


if __name__ == "__main__":
    main()
'''


class PythonCode(Struct, frozen=True):
    """The text of the file, and what its weights are called in the file beside it."""

    text: str
    names: dict[str, str]
    """torch's name for each array by ours: `conv2d.weight` for `conv2d.kernel`. The arrays lie as torch has them."""
    filled: dict[str, tuple[float, Shape]]
    """Arrays that torch wants beside them, all one number, and their shapes."""


def python_code(
    model: Model, classes: tuple[str, ...], data_shape: Shape, scaling: Scaling, file: str, weights: str
) -> PythonCode:
    """The model as code; `file` and `weights` are what its two files are called. Raises UserError for a wrong model."""
    rows = trace(model)
    if problem := first_problem(rows):
        raise problem.error
    names = dict(zip(layer_names(model), _attributes(layer_names(model)), strict=True))
    layers = [(row, name, written(row.acts, names[name], row.input_shape or ())) for row, name in _on(rows, names)]
    lines = _lines(model, layers, names)
    modules = [f"self.{attribute} = {made}" for _, _, one in layers for attribute, made in one.modules.items()]
    told = "\n".join(lines)
    text = FILE.format(
        title=_safe(model.name),
        facts=f"{len(layers)} layers, {sum(row.parameters for row, _, _ in layers):,} parameters",
        file=_safe(file),
        weights=repr(weights),
        classes=_tuple(classes),
        shape=repr(data_shape),
        subtract=repr(list(scaling.subtract)),
        divide=repr(list(scaling.divide)),
        helpers=_helpers(told),
        modules=indent("\n".join(modules) or "pass", " " * 8).replace(" " * 8 + "pass", "").rstrip(),
        input=", ".join(map(str, model.input_shape)),
        lines=indent(told, " " * 8),
    )
    return PythonCode(
        re.sub(r"\n[ \t]+\n", "\n\n", text),
        {f"{name}.{ours}": torchs for _, name, one in layers for ours, torchs in one.weights.items()},
        {torchs: told for _, _, one in layers for torchs, told in one.filled.items()},
    )


def _on(rows: tuple[Row, ...], names: dict[str, str]) -> list[tuple[Row, str]]:
    return [(row, name) for row, name in zip(rows, names, strict=True) if row.layer.enabled]


def _lines(model: Model, layers: list[tuple[Row, str, Written]], names: dict[str, str]) -> list[str]:
    """What `forward` does: before the first layer of a group what goes into it is kept."""
    kept: dict[int, list[str]] = {}
    for row, name, _ in layers:
        if isinstance(row.layer, Residual):
            kept.setdefault(row.index - row.layer.layers, []).append(f"before_{names[name]} = x")
    lines: list[str] = []
    by_index = {row.index: (row, one) for row, _, one in layers}
    for index in range(len(model.layers)):
        lines += kept.get(index, [])
        if index in by_index:
            row, one = by_index[index]
            lines += one.lines
            lines += activated(getattr(row.layer, "activation", "linear"), model.keras)
            if not one.lines and not isinstance(row.layer, Activation):
                lines.append(f"# {type(row.layer).__name__}: in training only")
    return lines


def _attributes(names: tuple[str, ...]) -> list[str]:
    """The layers' names as Python takes them; no two are equal, nor to what may hang on another one."""
    made: list[str] = []
    taken = set(OF_TORCH)
    for name in names:
        word = re.sub(r"\W", "_", name)
        while taken & (own := {word, *(f"{word}{behind}" for behind in BEHIND)}) or iskeyword(word):
            word += "_"
        made.append(word)
        taken |= own
    return made


def _helpers(lines: str) -> str:
    used = [name for name in HELPERS if re.search(rf"\b{name}\(", lines)]
    return "".join(f"{HELPERS[name]}\n" for name in used) + ("" if used else "\n")


def _tuple(words: tuple[str, ...]) -> str:
    """A tuple of texts, broken where lines would be long."""
    told = repr(words)
    if len(told) <= WIDTH:
        return told
    listed = wrap(", ".join(map(repr, words)), WIDTH, break_long_words=False, break_on_hyphens=False)
    return "(\n" + indent("\n".join(listed), " " * 4) + ",\n)" if _same(listed, words) else told


def _same(listed: list[str], words: tuple[str, ...]) -> bool:
    """Whether breaking lines broke no word: one with a blank in it may be broken there."""
    from ast import literal_eval

    try:
        read: Any = literal_eval(f"({' '.join(listed)},)")
    except (SyntaxError, ValueError):
        return False
    return read == words and not any(" " in word for word in words)


def _safe(text: str) -> str:
    """A text within the file's docstring."""
    return re.sub(r"[^\w .,()+-]", "_", text)[:80] or "model"
