"""Which files are the data, and how they are read, scaled and split."""

from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from msgspec import Meta, Struct, convert
from msgspec.structs import asdict, replace

from cnn_tui.spec.augmentation import Augmentation
from cnn_tui.spec.layers import Shape, values

Format = Literal["auto", "table", "parquet", "npy", "npz", "idx", "folder", "zip", "list", "image"]
Header = Literal["auto", "yes", "no"]
Scale = Literal["none", "unit", "standard"]
Split = Literal["in order", "shuffled", "stratified", "group"]
Count = Annotated[int, Meta(ge=1, le=10_000_000)]
Share = Annotated[float, Meta(ge=0, lt=1)]
INSIDE = "::"
"""Between a file and what is meant inside it: `mnist.npz::x_train`, `digits.zip::train`."""


class Where(NamedTuple):
    """A file or a folder, and perhaps what is meant inside it."""

    path: Path
    inside: str = ""

    def __str__(self) -> str:
        return f"{self.path}{INSIDE}{self.inside}" if self.inside else str(self.path)


def where(text: str) -> Where:
    """The place that a text names; what exists under the whole text is meant as a whole."""
    path, mark, inside = text.rpartition(INSIDE)
    return Where(Path(path), inside) if mark and path and not Path(text).exists() else Where(Path(text))


