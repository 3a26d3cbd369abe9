"""Options made from the settings of a struct: declared once, with the names, limits and sentences of the forms."""

from collections.abc import Callable, Collection
from functools import wraps
from inspect import Parameter, signature
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from msgspec import Struct

from cnn_tui.spec.fields import Field, fields
from cnn_tui.spec.make import parse

R = TypeVar("R")
MOST_CHOICES = 12
"""How many choices the help lists; of more, the sentence about a wrong one does."""
Settings = dict[str, Any]
"""The settings that were given, by their names, in their own types."""


def with_settings(
    *structs: type[Struct], only: Collection[str] | None = None, without: Collection[str] = (), into: str = "settings"
) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Gives a command an option for each setting of the structs that can be typed; it takes them as `settings`.

    `only` names those that matter for it, `without` those that it has itself; `into` is how it takes them.

    Raises UserError, when the command runs, for a value outside its limits.
    """
    declared = {one.name: one for struct in reversed(structs) for one in fields(struct) if one.kind != "part"}
    names = dict.fromkeys(one.name for struct in structs for one in fields(struct) if one.name in declared)
    offered = [declared[name] for name in names if (only is None or name in only) and name not in without]

    def decorate(command: Callable[..., R]) -> Callable[..., R]:
        @wraps(command)
        def with_options(*args: Any, **given: Any) -> R:
            texts = {one: given.pop(one.name) for one in offered}
            settings = {one.name: _value(one, text) for one, text in texts.items() if text not in (None, False)}
            return command(*args, **given, **{into: settings})

        taken = signature(command, eval_str=True)
        own = [one for one in taken.parameters.values() if one.name != into]
        parameters = sorted([*own, *map(_parameter, offered)], key=lambda one: one.kind)
        with_options.__signature__ = taken.replace(parameters=parameters)  # type: ignore[attr-defined]
        with_options.__annotations__ = {one.name: one.annotation for one in parameters}
        return with_options

    return decorate


def option_name(setting: str) -> str:
    """The option of a setting: `--label-column`."""
    return f"--{setting.replace('_', '-')}"


def _parameter(field: Field) -> Parameter:
    kind, default = (bool, False) if field.kind == "flag" else (str | None, None)
    option = typer.Option(option_name(field.name), help=field.help, metavar=_metavar(field))
    return Parameter(field.name, Parameter.POSITIONAL_OR_KEYWORD, default=default, annotation=Annotated[kind, option])


def _metavar(field: Field) -> str | None:
    match field.kind:
        case "flag":
            return None
        case "choice":
            return "|".join(field.choices) if len(field.choices) <= MOST_CHOICES else "NAME"
        case "sizes":
            return "HxW"
        case "whole" | "number":
            return "N" if field.kind == "whole" else "X"
    return "PATH" if _is_path(field) else "TEXT"


def _value(field: Field, text: str | bool) -> Any:
    if text is True:
        return True
    value = parse(field, str(text), option_name(field.name))
    return str(Path(value).absolute()) if _is_path(field) and value is not None else value


def _is_path(field: Field) -> bool:
    return field.grammar == "a path"
