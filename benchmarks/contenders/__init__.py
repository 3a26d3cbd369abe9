"""What is compared: each contender prepares itself once and then measures one chunk of work whenever it is asked."""

from collections.abc import Callable

Measure = Callable[[], float]
"""Does one chunk of work and returns its figure, such as images a second."""


class NotMeasured(Exception):
    """Why something cannot be measured here."""
