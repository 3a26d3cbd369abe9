"""What was found in data: how much of what, and what a person should know before training on it."""

from typing import Literal

from msgspec import Struct

from cnn_tui.spec.layers import Shape

PartName = Literal["train", "validate", "test"]


class Finding(Struct, frozen=True, kw_only=True):
    """Something to know before training: what it is, how often, where first, and what to do."""

    kind: str
    """One word or two that scripts can rely on, such as `duplicates` or `rare-classes`."""
    sentence: str
    remedy: str = ""
    count: int = 0
    part: PartName | None = None
    rows: tuple[int, ...] = ()
    """The first rows that it is about, from 0, in the order of the part."""

    def __str__(self) -> str:
        return f"{self.sentence} {self.remedy}".strip()


class Spread(Struct, frozen=True):
    """One number of the labels in one part: between what, around what, and how often in each step of its target."""

    low: float
    high: float
    mean: float
    deviation: float
    counts: tuple[int, ...]


class Target(Struct, frozen=True):
    """A number that labels hold: what it is called, and the edges of the equal steps that all parts lie in."""

    name: str
    edges: tuple[float, ...]


class Found(Struct, frozen=True, kw_only=True):
    """What one part of the data (training, validation or test) holds."""

    images: int
    shape: Shape
    dtype: str
    counts: tuple[int, ...]
    """Images of each class, in the order of `classes`; empty where labels are numbers."""
    low: float
    high: float
    mean: float
    deviation: float
    histogram: tuple[int, ...]
    """Pixels in 16 equal steps from low to high."""
    channels: tuple[tuple[float, float], ...] = ()
    """The mean and the deviation of each channel, for images that have channels."""
    constant: int = 0
    """How many pixels or columns have the same value in all images."""
    spreads: tuple[Spread, ...] = ()
    """Of labels that are numbers, in the order of `targets`."""


class Report(Struct, frozen=True, kw_only=True):
    """What is in the data: the truth that the Data screen and `data info` tell."""

    format: str
    """In words: `tab-separated table, gzipped`."""
    kind: str = "table"
    """The format of the training images as `Source.format` names it."""
    header: bool
    labelled: bool = True
    """Whether there are labels; if not, all images count as one class."""
    classes: tuple[str, ...]
    """Empty where labels are numbers."""
    targets: tuple[Target, ...] = ()
    """What labels that are numbers hold; empty where they are classes."""
    train: Found
    validate: Found | None = None
    test: Found | None = None
    problems: tuple[Finding, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """What the values of an answer are called: the classes, or the numbers of a label."""
        return tuple(target.name for target in self.targets) or self.classes

    @property
    def parts(self) -> dict[PartName, Found]:
        """What there is of `train`, `validate` and `test`."""
        parts: dict[PartName, Found | None] = {"train": self.train, "validate": self.validate, "test": self.test}
        return {part: found for part, found in parts.items() if found}
