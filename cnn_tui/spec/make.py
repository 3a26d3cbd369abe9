"""From untrusted values to structs: every setting checked against its declaration, every mistake one sentence."""

import math
import re
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from cnn_tui.errors import UserError, nearest
from cnn_tui.spec.fields import Field, fields, show
from cnn_tui.spec.named import Named, call, snake, word

S = TypeVar("S", bound=Struct)
LONGEST_TEXT = 4096


def make(struct: type[S], settings: object, where: str = "") -> S:
    """The struct with these settings.

    `where` is the place that an error names, such as `Conv2D #2`. Raises UserError for a setting that is unknown,
    missing or outside its limits.
    """
    where = where or struct.__name__
    if not isinstance(settings, Mapping):
        raise UserError(f"holds {_quoted(settings)} where settings belong", where, "Write an object: { ... }.")
    known = {one.name: one for one in fields(struct)}
    for name in settings:
        if name not in known and name != struct.__struct_config__.tag_field:
            remedy = nearest(str(name), tuple(known)) or f"It has {', '.join(known)}."
            raise UserError(f'has no setting "{name}"', where, remedy)
    for one in known.values():
        if one.required and one.name not in settings:
            raise UserError(f'the setting "{one.name}" is missing', where, f"Give {one.limits}.")
    return struct(**{name: check(known[name], value, where) for name, value in settings.items() if name in known})


def change(value: S, where: str = "", **settings: Any) -> S:
    """A copy with other settings, checked as `make` checks."""
    return make(type(value), {**msgspec.structs.asdict(value), **settings}, where)


def check(field: Field, value: Any, where: str = "") -> Any:
    """The value in the field's own type; raises UserError with the limit that it breaks."""
    if value is None and field.optional:
        return None
    if field.kind == "part":
        return _part(field, value, where)
    if field.kind == "named":
        return _named(field, value, where)
    if field.kind == "words":
        return _words(field, value, where)
    if isinstance(value, str):
        value = dict(field.aliases).get(value, value)
    if field.kind == "sizes" and _is_whole(value):
        value = (value,) * (field.length or 1)  # Keras takes 3 for 3x3
    if field.kind == "edges":
        value = _edges(field, value)
    if field.kind == "number" and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    try:
        if isinstance(value, float) and not math.isfinite(value):
            raise OverflowError
        return msgspec.convert(value, field.annotation)
    except (msgspec.ValidationError, OverflowError):
        raise UserError(_broken(field, value), where, _way_out(field, value)) from None


def parse(field: Field, text: str, where: str = "") -> Any:
    """The value that a person typed: `3x3`, `3, 3`, `yes`, `1e-3`, `automatic`. Raises UserError as `check` does."""
    typed = text.strip()
    if field.kind == "words" and typed.lower() in {"", "none"}:
        return ()
    if field.optional and typed.lower() in {"", "automatic", "auto", "none"}:
        return None
    return check(field, _typed_value(field, typed), where)


def _typed_value(field: Field, typed: str) -> Any:
    match field.kind:
        case "flag":
            return {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}.get(
                typed.lower(), typed
            )
        case "whole":
            return int(typed) if re.fullmatch(r"[+-]?[0-9]{1,18}", typed) else typed
        case "number":
            return float(typed) if re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", typed) else typed
        case "edges":
            return _typed_edges(typed)
        case "sizes":
            numbers = [part for part in re.split(r"[\sx×,;()\[\]]+", typed) if part]
            if not numbers or not all(re.fullmatch(r"-?[0-9]{1,18}", number) for number in numbers):
                return typed
            return int(numbers[0]) if len(numbers) == 1 and field.length else tuple(map(int, numbers))
        case _:
            return typed


def _words(field: Field, value: Any, where: str) -> tuple[str, ...]:
    """Some of the words that a field has, each once, in the order in which they are given."""
    given = [one for one in re.split(r"[,;\s]+", value) if one] if isinstance(value, str) else value
    if not isinstance(given, list | tuple) or not all(isinstance(one, str) for one in given):
        raise UserError(_broken(field, value), where, _way_out(field, value))
    aliases = dict(field.aliases)
    found: dict[str, None] = dict.fromkeys(aliases.get(one, one) for one in map(str, given))
    for one in found:
        if one not in field.words:
            remedy = nearest(one, (*field.words, *aliases)) or f"Use {field.limits}."
            raise UserError(_broken(field, one), where, remedy)
    return tuple(found)


def _part(field: Field, value: Any, where: str) -> Struct:
    if isinstance(value, field.parts):
        return value
    tag_field = field.parts[0].__struct_config__.tag_field
    kinds = {part.__struct_config__.tag or part.__name__: part for part in field.parts}
    named = value.get(tag_field) if isinstance(value, Mapping) and tag_field else None
    if len(kinds) == 1 and (named is None or named in kinds):
        return make(field.parts[0], value, f"{where}, {field.name}" if where else field.name)
    if named not in kinds:
        raise UserError(_broken(field, named), where, _way_out(field, named))
    return make(kinds[named], value, f"{where}, {named}" if where else named)


