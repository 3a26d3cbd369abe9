"""Makes the picture of the README: the application itself, showing what a run on the sample digits confuses, as SVG.

python docs/make_picture.py
"""

import asyncio
import re
import tempfile
from pathlib import Path

from msgspec.structs import replace

from cnn_tui.runs.launch import launch
from cnn_tui.runs.run import Run, create_run
from cnn_tui.settings import Settings
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.presets import tutorial
from cnn_tui.ui.app import CnnApp
from cnn_tui.ui.session import Session

FOLDER = Path(__file__).parent
SIZE = (120, 40)
SECONDS_TO_READ = 5


def trained(runs: Path) -> tuple[Experiment, Run]:
    """A finished run of the tutorial on scaled pixels."""
    experiment = tutorial()
    assert experiment.data is not None
    experiment = replace(experiment, data=replace(experiment.data, scale="unit"))
    run = create_run(runs, experiment, "digits")
    launch(run).wait()
    return experiment, run


async def take_picture(runs: Path) -> None:
    """The Results place, with the images of the first cell."""
    experiment, run = trained(runs)
    session = Session(
        data=experiment.data,
        model=experiment.model,
        training=experiment.training,
        saved_model=experiment.model,
        run=run,
    )
    app = CnnApp(session, Settings(), runs, place="results")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(SECONDS_TO_READ)
        (FOLDER / "results.svg").write_text(without_fonts(app.export_screenshot(title="cnn-tui")))


def without_fonts(drawing: str) -> str:
    """The drawing in the reader's own monospaced font, so that it loads nothing from elsewhere."""
    return re.sub(r"@font-face\s*{.*?}", "", drawing, flags=re.DOTALL)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(take_picture(Path(folder)))
