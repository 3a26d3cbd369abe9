"""What a sentence about data says to set: in the words of the form instead of the command line, and done by one key."""

import re
from typing import Any

from msgspec.structs import replace

from cnn_tui.errors import UserError
from cnn_tui.spec.data import Data, Reading
from cnn_tui.spec.fields import Field, fields
from cnn_tui.spec.make import parse

_ADVICE = re.compile(r"\b([Ss])ay --([a-z]+(?:-[a-z]+)*)(?: (?:with )?(?!if\b)([^\s.;,]+))?( or\b)?")
"""`Say --size 32x32`, `say --skip-damaged`, `Say --label-column with its name`, `Say --label-column first or last`."""
_SETTINGS = {one.name: one for one in fields(Reading)}


def in_words_of_the_form(sentence: str) -> str:
    """`Set size to 32x32` for `Say --size 32x32`: options are the command line's, settings the form's."""
    return _ADVICE.sub(_set, sentence)


def setting_meant(sentence: str) -> str:
    """The name of the setting that it is about; empty where there is none."""
    return next((field.name for match in _ADVICE.finditer(sentence) if (field := _field(match))), "")


def mended(data: Data, sentence: str) -> Data | None:
    """The data with the one value that the sentence proposes; None where it leaves a choice or proposes nothing."""
    for match in _ADVICE.finditer(sentence):
        field = _field(match)
        if field and not match[4] and " with " not in match[0]:
            value = _value(field, match[3])
            if value is not None and value != getattr(data, field.name):
                return replace(data, **{field.name: value})
    return None


def _field(match: re.Match[str]) -> Field | None:
    return _SETTINGS.get(match[2].replace("-", "_"))


def _value(field: Field, text: str | None) -> Any:
    if field.kind == "flag":
        return True
    try:
        return parse(field, text) if text else None
    except UserError:
        return None


def _set(match: re.Match[str]) -> str:
    field, verb = _field(match), "Set" if match[1] == "S" else "set"
    if field is None:
        return match[0]
    value = "yes" if field.kind == "flag" else match[3]
    rest = f" {match[3]}" if field.kind == "flag" and match[3] else ""
    return f"{verb} {field.name}{f' to {value}' if value else ''}{rest}{match[4] or ''}"