def _named(field: Field, value: Any, where: str) -> Struct:
    """From its name and settings on one line, as Keras's JSON nests it, or as it is."""
    if isinstance(value, field.parts):
        return value
    kinds = {_bare(part.__name__): part for part in field.parts}
    if isinstance(value, str):
        try:
            name, plain, settings = call(_with_its_name(field, value))
        except ValueError:
            raise UserError(_broken(field, value), where, _way_out(field, value)) from None
        kind = kinds.get(_bare(name))
        if kind is None:
            words = tuple(word(part) for part in field.parts if issubclass(part, Named))
            raise UserError(_broken(field, name), where, nearest(snake(name), words) or f"Use {field.limits}.")
        return _called(kind, plain, settings, f"{where}, {field.name}" if where else field.name)
    given = value if isinstance(value, Mapping) else {}
    kind = kinds.get(_bare(str(given.get("class_name", ""))))
    if kind is None:
        raise UserError(_broken(field, given.get("class_name", value)), where, f"Use {field.limits}.")
    inner = given.get("config", {key: one for key, one in given.items() if key != "class_name"})
    return make(kind, inner, f"{where}, {field.name}" if where else field.name)


def _bare(name: str) -> str:
    """A name without what people spell in different ways: `AdamW`, `adam_w` and `adamw` are one."""
    return name.replace("_", "").lower()


def _with_its_name(field: Field, text: str) -> str:
    """Where there is one kind only, its settings alone mean it: `5`, `patience=5`."""
    settings_alone = len(field.parts) == 1 and "(" not in text and re.match(r"\s*([0-9.+-]|[a-z_]+\s*=)", text)
    return f"{snake(field.parts[0].__name__)}({text})" if settings_alone else text


def _called(kind: type[S], plain: list[str], settings: dict[str, str], where: str) -> S:
    """The struct of a call such as `max_norm(2, axis=0)`: plain settings stand in the order of their declaration."""
    known = fields(kind)
    if len(plain) > len(known):
        raise UserError(f"has {len(known)} settings but gets {len(plain)}", where, f"It has {_names(known)}.")
    given = {**{one.name: text for one, text in zip(known, plain, strict=False)}, **settings}
    for name in given:
        if name not in {one.name for one in known}:
            raise UserError(f'has no setting "{name}"', where, f"It has {_names(known)}.")
    return make(kind, {one.name: parse(one, given[one.name], where) for one in known if one.name in given}, where)


def _names(known: tuple[Field, ...]) -> str:
    return ", ".join(one.name for one in known) or "none"


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _edges(field: Field, value: Any) -> Any:
    """Keras takes 1 for every side, and (1, 2) for the sides of two axes."""
    axes = value if isinstance(value, (tuple, list)) else (value,)
    pairs = tuple((one, one) if _is_whole(one) else one for one in axes)
    return pairs * (field.length or 1) if len(pairs) == 1 else pairs


def _typed_edges(typed: str) -> Any:
    axes = [part for part in re.split(r"\s*[x×,;]\s*|\s+(?!\+)(?<!\+ )", typed.strip("()[] ")) if part]
    sides = [re.split(r"\s*\+\s*", axis) for axis in axes]
    if not sides or not all(re.fullmatch(r"[0-9]{1,18}", side) for axis in sides for side in axis):
        return typed
    if any(len(axis) > 2 for axis in sides):
        return typed
    return tuple((int(axis[0]), int(axis[-1])) for axis in sides)


def _broken(field: Field, value: Any) -> str:
    """What is wrong with the value, by the limit that it breaks."""
    numbers = [value] if field.kind in {"whole", "number"} else value if field.kind in {"sizes", "edges"} else []
    if field.kind == "edges" and isinstance(value, tuple):
        numbers = [side for axis in value if isinstance(axis, (tuple, list)) for side in axis]
    if isinstance(numbers, (list, tuple)):
        for number in numbers:
            if isinstance(number, (int, float)) and not isinstance(number, bool):
                if field.low is not None and number < field.low:
                    return f"{field.name} {show(number)} is less than {show(field.low)}"
                if field.high is not None and number > field.high:
                    return f"{field.name} {show(number)} is more than {field.high:,.12g}"
                if field.above is not None and number <= field.above:
                    return f"{field.name} {show(number)} is not above {show(field.above)}"
                if field.below is not None and number >= field.below:
                    return f"{field.name} {show(number)} is not below {show(field.below)}"
    return f"{field.name} is {_quoted(value)}"


def _way_out(field: Field, value: Any) -> str:
    words = (*field.choices, *dict(field.aliases))
    guess = nearest(value, words) if field.choices and isinstance(value, str) else ""
    return guess or f"Use {field.limits}."


def _quoted(value: Any) -> str:
    if isinstance(value, str):
        return f'"{value[:60]}"' if value else "empty"
    if isinstance(value, float):
        return str(value)
    if value is None or value in ([], (), {}):
        return "empty"
    return show(tuple(value) if isinstance(value, list) else value)[:60]
