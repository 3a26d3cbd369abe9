"""Settings declared once: their limits, help and text form, read from the annotations of a struct.

A struct declares `filters: Annotated[int, Meta(ge=1, description="...")]`. From that line come the form on the screen,
the check of a JSON file, the random values of the property tests and the sentence said about a wrong value.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any, Literal, get_args, get_type_hints

import msgspec
from msgspec import NODEFAULT, Struct
from msgspec.inspect import (
    BoolType,
    FloatType,
    IntType,
    LiteralType,
    Metadata,
    NoneType,
    StrType,
    StructType,
    TupleType,
    Type,
    UnionType,
    VarTupleType,
)

from cnn_tui.errors import one_of
from cnn_tui.spec.named import Named, word

Kind = Literal["whole", "number", "choice", "flag", "text", "sizes", "edges", "words", "named", "part"]


class Field(Struct, frozen=True, kw_only=True):
    """One setting: its name, kind, limits and one line of help."""

    name: str
    kind: Kind
    help: str = ""
    annotation: Any = Any
    default: Any = NODEFAULT
    optional: bool = False
    """Whether it may be left out: None means `automatic`."""
    low: float | None = None
    high: float | None = None
    above: float | None = None
    below: float | None = None
    choices: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    """What a `words` may hold, in any number."""
    aliases: tuple[tuple[str, str], ...] = ()
    """Other names of the choices or words, as Keras has them."""
    length: int | None = None
    """How many numbers a `sizes` holds, or axes an `edges`; None: any."""
    parts: tuple[type[Struct], ...] = ()
    """The structs that a `part` or a `named` may be."""
    unit: str = ""
    """What the number counts."""
    more: bool = False
    """Whether most people leave it alone."""
    grammar: str = ""
    """What a `text` may say, in words."""

    @property
    def required(self) -> bool:
        """Whether there is no default."""
        return self.default is NODEFAULT

    @property
    def limits(self) -> str:
        """What is allowed, in words: `a whole number from 1 to 1,024`."""
        match self.kind:
            case "choice":
                return one_of(self.choices)
            case "flag":
                return "yes or no"
            case "sizes":
                words = self._range(f"{self.length} whole numbers" if self.length else "whole numbers")
                return f"{words}, such as {'x'.join(['3'] * self.length) if self.length else '28x28x1'}"
            case "whole":
                return self._range("a whole number")
            case "number":
                return self._range("a number")
            case "edges":
                axes = " x ".join(["1+2"] * (self.length or 1))
                return f"{self._range('whole numbers')}, such as 1, {'x'.join(['1'] * (self.length or 1))} or {axes}"
            case "words":
                return f"any of {', '.join(self.words)}, with commas between them"
            case "named":
                return one_of(tuple(word(part) for part in self.parts if issubclass(part, Named)))
            case "text":
                return self.grammar or "letters, digits, - and _, beginning with a letter"
            case "part":
                return one_of(tuple(part.__name__ for part in self.parts))

    def _range(self, noun: str) -> str:
        bounds = []
        if self.low is not None and self.high is not None:
            bounds.append(f"from {_number(self.low)} to {_number(self.high)}")
        elif self.low is not None:
            bounds.append(f"of {_number(self.low)} or more")
        if self.above is not None:
            bounds.append(f"above {_number(self.above)}")
        if self.below is not None:
            bounds.append(f"below {_number(self.below)}")
        return " ".join([noun, " and ".join(bounds)]).strip()


@cache
def fields(struct: type[Struct]) -> tuple[Field, ...]:
    """The settings of a struct as they are shown: what must be given, what may be, what is mostly left alone."""
    info = msgspec.inspect.type_info(struct)
    assert isinstance(info, StructType)
    annotations = get_type_hints(struct, include_extras=True)
    declared = (_field(one, annotations[one.name]) for one in info.fields)
    first = getattr(struct, "FIRST", "")
    return tuple(sorted(declared, key=lambda one: (one.more, not one.required, one.name != first)))


def field(struct: type[Struct], name: str) -> Field:
    """The setting of that name."""
    return next(one for one in fields(struct) if one.name == name)


def _field(info: msgspec.inspect.Field, annotation: Any) -> Field:
    kind, about, extra = info.type, "", {}
    if isinstance(kind, Metadata):
        about = (kind.extra_json_schema or {}).get("description", "")
        extra = kind.extra or {}
        kind = kind.type
    optional = False
    if isinstance(kind, UnionType):
        named = [one for one in kind.types if not isinstance(one, NoneType)]
        optional = len(named) < len(kind.types)
        kind = named[0] if len(named) == 1 else UnionType(tuple(named))
    common = {
        "name": info.name,
        "help": about,
        "grammar": extra.get("limits", ""),
        "unit": extra.get("unit", ""),
        "more": extra.get("more", False),
        "aliases": tuple(extra.get("aliases", {}).items()),
        "annotation": annotation,
        "default": info.default,
        "optional": optional,
    }
    limits = _limits(kind)
    if limits["kind"] == "choice":  # msgspec sorts them; the order of the declaration is the one to show
        limits["choices"] = _literals(annotation)
    if limits["kind"] == "words":
        limits["words"] = _literals(annotation)
    return Field(**common, **limits)


def _literals(annotation: Any) -> tuple[str, ...]:
    inner = get_args(annotation)
    return next((found for one in inner if (found := _literals(one))), ()) or tuple(
        one for one in inner if isinstance(one, str)
    )


def _limits(kind: Type) -> dict[str, Any]:
    match kind:
        case Metadata():
            return _limits(kind.type)
        case BoolType():
            return {"kind": "flag"}
        case IntType() | FloatType():
            bounds = {"low": kind.ge, "high": kind.le, "above": kind.gt, "below": kind.lt}
            return {"kind": "whole" if isinstance(kind, IntType) else "number", **bounds}
        case LiteralType():
            return {"kind": "choice"}
        case StrType():
            return {"kind": "text"}
        case TupleType():
            inner = _limits(kind.item_types[0])
            return {**inner, "kind": "edges" if inner["kind"] == "sizes" else "sizes", "length": len(kind.item_types)}
        case VarTupleType(item_type=LiteralType()):
            return {"kind": "words"}
        case VarTupleType():
            return {**_limits(kind.item_type), "kind": "sizes"}
        case StructType():
            return _parts((kind.cls,))
        case UnionType():
            return _parts(one.cls for one in kind.types if isinstance(one, StructType))
    raise AssertionError(f"a setting of type {kind} has no form yet")


def _parts(structs: Iterable[type[Struct]]) -> dict[str, Any]:
    parts = tuple(structs)
    return {"kind": "named" if all(issubclass(one, Named) for one in parts) else "part", "parts": parts}


def _number(value: float) -> str:
    return f"{int(value):,}" if value == int(value) else f"{value:,.12g}"


def show(value: Any) -> str:
    """A setting's value as people write it: `3x3`, `yes`, `0.001`, `1+2x0`, `l2(0.01)`, `automatic`."""
    match value:
        case None:
            return "automatic"
        case bool():
            return "yes" if value else "no"
        case tuple() if all(isinstance(one, str) for one in value):
            return ", ".join(value) or "none"
        case tuple():
            return "x".join(_edges(one) if isinstance(one, tuple) else str(one) for one in value)
        case float():
            return repr(value).removesuffix(".0")
        case Named():
            return _show_named(value)
        case _:
            return str(value)


