"""Which images are looked at, and what is said about them."""

from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from cnn_tui.runs.client import Pictures, Service
from cnn_tui.spec.data import SETTINGS, Data, Reading, Source
from cnn_tui.spec.fields import fields
from cnn_tui.spec.layers import by, values
from cnn_tui.spec.layers.windows import picture_shape
from cnn_tui.spec.losses import OF_CLASSES
from cnn_tui.spec.report import Finding, Found, PartName, Report
from cnn_tui.text import clean
from cnn_tui.ui.data_mending import in_words_of_the_form, mended
from cnn_tui.ui.numbers import times
from cnn_tui.ui.session import Session

PICTURES = 24
"""Images asked for at a time; those that have no room are scrolled."""
BYTE = 255
NO_FILES = Data(train=Source(images=""))
_CHANNELS = {1: "grey", 3: "red, green, blue", 4: "red, green, blue, opacity"}
_MOST_NUMBERS = 3
"""Numbers of a label that are named or shown under an image."""
_BAR_CELLS = 24


class View(Struct, frozen=True):
    """A look into the data: at a part, at one class of it or at all, from the image at place `first` on.

    Where labels are numbers, the steps of one of them, `target`, stand for the classes.
    """

    files: Data
    part: PartName = "train"
    label: int | None = None
    first: int = 0
    means: bool = False
    """Whether the mean image of each class is looked at instead."""
    target: int = 0

    def with_next_part(self, report: Report) -> "View":
        """The same class in the next part that there is."""
        parts = list(report.parts)
        return replace(self, part=parts[(parts.index(self.part) + 1) % len(parts)], first=0)

    def with_class(self, label: int | None) -> "View":
        """One class, or all."""
        return replace(self, label=label, first=0, means=False)

    def with_next_class(self, report: Report) -> "View":
        """The next class; before the first and after the last stands: all."""
        after = 0 if self.label is None else self.label + 1
        return self.with_class(after if after < len(self.counts(report)) else None)

    def with_next_target(self, report: Report) -> "View":
        """The next of the numbers that a label holds."""
        return replace(self.with_class(None), target=(self.target + 1) % max(1, len(report.targets)))

    def counts(self, report: Report) -> tuple[int, ...]:
        """The images of each class, or step of the number, in the part that is looked at."""
        found = self.found(report)
        if not report.targets:
            return found.counts
        steps = len(report.targets[self.target].edges) - 1
        return found.spreads[self.target].counts if found.spreads else (0,) * steps

    def with_means(self) -> "View":
        """The mean images, or the images again."""
        return replace(self, means=not self.means)

    def at(self, finding: Finding) -> "View":
        """The first image that a finding is about."""
        return View(self.files, finding.part or "train", first=finding.rows[0])

    def moved(self, by: int, report: Report) -> "View":
        """So many images on, as far as there are any."""
        found = self.found(report)
        count = found.images if self.label is None else self.counts(report)[self.label]
        return replace(self, first=max(0, min(self.first + by, count - 1)), means=False)

    def found(self, report: Report) -> Found:
        """What the part that is looked at holds."""
        return report.parts.get(self.part, report.train)

    async def ask(self, service: Service) -> Pictures:
        """The images. Raises UserError."""
        if self.means:
            return await service.means(self.files, self.part, self.target)
        if self.label is None:
            return await service.pictures(self.files, self.part, list(range(self.first, self.first + PICTURES)))
        return await service.pictures_of_class(
            self.files, self.part, self.label, self.first, PICTURES, target=self.target
        )


def groups(report: Report, target: int) -> tuple[str, ...]:
    """What images are counted by: the classes, or the steps of a number, each by its edges."""
    if not report.targets:
        return report.classes
    edges = report.targets[target].edges
    if all(high - low == 1 and high % 1 == 0.5 for low, high in pairwise(edges)):
        return tuple(f"{low + 0.5:g}" for low in edges[:-1])  # each step is one whole number
    return tuple(f"{low:,.3g} – {high:,.3g}" for low, high in pairwise(edges))


def spread(found: Found, target: int) -> str:
    """One of the numbers of the labels of a part, in four numbers."""
    if not found.spreads:
        return "These images have no numbers."
    one = found.spreads[target]
    return f"min {one.low:,.4g}  max {one.high:,.4g}\nmean {one.mean:,.4g}  std {one.deviation:,.3g}"


def captions(pictures: Pictures, names_of_groups: tuple[str, ...]) -> list[str]:
    """The class or the numbers, and the row of each image; of mean images only the class."""
    names = [clean(names_of_groups[label], 16) for label in pictures.labels]
    names = names or [" ".join(f"{one:,.3g}" for one in numbers[:_MOST_NUMBERS]) for numbers in pictures.numbers]
    if not pictures.rows:
        return [f"{name} · mean" for name in names]
    return [f"{name} · row {row + 1:,}" for name, row in zip(names, pictures.rows, strict=True)]


