"""What a sentence about data says to set: in the words of the form instead of the command line, and done by one key."""

import re
from typing import Any

from msgspec.structs import replace

from cnn_tui.errors import UserError
from cnn_tui.spec.data import Data, Reading
from cnn_tui.spec.fields import Field, field, fields
from cnn_tui.spec.make import parse

_ADVICE = re.compile(r"\b([Ss])ay --([a-z]+(?:-[a-z]+)*)(?: (?:with )?(?!if\b)([^\s.;,]+))?( or\b)?")
"""`Say --size 32x32`, `say --skip-damaged`, `Say --label-column with its name`, `Say --label-column first or last`."""
_SETTINGS = {one.name: one for one in (*fields(Reading), field(Data, "targets"))}


def in_words_of_the_form(sentence: str) -> str:
    """`Set size to 32x32` for `Say --size 32x32`: options are the command line's, settings the form's."""
    return _ADVICE.sub(_set, sentence)


def setting_meant(sentence: str) -> str:
    """The name of the setting that it is about; empty where there is none."""
    return next((meant.name for match in _ADVICE.finditer(sentence) if (meant := _field(match))), "")


def mended(data: Data, sentence: str) -> Data | None:
    """The data with the one value that the sentence proposes; None where it leaves a choice or proposes nothing."""
    for match in _ADVICE.finditer(sentence):
        meant = _field(match)
        if meant and not match[4] and " with " not in match[0]:
            value = _value(meant, match[3])
            if value is not None and value != getattr(data, meant.name):
                return replace(data, **{meant.name: value})
    return None


def _field(match: re.Match[str]) -> Field | None:
    return _SETTINGS.get(match[2].replace("-", "_"))


def _value(meant: Field, text: str | None) -> Any:
    if meant.kind == "flag":
        return True
    try:
        return parse(meant, text) if text else None
    except UserError:
        return None


def _set(match: re.Match[str]) -> str:
    meant, verb = _field(match), "Set" if match[1] == "S" else "set"
    if meant is None:
        return match[0]
    value = "yes" if meant.kind == "flag" else match[3]
    rest = f" {match[3]}" if meant.kind == "flag" and match[3] else ""
    return f"{verb} {meant.name}{f' to {value}' if value else ''}{rest}{match[4] or ''}"