def _edges(pair: tuple[int, int]) -> str:
    return str(pair[0]) if pair[0] == pair[1] else f"{pair[0]}+{pair[1]}"


def _show_named(value: Named) -> str:
    """Its name, and the settings that differ from the usual; a first setting that matters goes without its name."""
    told = [(one, getattr(value, one.name)) for one in fields(type(value))]
    words = [
        _in_call(held) if one is told[0][0] else f"{one.name}={_in_call(held)}"
        for one, held in told
        if held != one.default
    ]
    return f"{word(type(value))}({', '.join(words)})" if words else word(type(value))


def _in_call(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, tuple) else show(value)


def brief(struct: Struct) -> str:
    """The settings that matter, in a few words: `64 · 3x3 · same · relu`, `5 layers`, `no bias`.

    Those are the first if it is a size, those without a default, and those that differ from theirs.
    """
    declared = [one for one in fields(type(struct)) if one.name not in {"name", "enabled"}]
    words = (_told(one, getattr(struct, one.name), one is declared[0]) for one in declared)
    return " · ".join(word for word in words if word)


def _told(field: Field, value: Any, is_first: bool) -> str:
    leads = field.required or (is_first and field.kind in {"sizes", "edges", "whole", "number"})
    if value == field.default and not leads:
        return ""
    if field.unit:
        return f"{show(value)} {field.unit}"
    if leads or field.kind in {"choice", "named"}:
        return show(value)
    name = field.name.removesuffix("_rate").replace("use_", "")
    return (name if value else f"no {name}") if field.kind == "flag" else f"{name} {show(value)}"
