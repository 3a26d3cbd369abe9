"""Which images are looked at, and what is said about them."""

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from cnn_tui.runs.client import Pictures, Service
from cnn_tui.spec.data import Data
from cnn_tui.spec.layers import by, values
from cnn_tui.spec.report import Found, Report
from cnn_tui.text import clean
from cnn_tui.ui.session import Session

PICTURES = 24
"""Images asked for at a time; those that have no room are scrolled."""
BYTE = 255


class View(Struct, frozen=True):
    """A look into the data: at a part, at one class of it or at all, from the image at place `first` on."""

    files: Data
    part: Literal["train", "test"] = "train"
    label: int | None = None
    first: int = 0

    def with_other_part(self) -> "View":
        """The same class in the other part."""
        return replace(self, part="test" if self.part == "train" else "train", first=0)

    def with_class(self, label: int | None) -> "View":
        """One class, or all."""
        return replace(self, label=label, first=0)

    def with_next_class(self, classes: int) -> "View":
        """The next class; before the first and after the last stands: all."""
        after = 0 if self.label is None else self.label + 1
        return self.with_class(after if after < classes else None)

    def moved(self, by: int, report: Report) -> "View":
        """So many images on, as far as there are any."""
        found = self.found(report)
        count = found.images if self.label is None else found.counts[self.label]
        return replace(self, first=max(0, min(self.first + by, count - 1)))

    def found(self, report: Report) -> Found:
        """What the part that is looked at holds."""
        return report.test if self.part == "test" and report.test else report.train

    async def ask(self, service: Service) -> Pictures:
        """The images. Raises UserError."""
        if self.label is None:
            return await service.pictures(self.files, self.part, list(range(self.first, self.first + PICTURES)))
        return await service.pictures_of_class(self.files, self.part, self.label, self.first, PICTURES)


def captions(pictures: Pictures, classes: tuple[str, ...]) -> list[str]:
    """The class and the row of each image."""
    return [
        f"{clean(classes[label], 12)} · row {row:,}" for label, row in zip(pictures.labels, pictures.rows, strict=True)
    ]


def title(report: Report) -> str:
    """What there is, in one line."""
    train, test = report.train, report.test
    size = by(train.shape) if len(train.shape) > 1 else f"{values(train.shape):,} values"
    counts = f"{train.images:,} train" + (f" · {test.images:,} test" if test else "")
    return f"{counts} · {len(report.classes):,} classes · {size} {train.low:,.4g}-{train.high:,.4g}"


def statistics(found: Found) -> str:
    """The pixels of a part in four numbers."""
    return f"min {found.low:,.4g}  max {found.high:,.4g}\nmean {found.mean:,.3g}  std {found.deviation:,.3g}"


def scales_to_one(session: Session) -> bool:
    """Whether the pixels are bytes that the model would get as they are."""
    data, report = session.data, session.report
    return bool(data and report and data.scale == "none" and 1 < report.train.high <= BYTE)


def absence(session: Session) -> str:
    """Why there is nothing to look at."""
    if session.is_reading:
        return "Reading ..."
    if session.data_problem:
        return "These files cannot be read.\nThe sources on the left say why."
    return "No data yet.\n\no opens a folder or a file of yours.\ns takes 10,000 sample digits."


def hint(session: Session, help_text: str) -> tuple[str, bool]:
    """What is to be said under the sources, and whether it is bad news."""
    if session.data_problem:
        return session.data_problem, True
    if help_text:
        return help_text, False
    lines = [f"⚠ {clean(str(problem), 400)}" for problem in session.report.problems] if session.report else []
    if scales_to_one(session):
        lines.append("The model gets raw pixels, as in the tutorial; 0-1 usually learns faster. f scales.")
    return "\n".join(lines), False
