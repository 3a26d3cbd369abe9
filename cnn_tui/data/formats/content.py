"""What a reader of a format is told, and what it tells."""

from collections.abc import Callable
from typing import Protocol

from msgspec import Struct

from cnn_tui.data.classes import Labels
from cnn_tui.data.growing import Growing
from cnn_tui.spec.data import Reading, Where
from cnn_tui.spec.report import Finding

Tell = Callable[[float], None]
"""Is called now and then with the share that is done, from 0 to 1; it may raise to end the reading."""


class Facts(Struct, frozen=True, kw_only=True):
    """What else there is to say about images that were read."""

    format: str
    """In words: `tab-separated table, gzipped`."""
    header: bool = False
    columns: tuple[str, ...] = ()
    """The names of the columns that became pixels, or none."""
    names: tuple[str, ...] = ()
    """The file of each image, or none where they have no files of their own."""
    notes: tuple[Finding, ...] = ()
    """What was done to the images or left out, so that it is never silent."""


class Reader(Protocol):
    """Reads one format: the images into `out`, block by block; the labels if they are there too.

    Raises UserError naming the place of what is wrong: line and column, member or byte offset.
    """

    def __call__(self, where: Where, reading: Reading, out: Growing, tell: Tell) -> tuple[Facts, Labels | None]:
        """The facts, and the labels that lie with the images."""
        ...


def silently(share: float) -> None:
    """Tells nobody how far the reading is."""
