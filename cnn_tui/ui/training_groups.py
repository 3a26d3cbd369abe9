"""The settings of a training in groups: each a struct that a form edits, with the kind of a part as its first line."""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import asdict, replace

from cnn_tui.spec.data import Data
from cnn_tui.spec.fields import Field, field, fields
from cnn_tui.spec.named import Named, word
from cnn_tui.spec.training import Training

TITLES = {
    "optimizer": "optimizer",
    "loss": "loss and metrics",
    "length": "epochs and batches",
    "stops": "validation and stops",
    "schedule": "learning rate over time",
    "computing": "device",
    "records": "scores and logs",
}
"""The groups in the order in which they are shown."""
_SETTINGS = {
    "loss": ("loss", "metrics", "label_smoothing", "top_k"),
    "length": ("epochs", "batch_size", "seed"),
    "schedule": ("warmup",),
    "computing": ("device", "precision", "jit_compile"),
}
_SEEN = ("metrics", "warmup")
"""Settings that stand in a group of their own here, so that they need not be folded away."""
_PARTS = {"optimizer": "optimizer", "schedule": "schedule", "stops": "early_stopping"}
"""The groups that begin with the kind of a part, and whose settings are those of that kind."""
_PLACED = {*(name for names in _SETTINGS.values() for name in names), *_PARTS.values()}

Parts = Mapping[type[Named], Named]
"""What was last set for each kind of part."""


def group(name: str, training: Training, data: Data | None) -> Struct:
    """The settings of one group, beside each other."""
    part = _part(training, name)
    holds_out = name == "stops" and data is not None and data.validate is None and data.folds is None
    kind = _struct(name, type(part) if part else None, holds_out)
    known: dict[str, Any] = asdict(training) | (asdict(part) if part else {})
    if holds_out and data:
        known["validation"] = data.validation
    if name in _PARTS:
        known[_PARTS[name]] = _kind_of(name, part)
    return kind(**{one: known[one] for one in kind.__struct_fields__})


def with_group(
    name: str, settings: Struct, training: Training, data: Data | None, kept: Parts | None = None
) -> tuple[Training, Data | None]:
    """The training and the data with the settings of one group; another kind of part gets what was last set for it."""
    given = asdict(settings)
    if name in _PARTS:
        part = _part(training, name)
        if given[_PARTS[name]] == _kind_of(name, part):
            inner = {one: given[one] for one in part.__struct_fields__} if part else {}
            part = replace(part, **inner) if part else None
        else:
            part = _of_kind(name, given[_PARTS[name]], part, kept or {})
        training = replace(training, **{_PARTS[name]: part})
        given = {one: value for one, value in given.items() if one not in _PARTS.values()}
    part = _part(training, name)
    inner_names = part.__struct_fields__ if part else ()
    outer = {one: given[one] for one in _names(name) if one in given and one not in inner_names}
    if data and "validation" in given:
        data = replace(data, validation=given["validation"])
    return replace(training, **outer), data


def _part(training: Training, name: str) -> Named | None:
    """The part that the group is about, or None."""
    part: Named | None = getattr(training, _PARTS[name]) if name in _PARTS else None
    return part


def _kind_of(name: str, part: Named | None) -> str | bool:
    """The word that stands for it in the form; for early stopping whether there is any."""
    return part is not None if name == "stops" else word(type(part)) if part else ""


def _of_kind(name: str, kind: str | bool, before: Named | None, kept: Parts) -> Named | None:
    """A part of another kind: as it was set before, or with what was set of the one before and it has too."""
    if kind is False:
        return None
    parts = field(Training, _PARTS[name]).parts
    named = [one for one in parts if issubclass(one, Named)]
    chosen = named[0] if kind is True else next(one for one in named if word(one) == kind)
    if chosen in kept:
        return kept[chosen]
    known = {one.name for one in fields(chosen)}
    meant = _own(before) if before else {}
    return chosen(**{one: value for one, value in meant.items() if one in known})


def _own(part: Named) -> dict[str, Any]:
    """What someone has set of it."""
    return {one.name: value for one in fields(type(part)) if (value := getattr(part, one.name)) != one.default}


def _names(name: str) -> tuple[str, ...]:
    """The settings of the training in a group; the last one takes whatever no other has."""
    if name == "records":
        return tuple(one.name for one in fields(Training) if one.name not in _PLACED)
    return _SETTINGS.get(name, ())


@cache
def _struct(name: str, kind: type[Named] | None, holds_out: bool) -> type[Struct]:
    """The struct of a group whose part is of that kind."""
    declared: list[tuple[str, Any, Any]] = []
    if holds_out:
        share = field(Data, "validation")
        declared.append((share.name, share.annotation, share.default))
    if name in _PARTS:
        declared.append(_choice(field(Training, _PARTS[name])))
    if kind:
        declared += [(one.name, one.annotation, one.default) for one in fields(kind)]
    declared += [_declared(field(Training, one)) for one in _names(name)]
    return msgspec.defstruct("Settings", declared, frozen=True, kw_only=True)


def _choice(part: Field) -> tuple[str, Any, Any]:
    """The kind of a part as a setting: its word among the words of all."""
    if part.optional:
        return part.name, Annotated[bool, Meta(description=f"{part.help.split(';')[0]}.")], False
    words = tuple(word(one) for one in part.parts if issubclass(one, Named))
    return part.name, Annotated[Literal[words], Meta(description=part.help)], word(type(part.default))


def _declared(one: Field) -> tuple[str, Any, Any]:
    annotation = Annotated[one.annotation, Meta(extra={"more": False})] if one.name in _SEEN else one.annotation
    return one.name, annotation, one.default
