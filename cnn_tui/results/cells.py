"""Text as a cell of a table that a spreadsheet opens: never taken for a formula, and never for an escape sequence."""

from cnn_tui.text import clean

MAX_TEXT = 1_000
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_INVISIBLE = ("\t", "\r", "\n")


def text_cell(text: object) -> str:
    """A text that no spreadsheet takes for a formula: one that begins like it gets an apostrophe in front."""
    source, shown = str(text), clean(text, MAX_TEXT)
    starts = source.startswith(_INVISIBLE) or shown.lstrip().startswith(_FORMULA)
    return f"'{shown}" if starts else shown


def number_cell(value: float | None) -> str:
    """A number with all its digits; nothing where there is none."""
    return "" if value is None else repr(value)
