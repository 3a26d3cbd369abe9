"""What tells runs apart that are looked at together: a sign and a colour for each, never the colour alone."""

from msgspec import Struct


class Mark(Struct, frozen=True):
    """A sign on the curve and before the name, and the theme's name of its colour."""

    sign: str
    colour: str


MARKS = (
    Mark("●", "train"),
    Mark("▲", "validation"),
    Mark("■", "accent"),
    Mark("◆", "error"),
    Mark("○", "foreground"),
    Mark("△", "train"),
    Mark("□", "validation"),
    Mark("◇", "accent"),
)
