"""The filled-in forms of a Galaxy workflow file: which tools it uses, and what was typed into each."""

import ast
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from cnn_tui.errors import UserError
from cnn_tui.spec.json_text import parse_json

MARK = "a_galaxy_workflow"
REMEDY = "Export the workflow from Galaxy again."
MOST_STEPS = 1_000
LONGEST = 10_000
"""Letters of one field."""
OF_GALAXY = ("__index__", "__current_case__", "__page__", "__rerun_remap_job_id__", "__input_ext", "chromInfo")
"""What Galaxy notes for itself beside what was typed."""
MANGLED = {"__sq__": "'", "__dq__": '"', "__ob__": "[", "__cb__": "]", "__oc__": "{", "__cc__": "}", "__lt__": "<"}
"""How Galaxy spells signs that it does not trust in text."""
SHAPES = {
    "input_shape", "noise_shape", "shape", "batch_shape", "target_shape", "dims", "kernel_size", "strides",
    "dilation_rate", "output_padding", "cropping", "size", "padding", "pool_size", "axis", "shared_axes",
    "inbound_nodes", "merging_layers", "input_layers", "output_layers",
}  # fmt: skip
"""Fields whose text is a number or a tuple."""


class Form(Struct, frozen=True):
    """A step of a workflow: the tool, and what its form holds."""

    number: int
    """From 1, as Galaxy shows it."""
    tool: str
    """Its short name: keras_model_config."""
    title: str
    holds: dict[str, Any]

    @property
    def place(self) -> str:
        """How sentences call it."""
        return f"step {self.number}, {self.title}"

    def at(self, *path: str) -> Any:
        """What stands in a section of a section; None: it is not there."""
        held: Any = self.holds
        for name in path:
            held = held.get(name) if isinstance(held, dict) else None
        return held

    def section(self, *path: str) -> dict[str, Any]:
        """A section; empty when it is not there."""
        held = self.at(*path)
        return held if isinstance(held, dict) else {}


def is_workflow(document: Any) -> bool:
    """Whether a JSON file is a Galaxy workflow."""
    return isinstance(document, dict) and MARK in document


def forms(document: Any, where: str) -> tuple[Form, ...]:
    """The tools of a workflow in their order, those of workflows inside it too. Raises UserError."""
    return tuple(_forms(document, where, depth=0))


def _forms(document: Any, where: str, depth: int) -> Iterator[Form]:
    steps = document.get("steps") if isinstance(document, dict) else None
    if not isinstance(steps, dict) or len(steps) > MOST_STEPS or depth > 4:
        raise UserError("is not a workflow of Galaxy", where, REMEDY)
    for place, step in enumerate(steps.values(), start=1):
        if not isinstance(step, dict):
            raise UserError(f"has no step {place}", where, REMEDY)
        if is_workflow(step.get("subworkflow")):
            yield from _forms(step["subworkflow"], where, depth + 1)
        elif isinstance(tool := step.get("tool_id"), str):
            number = step["id"] + 1 if isinstance(step.get("id"), int) else place
            title = step.get("name") if isinstance(step.get("name"), str) else _short(tool)
            yield Form(number, _short(tool), f"{title:.80}", _state(step.get("tool_state"), f"{where}, step {number}"))


def _short(tool: str) -> str:
    """toolshed.g2.bx.psu.edu/repos/bgruening/keras_model_config/keras_model_config/1.0.10.0 is keras_model_config."""
    parts = tool.split("/")
    return parts[-2] if len(parts) > 2 else tool


def _state(text: Any, place: str) -> dict[str, Any]:
    """The form as a dictionary. Galaxy writes it as JSON in a string, older versions each part of it once more."""
    held = parse_json(text, place) if isinstance(text, str) else text
    if not isinstance(held, dict):
        raise UserError("has no form that can be read", place, REMEDY)
    return {
        name: _nested(value, place) if isinstance(value, str) else value
        for name, value in held.items()
        if name not in OF_GALAXY
    }


def _nested(text: str, place: str) -> Any:
    if not text.startswith(("{", "[{", '"')) and text not in ("null", "true", "false"):
        return text
    try:
        return parse_json(text, place)
    except UserError:  # a text that only begins like JSON
        return text


def typed(name: str, value: Any, place: str) -> Any:
    """A field as the value that was meant; None: it was left empty. Raises UserError."""
    if not isinstance(value, str):
        return value
    text = plain(value)
    if text in ("", "None"):
        return None
    if text in ("true", "false", "True", "False"):
        return text.lower() == "true"
    if name not in SHAPES and not _is_number(text):
        return text
    return literal(text, f"{place}, {name}")


def literal(text: str, place: str) -> Any:
    """A number, a text or a tuple of them, read and not run. Raises UserError."""
    try:
        return ast.literal_eval(text) if len(text) <= LONGEST else _refuse()
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        if text.isidentifier():
            return text
        raise UserError(
            f'holds "{text:.60}", which is no value', place, "Write a number or numbers in brackets."
        ) from None


def arguments(text: Any, place: str) -> dict[str, Any]:
    """What stands in "Type in key words arguments": `strides=2, padding='same'`. Raises UserError."""
    told = plain(text) if isinstance(text, str) else ""
    if not told:
        return {}
    try:
        call = ast.parse(f"dict({told})", mode="eval").body if len(told) <= LONGEST else _refuse()
        assert isinstance(call, ast.Call)
        if call.args or not all(one.arg for one in call.keywords):
            _refuse()
        return {str(one.arg): ast.literal_eval(one.value) for one in call.keywords}
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError, AssertionError):
        fact = f'holds "{told:.60}" as key words, which is no list of settings'
        raise UserError(fact, place, "Write them as strides=2, padding='same'.") from None


def plain(text: str) -> str:
    """The text as it was typed."""
    for spelled, sign in MANGLED.items():
        text = text.replace(spelled, sign)
    return text.strip()


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text.lower().lstrip("+-") not in ("nan", "inf", "infinity")


def _refuse() -> Any:
    raise ValueError