class Source(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where images come from, and their labels: from a place of their own, or from the same."""

    images: Annotated[
        str,
        Meta(
            description="A file or a folder of images; ::inside names an array of an .npz or a folder of a .zip.",
            extra={"limits": "a path"},
        ),
    ]
    labels: Annotated[
        str | None,
        Meta(
            description="The file of labels, in the same order; automatic: they are with the images.",
            extra={"limits": "a path"},
        ),
    ] = None
    format: Annotated[Format, Meta(description="What holds the images; auto: look inside.")] = "auto"
    name: Annotated[
        str | None,
        Meta(description="What it is called on the screen; automatic: by its file.", extra={"limits": "a few words"}),
    ] = None


class Reading(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How files are read: everything that changes what comes out of them."""

    header: Annotated[Header, Meta(description="Whether the first line names the columns; auto: look.")] = "auto"
    delimiter: Annotated[
        Literal["auto", "tab", "comma", "semicolon", "pipe", "space"],
        Meta(description="What parts the columns; auto: look."),
    ] = "auto"
    encoding: Annotated[
        Literal["auto", "utf-8", "utf-16", "latin-1"],
        Meta(description="How the letters are written; auto: UTF-8, or UTF-16 where the file says so."),
    ] = "auto"
    label_column: Annotated[
        str,
        Meta(
            description="The column of labels, when they are with the images: first, last, its number or its name.",
            extra={"limits": "auto, none, first, last, a number from 1 or the name of a column"},
        ),
    ] = "auto"
    columns: Annotated[
        str,
        Meta(
            description="The columns that are pixels.",
            extra={"limits": "all, numbers such as 2-785, names, or all but such, separated by commas"},
        ),
    ] = "all"
    size: Annotated[
        tuple[Count, Count] | None,
        Meta(description="Height and width that pictures are made to have; automatic: they must be alike."),
    ] = None
    fit: Annotated[
        Literal["squash", "crop", "pad"],
        Meta(description="What a picture of other proportions gets: squashed, its edges cut off, or black edges."),
    ] = "squash"
    interpolation: Annotated[
        Literal["bilinear", "nearest", "bicubic", "lanczos"],
        Meta(description="How pixels between pixels are made when a picture is resized."),
    ] = "bilinear"
    colour: Annotated[
        Literal["auto", "grey", "rgb", "rgba"],
        Meta(description="The channels that pictures are made to have; auto: the fewest that lose nothing."),
    ] = "auto"
    skip_damaged: Annotated[bool, Meta(description="Leave out pictures that cannot be read, and say so.")] = False


AS_IT_COMES = Reading()
TEXT_SETTINGS = ("header", "delimiter", "encoding")
COLUMN_SETTINGS = ("label_column", "columns")
PICTURE_SETTINGS = ("size", "fit", "interpolation", "colour", "skip_damaged")
SETTINGS: dict[str, tuple[str, ...]] = {
    "table": TEXT_SETTINGS + COLUMN_SETTINGS,
    "parquet": COLUMN_SETTINGS,
    "npy": (),
    "npz": (),
    "idx": (),
    "folder": PICTURE_SETTINGS,
    "zip": PICTURE_SETTINGS,
    "list": TEXT_SETTINGS + COLUMN_SETTINGS + PICTURE_SETTINGS,
    "image": PICTURE_SETTINGS,
}
"""The settings of `Reading` that matter for each format."""


class Data(Reading, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The data of an experiment."""

    train: Annotated[Source, Meta(description="What the model learns from, and what is held out of it.")]
    validate: Annotated[
        Source | None, Meta(description="What watches the training; none: rows held out of the training images.")
    ] = None
    test: Annotated[Source | None, Meta(description="What it is tested on in the end; none: rows held out.")] = None
    scale: Annotated[
        Scale, Meta(description="none: as they are; unit: from 0 to 1; standard: mean 0, deviation 1 for each channel.")
    ] = "none"
    augmentation: Annotated[
        Augmentation | None, Meta(description="What happens to training images at random; none: they stay as they are.")
    ] = None
    split: Annotated[
        Split, Meta(description="How rows are held out: the last ones, at random, evenly from each class, or by group.")
    ] = "shuffled"
    validation: Annotated[Share, Meta(description="The share of the training rows held out to watch the training.")] = (
        0.2
    )
    test_share: Annotated[
        Share, Meta(description="The share held out for the test before that, when no test images are given.")
    ] = 0.0
    folds: Annotated[
        Annotated[int, Meta(ge=2, le=1000)] | None,
        Meta(description="Into how many parts the rows are split, one of them held out; automatic: by the share."),
    ] = None
    fold: Annotated[
        Annotated[int, Meta(ge=1, le=1000)], Meta(description="Which of the folds is held out, from 1.")
    ] = 1
    groups: Annotated[
        str | None,
        Meta(description="A file with a group for each row; a group is never split.", extra={"limits": "a path"}),
    ] = None
    first_per_class: Annotated[
        Count | None, Meta(description="Only the first so many training images of each class, for a quick try.")
    ] = None
    exclude: Annotated[
        str | None,
        Meta(
            description="A file of marked images, such as a run's marks.csv; they are left out.",
            extra={"limits": "a path"},
        ),
    ] = None
    targets: Annotated[
        Literal["auto", "classes", "numbers"],
        Meta(description="What labels are: classes, or numbers to be predicted; auto: as the loss has it."),
    ] = "auto"
    class_weights: Annotated[
        str,
        Meta(
            description="How much an image of a class counts in the loss; balanced: rare classes count more.",
            extra={"limits": "none, balanced, or classes with their weights such as cat=2, dog=0.5"},
        ),
    ] = "none"

    @property
    def validates(self) -> bool:
        """Whether rows are there to watch the training."""
        return bool(self.validate or self.folds or self.validation)

    @property
    def has_numbers(self) -> bool:
        """Whether labels are said to be numbers to be predicted."""
        return self.targets == "numbers"

    @property
    def sources(self) -> dict[str, Source]:
        """What there is of `train`, `validate` and `test`."""
        parts = {"train": self.train, "validate": self.validate, "test": self.test}
        return {part: source for part, source in parts.items() if source}

    @property
    def reading(self) -> Reading:
        """How its files are read."""
        return convert({name: getattr(self, name) for name in Reading.__struct_fields__}, Reading)


class Scaling(Struct, frozen=True):
    """What every pixel becomes for the model: (pixel - subtract) / divide; a number a channel, or one for all.

    Fitted on training rows only, and kept with the weights so that predictions do the same.
    """

    subtract: tuple[float, ...] = (0.0,)
    divide: tuple[float, ...] = (1.0,)


def as_read(data: Data) -> Data:
    """The same files read in the same way, without what is done to the arrays later."""
    files = Data(train=data.train, validate=data.validate, test=data.test, **asdict(data.reading))
    return replace(files, targets=data.targets)


def resolved(data: Data, folder: Path) -> Data:
    """With every path absolute, those that are relative counted from `folder`."""

    def absolute(path: str) -> str:
        return str((folder / path).absolute())

    def moved(source: Source) -> Source:
        return replace(source, images=absolute(source.images), labels=source.labels and absolute(source.labels))

    sources = {part: moved(source) for part, source in data.sources.items()}
    files = {"groups": data.groups and absolute(data.groups), "exclude": data.exclude and absolute(data.exclude)}
    return replace(data, **sources, **files)


def fits(data_shape: Shape, input_shape: Shape) -> bool:
    """Whether examples of one shape can be given to a model that takes the other: equal, or one of them flat."""
    same_count = values(data_shape) == values(input_shape)
    return data_shape == input_shape or (same_count and 1 in (len(data_shape), len(input_shape)))
