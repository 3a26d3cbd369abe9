"""Layers as text that people copy and paste: Keras calls, a layer a line. The text is read, never run."""

import ast
import re
from collections.abc import Iterator
from textwrap import dedent
from typing import Any

import msgspec

from cnn_tui.errors import UserError, nearest
from cnn_tui.spec.fields import fields
from cnn_tui.spec.json_text import parse_json
from cnn_tui.spec.layers import KINDS, Layer
from cnn_tui.spec.make import make
from cnn_tui.spec.model import MAX_LAYERS
from cnn_tui.spec.model_file import layers_from
from cnn_tui.spec.named import Named

WHERE = "the pasted text"
LONGEST = 200_000
IN_ORDER = {
    "filters", "kernel_size", "pool_size", "strides", "padding", "units", "activation", "rate", "stddev", "alpha",
    "theta", "target_shape", "dims", "n", "cropping", "size", "layers", "merge", "l1", "l2",
}  # fmt: skip
"""Settings that Keras takes without their names."""
MOST_IN_ORDER = 4
"""Behind them Keras has settings that this program has no word for."""
AROUND = {"Sequential", "Model", "Functional", "Input", "InputLayer", "add"}
"""Calls that stand around layers and are none."""
ASIDE = {"compile", "fit", "evaluate", "summary", "predict", "build", "save"}
"""Calls that may stand beside them."""
SAYS_NOTHING = {"input_shape", "batch_input_shape", "input_dim", "data_format", "dtype", "trainable"}
"""Settings that say something about the model, or what Keras does anyway."""

_KIND_BY_NAME = {kind.__name__: kind for kind in KINDS}


def to_text(layers: tuple[Layer, ...]) -> str:
    """A call a line: `Conv2D(filters=64, kernel_size=(3, 3), activation="relu")`."""
    return "\n".join(map(_call, layers))


def from_text(text: str) -> tuple[Layer, ...]:
    """The layers of Keras code, or of JSON as a model file holds it. Raises UserError."""
    if len(text) > LONGEST:
        raise UserError(f"has {len(text):,} letters", WHERE, f"Paste {LONGEST:,} or fewer.")
    try:
        layers = _from_json(text) if re.match(r"\s*\[?\s*{", text) else _from_code(text)
    except RecursionError:
        raise UserError("is nested too deeply", WHERE, "Paste whole calls of layers.") from None
    if not layers:
        raise UserError("holds no layers", WHERE, 'Paste lines such as Conv2D(32, 3, activation="relu").')
    if len(layers) > MAX_LAYERS:
        raise UserError(f"holds {len(layers):,} layers", WHERE, f"Paste {MAX_LAYERS} or fewer.")
    return layers


def _call(layer: Named | Layer) -> str:
    told = ((one, getattr(layer, one.name)) for one in fields(type(layer)))
    settings = (f"{one.name}={_value(held)}" for one, held in told if one.required or held != one.default)
    return f"{type(layer).__name__}({', '.join(settings)})"


def _value(held: Any) -> str:
    if isinstance(held, Named):
        return f"{held.MODULE}.{_call(held)}"
    return msgspec.json.encode(held).decode() if isinstance(held, str) else repr(held)


def _from_json(text: str) -> tuple[Layer, ...]:
    document = parse_json(text, WHERE)
    if isinstance(document, dict) and isinstance(document.get("config"), dict) and "layers" in document["config"]:
        document = document["config"]["layers"]
    entries = document if isinstance(document, list) else [document]
    return layers_from([one for one in entries if not _is_input(one)], WHERE)


def _is_input(entry: object) -> bool:
    return isinstance(entry, dict) and entry.get("class_name") == "InputLayer"


def _from_code(text: str) -> tuple[Layer, ...]:
    tree = _parsed(text)
    held: dict[str, ast.expr] = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value, ast.Constant | ast.Tuple)
    }
    return tuple(_layer(index, name, call, held) for index, (name, call) in enumerate(_calls(tree)))


def _parsed(text: str) -> ast.AST:
    """The text as Python; lines out of the middle of a list are a list too."""
    lines = dedent(text).strip().rstrip(",")
    try:
        return ast.parse(lines)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        first = error
    try:
        return ast.parse(f"[{lines}]")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        line = f", line {first.lineno}" if isinstance(first, SyntaxError) and first.lineno else ""
        raise UserError("is neither Python nor JSON", f"{WHERE}{line}", "Paste whole calls of layers.") from None


def _calls(node: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """The calls of layers, in the order of the text."""
    if isinstance(node, ast.Call):
        name = _name(node.func)
        if name in ASIDE:
            return
        if name in _KIND_BY_NAME:
            yield name, node
            return
        if name and name not in AROUND:
            guess = nearest(name, tuple(_KIND_BY_NAME)) or "Leave it out."
            raise UserError(
                f"holds {name}, which is no layer that this program knows", f"{WHERE}, line {node.lineno}", guess
            )
    for child in ast.iter_child_nodes(node):
        yield from _calls(child)


def _name(node: ast.AST) -> str:
    """The last part of `keras.layers.Conv2D`."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _layer(index: int, name: str, call: ast.Call, held: dict[str, ast.expr]) -> Layer:
    """The layer of a call; `held` are the constants that the text names."""
    kind = _KIND_BY_NAME[name]
    known = [one.name for one in fields(kind) if one.name in IN_ORDER][:MOST_IN_ORDER]
    if len(call.args) > len(known):
        raise UserError(
            f"gets {len(call.args)} settings without a name", f"{WHERE}, line {call.lineno}, {name}", "Name them."
        )
    given = dict(zip(known, call.args, strict=False)) | {one.arg or "**": one.value for one in call.keywords}
    settings = {
        key: _read(key, held.get(_name(value), value)) for key, value in given.items() if key not in SAYS_NOTHING
    }
    return make(kind, {key: one for key, one in settings.items() if one is not None}, f"{WHERE}, {name} #{index + 1}")


def _read(key: str, node: ast.expr) -> Any:
    """A plain value; a call or a name stands for what has that name: `l2(0.01)`, `tf.nn.relu`."""
    if isinstance(node, ast.Call):
        inside = [*map(_inner, node.args), *(f"{one.arg}={_inner(one.value)}" for one in node.keywords)]
        return f"{_name(node.func)}({', '.join(inside)})"
    if _name(node):
        return _name(node)
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        where = f"{WHERE}, line {node.lineno}"
        raise UserError(f"{key} is no plain value", where, "Write a number, a text or numbers in brackets.") from None


def _inner(node: ast.expr) -> str:
    """A value inside a call, as a form has it: a text stands without its quotes."""
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return str(ast.literal_eval(node)) if is_text else ast.unparse(node)
