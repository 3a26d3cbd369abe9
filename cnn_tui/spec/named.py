"""What people write on one line, `he_normal`, `l2(0.01)`, `max_norm(2, axis=0)`, and Keras nests in its JSON."""

import re
from typing import ClassVar

from msgspec import Struct


class Named(Struct, frozen=True, kw_only=True, tag_field="class_name", tag=True):
    """A part of a layer that has a name and perhaps settings of its own."""

    MODULE: ClassVar[str] = "keras"
    """Where Keras 3 has it."""
    WORD: ClassVar[str] = ""
    """How it is written on one line, where that is not its class name in small letters with underscores."""


def snake(name: str) -> str:
    """Keras's spelling of a class name as one word: MaxPooling2D is max_pooling2d, L1L2 is l1_l2."""
    words = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", words).lower()


def word(kind: type[Named]) -> str:
    """How a part is written on one line: `max_norm`, `adamw`."""
    return kind.WORD or snake(kind.__name__)


def call(text: str) -> tuple[str, list[str], dict[str, str]]:
    """The name, the plain and the named settings of a call: `max_norm(2, axis=0)`. Raises ValueError."""
    found = re.fullmatch(r"\s*([A-Za-z]\w*)\s*(?:\((.*)\)|((?:\s+[^\s()]+)*))\s*", text)
    if not found:
        raise ValueError
    name, inside, behind = found.groups()
    parts = [part.strip() for part in (re.split(r",(?![^\[(]*[\])])", inside) if inside else (behind or "").split())]
    plain = [part for part in parts if part and "=" not in part]
    named = dict(part.split("=", 1) for part in parts if "=" in part)
    return name, plain, {key.strip(): value.strip() for key, value in named.items()}
