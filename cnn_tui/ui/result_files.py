"""Taking results away: which kind of file, where to, and the service that writes it."""

from pathlib import Path
from typing import TYPE_CHECKING

from cnn_tui.errors import UserError
from cnn_tui.results.evaluation import Evaluation
from cnn_tui.results.export import refuse_ending
from cnn_tui.results.numbers import Numbers
from cnn_tui.runs.client import Stopped
from cnn_tui.runs.run import Run
from cnn_tui.text import clean
from cnn_tui.ui.dialogs.choose import Choose
from cnn_tui.ui.dialogs.finder import Entry
from cnn_tui.ui.prediction_files import ask_to_save
from cnn_tui.ui.trained_files import Kind, export_model, kinds_of_models, seen_from_here

if TYPE_CHECKING:
    from cnn_tui.ui.app import CnnApp

KINDS = (
    Entry("HTML report", "everything on one page, with the worst mistakes as pictures", ".html"),
    Entry("CSV", "the matrix and the scores, for spreadsheets", ".csv"),
    Entry("TSV", "the same, separated by tabs", ".tsv"),
    Entry("Markdown", "everything but the pictures, for people", ".md"),
    Entry("JSON", "everything but the pictures, for scripts", ".json"),
    Entry("PNG", "a picture of the matrix and the curves", ".png"),
    Entry("SVG", "the same, sharp at any size", ".svg"),
    Entry("PDF", "the same, for printing", ".pdf"),
)


OF_NUMBERS = {
    ".html": "everything on one page, with the largest errors as pictures",
    ".csv": "true and predicted numbers of every image, for spreadsheets",
    ".png": "a picture of the scatter and the curves",
}
"""What is said otherwise where numbers are predicted."""


async def export_results(app: "CnnApp", run: Run, evaluation: Evaluation | Numbers | None) -> None:
    """Asks for a kind and a place, in the run's own folder unless another is named, and writes."""
    entries: list[Entry[str | Kind]] = [_entry(kind, evaluation) for kind in KINDS]
    chosen = await app.push_screen_wait(Choose("Export", [*entries, *kinds_of_models(run)]))
    if isinstance(chosen, Kind):
        await export_model(app, run, chosen, _folder(run))
    elif chosen and evaluation:
        table = "numbers" if isinstance(evaluation, Numbers) else "confusion"
        name = f"{'report' if chosen in ('.html', '.md') else table}-{evaluation.part}{chosen}"
        if out := await ask_to_save(app, "Write the results into", _folder(run), name):
            await _write(app, run, out)


def _entry(kind: Entry[str], evaluation: Evaluation | Numbers | None) -> Entry[str | Kind]:
    """A kind of report, greyed where there is nothing to report or what it needs is not installed."""
    why_not = "" if evaluation else "The run was not tested yet."
    try:
        refuse_ending(Path(f"results{kind.answer}"))
    except UserError as error:
        why_not = error.remedy
    about = OF_NUMBERS.get(kind.answer, kind.about) if isinstance(evaluation, Numbers) else kind.about
    return Entry(kind.title, about, kind.answer, why_not)


def _folder(run: Run) -> Path:
    """The run's own folder for this, or where it cannot be made the one that the program was started in."""
    try:
        run.exports_folder.mkdir(mode=0o700, exist_ok=True)
    except OSError:
        return Path.cwd()
    return run.exports_folder.absolute()


async def _write(app: "CnnApp", run: Run, out: Path) -> None:
    app.notify(f"Writing {clean(out.name)} …", timeout=2, markup=False)
    try:
        await app.service.export_run(str(run.path.absolute()), str(out.absolute()))
    except Stopped:
        app.notify("Writing was stopped; nothing was written.", markup=False)
    except UserError as error:
        app.show_error(error)
    else:
        app.notify(f"Written: {seen_from_here(out)}", markup=False)
