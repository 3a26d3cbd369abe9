"""Taking results away: which kind of file, where to, and the service that writes it."""

from pathlib import Path
from typing import TYPE_CHECKING

from cnn_tui.errors import UserError
from cnn_tui.results.evaluation import Evaluation
from cnn_tui.results.export import refuse_ending
from cnn_tui.runs.client import Stopped
from cnn_tui.runs.run import Run
from cnn_tui.text import clean
from cnn_tui.ui.dialogs.choose import Choose
from cnn_tui.ui.dialogs.finder import Entry
from cnn_tui.ui.prediction_files import ask_to_save

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


async def export_results(app: "CnnApp", run: Run, evaluation: Evaluation) -> None:
    """Asks for a kind and a place, in the run's own folder unless another is named, and writes."""
    ending = await app.push_screen_wait(Choose("Write the results as", KINDS))
    if ending is None:
        return
    name = f"{'report' if ending in ('.html', '.md') else 'confusion'}-{evaluation.part}{ending}"
    try:
        refuse_ending(Path(name))  # what it needs may not be installed
        run.exports_folder.mkdir(mode=0o700, exist_ok=True)
    except UserError as error:
        app.show_error(error)
        return
    except OSError:
        folder = Path.cwd()
    else:
        folder = run.exports_folder
    if out := await ask_to_save(app, "Write the results into", folder.absolute(), name):
        await _write(app, run, out)


async def _write(app: "CnnApp", run: Run, out: Path) -> None:
    app.notify(f"Writing {clean(out.name)} …", timeout=2, markup=False)
    try:
        await app.service.export_run(str(run.path.absolute()), str(out.absolute()))
    except Stopped:
        app.notify("Writing was stopped; nothing was written.", markup=False)
    except UserError as error:
        app.show_error(error)
    else:
        shown = out.relative_to(Path.cwd()) if out.is_relative_to(Path.cwd()) else out
        app.notify(f"Written: {clean(shown)}", markup=False)
