"""Which files are the data, how they are read, scaled and split; and what was found in them."""

from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec.structs import replace

from cnn_tui.spec.layers import Shape, values

Header = Literal["auto", "yes", "no"]
Scale = Literal["none", "unit", "standard"]
Split = Literal["shuffled", "stratified"]


class Table(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of images, a row an image, and the table of their labels."""

    images: Annotated[str, Meta(description="The file of pixel values.")]
    labels: Annotated[str | None, Meta(description="The file of labels, in the same order.")] = None


class Data(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The data of an experiment."""

    train: Annotated[Table, Meta(description="What the model learns from, and what is held out of it.")]
    test: Annotated[Table | None, Meta(description="What it is tested on in the end; none: the held-out rows.")] = None
    header: Annotated[Header, Meta(description="Whether the first line names the columns; auto: look.")] = "auto"
    scale: Annotated[
        Scale, Meta(description="none: as they are; unit: from 0 to 1; standard: mean 0, deviation 1.")
    ] = "none"
    split: Annotated[Split, Meta(description="How rows are held out: at random, or evenly from each class.")] = (
        "shuffled"
    )
    validation: Annotated[
        float, Meta(ge=0, lt=1, description="The share of the training rows held out to watch the training.")
    ] = 0.2


class Scaling(Struct, frozen=True):
    """What every pixel becomes for the model: (pixel - subtract) / divide; a number a channel, or one for all.

    Fitted on training rows only, and kept with the weights so that predictions do the same.
    """

    subtract: tuple[float, ...] = (0.0,)
    divide: tuple[float, ...] = (1.0,)


class Found(Struct, frozen=True, kw_only=True):
    """What one part of the data (training or test) holds."""

    images: int
    shape: Shape
    dtype: str
    counts: tuple[int, ...]
    """Images of each class, in the order of `classes`."""
    low: float
    high: float
    mean: float
    deviation: float
    histogram: tuple[int, ...]
    """Pixels in 16 equal steps from low to high."""


class Report(Struct, frozen=True, kw_only=True):
    """What is in the data: the truth that the Data screen and `data info` tell."""

    format: str
    header: bool
    classes: tuple[str, ...]
    train: Found
    test: Found | None = None
    problems: tuple[str, ...] = ()


def resolved(data: Data, folder: Path) -> Data:
    """With every path absolute, those that are relative counted from `folder`."""

    def absolute(table: Table) -> Table:
        labels = table.labels and str((folder / table.labels).absolute())
        return Table(images=str((folder / table.images).absolute()), labels=labels)

    return replace(data, train=absolute(data.train), test=data.test and absolute(data.test))


def fits(data_shape: Shape, input_shape: Shape) -> bool:
    """Whether examples of one shape can be given to a model that takes the other: equal, or one of them flat."""
    same_count = values(data_shape) == values(input_shape)
    return data_shape == input_shape or (same_count and 1 in (len(data_shape), len(input_shape)))
