"""Layers in a few typed words: a part of the kind's name, then values in the order of the form: `conv 64 3 same`."""

from msgspec.structs import replace

from cnn_tui.errors import UserError
from cnn_tui.spec.fields import Field, fields
from cnn_tui.spec.layers import KINDS, Layer
from cnn_tui.spec.make import parse
from cnn_tui.ui.widgets.layer_words import help_of

ALSO: dict[str, str] = {
    "Residual": "skip shortcut resnet add concatenate",
    "Dense": "fully connected fc linear",
    "BatchNormalization": "bn",
    "Conv2DTranspose": "deconv deconvolution",
    "UpSampling2D": "upscale resize",
    "GlobalAveragePooling2D": "gap",
}
"""What people call them besides, so that it is found."""


def understood(typed: str, axes: int = 2) -> tuple[list[type[Layer]], tuple[str, ...]]:
    """The kinds that are meant, the best first, and the values for their settings.

    `axes`: of what comes to the place; kinds for as many are better than their twins for fewer or more.

    Values begin with a digit, a choice of the best kind such as `same`, or what holds `=`; all behind them are values.
    """
    parts = typed.split()
    best = kinds_for(tuple(part.lower() for part in parts[:1]), axes)
    choices = {word for one in fields(best[0]) for word in one.choices} if best else set()
    starts = (
        at for at, part in enumerate(parts) if at and (part[0] in "0123456789.-" or "=" in part or part in choices)
    )
    first = next(starts, len(parts))
    return kinds_for(tuple(part.lower() for part in parts[:first]), axes), tuple(parts[first:])


def kinds_for(words: tuple[str, ...], axes: int = 2) -> list[type[Layer]]:
    """The kinds that go with the words, the best first: name, then part of the name, then what is said of it."""
    ranked = [(rank, kind) for kind in KINDS if (rank := _rank(kind, words)) is not None]
    return [kind for _, kind in sorted(ranked, key=lambda pair: (pair[0], not _is_for(pair[1], axes)))]


def with_values(layer: Layer, values: tuple[str, ...]) -> Layer:
    """The layer with these values. Raises UserError for the first that fits nowhere.

    `name=value` is the setting of that name; a word is the choice that begins so; anything else is the next setting in
    the order of the form that has no value yet.
    """
    free = [one for one in fields(type(layer)) if one.name not in ("name", "enabled")]
    for value in values:
        name, equals, text = value.partition("=")
        field, text = _named(layer, free, name, text) if equals else _next(layer, free, value)
        layer = replace(layer, **{field.name: parse(field, text, type(layer).__name__)})
        free.remove(field)
    return layer


def _named(layer: Layer, free: list[Field], name: str, text: str) -> tuple[Field, str]:
    found = [one for one in free if one.name == name] or [one for one in free if one.name.startswith(name)]
    if not found:
        kind = type(layer).__name__
        raise UserError(f'has no setting "{name}"', kind, f"It has {', '.join(one.name for one in free)}.")
    return found[0], text


def _next(layer: Layer, free: list[Field], value: str) -> tuple[Field, str]:
    for one in free:
        if word := next((word for word in one.choices if word.startswith(value.lower())), ""):
            return one, word
    for one in free:
        if one.kind != "choice" and not one.more:
            return one, value
    raise UserError(f'has no place for "{value}"', type(layer).__name__, "Leave it out.")


def _is_for(kind: type[Layer], axes: int) -> bool:
    """Whether it works on so many axes, or on any; Keras's names tell."""
    numbers = [number for number in "123" if f"{number}D" in kind.__name__]
    return not numbers or numbers == [str(axes)]


def _rank(kind: type[Layer], words: tuple[str, ...]) -> int | None:
    """0 is best; None: it does not go with the words."""
    name = kind.__name__.lower()
    about = " ".join((*help_of(kind), ALSO.get(kind.__name__, ""))).lower()
    if not all(word in name or word in about for word in words):
        return None
    if not words or name == words[0]:
        return 0
    if name.startswith(words[0]):
        return 1
    if all(word in name for word in words):
        return 2
    return 3 if words[0] in about.split(":")[0] else 4
