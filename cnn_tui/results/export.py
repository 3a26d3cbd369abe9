"""Writing a run's results into a file of the kind that its name says."""

import io
from collections.abc import Callable
from pathlib import Path

from cnn_tui.errors import Place, UserError, one_of, writing
from cnn_tui.files import replacing
from cnn_tui.results import plots, tables
from cnn_tui.results.html_report import html_report
from cnn_tui.results.run_report import RunReport

PICTURES = (".png", ".svg", ".pdf")
_TEXTS: dict[str, Callable[[RunReport], str]] = {
    ".html": html_report,
    ".md": tables.markdown,
    ".json": tables.as_json,
    ".csv": lambda report: tables.delimited(report, ","),
    ".tsv": lambda report: tables.delimited(report, "\t"),
}
ENDINGS = (*_TEXTS, *PICTURES)


def refuse_ending(path: Path) -> None:
    """Raises UserError when nothing can be written into a file of this name: before anything is computed."""
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        what = f"ends in {ending}" if ending else "has no ending"
        raise UserError(f"{what}, which says no kind of file", Place(path), f"End it in {one_of(ENDINGS)}.")
    if ending in PICTURES and (problem := plots.unavailable()):
        raise problem


def write_report(report: RunReport, path: Path) -> None:
    """Writes the file, whole or not at all. Raises UserError."""
    refuse_ending(path)
    ending = path.suffix.lower()
    if ending in PICTURES:
        out = io.BytesIO()
        plots.write_plot(report, ending[1:], out)
        content = out.getvalue()
    else:
        content = _TEXTS[ending](report).encode()
    with writing(path), replacing(path) as file:
        file.write(content)


def needs_pictures(path: Path) -> bool:
    """Whether the images of the mistakes are shown in a file of this name."""
    return path.suffix.lower() == ".html"