def title(report: Report) -> str:
    """What there is, in one line."""
    train = report.train
    size = by(train.shape) if len(train.shape) > 1 else f"{values(train.shape):,} values"
    counts = " · ".join(f"{found.images:,} {part}" for part, found in report.parts.items())
    return f"{counts} · {what_labels_are(report)} · {size} {train.low:,.4g}-{train.high:,.4g}"


def what_labels_are(report: Report, whole: bool = False) -> str:
    """How many classes there are, or which numbers; of several all names, or how many."""
    if not report.targets:
        return f"{len(report.classes):,} classes"
    names = ", ".join(clean(one.name, 14) for one in report.targets[:_MOST_NUMBERS])
    if len(report.targets) == 1:
        return f"number: {names}"
    more = f": {names}{', ...' if len(report.targets) > _MOST_NUMBERS else ''}" if whole else ""
    return f"{len(report.targets):,} numbers{more}"


def statistics(found: Found) -> str:
    """The pixels of a part in four numbers, and two for each channel where there are several."""
    lines = [f"min {found.low:,.4g}  max {found.high:,.4g}", f"mean {found.mean:,.3g}  std {found.deviation:,.3g}"]
    if len(found.channels) > 1:
        names = _CHANNELS.get(len(found.channels), "").split(", ")
        if len(names) != len(found.channels):
            names = [f"channel {place}" for place in range(1, len(found.channels) + 1)]
        lines += [
            f"{name} {mean:,.3g}  std {deviation:,.3g}"
            for name, (mean, deviation) in zip(names, found.channels, strict=True)
        ]
    return "\n".join(lines)


def how_it_was_read(data: Data, report: Report) -> dict[str, str]:
    """How the training files were understood, a few words for each thing that can be wrong."""
    matters = SETTINGS[report.kind]
    shape = picture_shape(report.train.shape)
    facts = {"format": report.format}
    if "header" in matters:
        said = "detected" if data.header == "auto" else "as set"
        facts["header"] = f"{'yes' if report.header else 'no'} ({said})"
    facts["labels"] = f"{_where_labels_are(data, report.kind)}, {what_labels_are(report, whole=True)}"
    facts["view as"] = f"{times(shape)} {_CHANNELS.get(shape[2], '')}".strip() if shape else "values, no image"
    facts["problems"] = f"⚠ {len(report.problems):,}" if report.problems else "✓ none found"
    return facts


def settings_left_out(kind: str | None) -> tuple[str, ...]:
    """The settings of data that no form shows: its parts, and ways of reading that this format has no use for."""
    matters = SETTINGS.get(kind or "", tuple(one.name for one in fields(Reading)))
    useless = tuple(one.name for one in fields(Reading) if one.name not in matters)
    return ("train", "validate", "test", "augmentation", *useless)


def mending(session: Session) -> Data | None:
    """The data as the sentence under the sources advises them: what cannot be read mended, or the pixels scaled."""
    if session.data and session.data_problem:
        return mended(session.data, session.data_problem)
    return replace(session.data, scale="unit") if session.data and scales_to_one(session) else None


def scales_to_one(session: Session) -> bool:
    """Whether the pixels are bytes that the model would get as they are."""
    data, report = session.data, session.report
    return bool(data and report and data.scale == "none" and 1 < report.train.high <= BYTE)


def absence(session: Session, share: float = 0.0) -> str:
    """Why there is nothing to look at; while it is read, how far that is."""
    if session.is_reading:
        return f"Reading ...\n\n{_progress(share) if share else ''}\n\nescape stops."
    if session.data_problem:
        return "These files cannot be read.\nThe sources on the left say why."
    return (
        "No data yet.\n\no opens a folder or a file of yours.\ns takes 10,000 sample digits.\n"
        "O shows what was opened before."
    )


def hint(session: Session, help_text: str) -> tuple[str, bool]:
    """What is to be said under the sources, and whether it is bad news; help does not hide bad news."""
    if session.data_problem:
        key = " f does it." if session.data and mended(session.data, session.data_problem) else ""
        below = f"\n{help_text}" if help_text else ""
        return f"{in_words_of_the_form(session.data_problem)}{key}{below}", True
    if help_text:
        return help_text, False
    if problems := session.problems_of_data:
        return next(iter(problems.values())), True
    advice = []
    if session.report and session.report.targets and session.training.loss in OF_CLASSES:
        loss = session.training.loss
        advice.append(f"Labels are numbers, but the loss {loss} is for classes: set it in 3 Train.")
    if scales_to_one(session):
        advice.append("The model gets raw pixels, as in the tutorial; 0-1 usually learns faster. f scales.")
    return "\n".join(advice), False


def _where_labels_are(data: Data, kind: str) -> str:
    if data.train.labels:
        return "own file"
    if kind in ("folder", "zip"):
        return "folders"
    if kind in ("table", "parquet", "list") and data.label_column == "auto":
        return "a column"
    return "with the images" if data.label_column == "auto" else f"column {data.label_column}"


def _progress(share: float) -> str:
    full = round(_BAR_CELLS * min(1.0, share))
    return f"{'━' * full}{'╺' if full < _BAR_CELLS else ''}{' ' * (_BAR_CELLS - full - 1)} {share:>5.0%}"
