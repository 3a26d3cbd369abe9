"""The images behind the cells of a run's matrix, found in its predictions and read by the service."""

import asyncio

from msgspec import Struct

from cnn_tui.results.evaluation import Part, Predictions, read_predictions
from cnn_tui.runs.client import Pictures, Service
from cnn_tui.runs.run import Run

MAX_IMAGES = 48
"""Images of a cell that are read; the rest is only counted."""


class CellPictures(Struct, frozen=True):
    """Images of one cell, the surest first, each with the probability of the predicted class."""

    pictures: Pictures
    chances: tuple[float, ...]
    hidden: int
    """How many more there are."""


class CellReader:
    """Reads cells of one evaluation; its predictions are read once."""

    def __init__(self, service: Service, run: Run, part: Part) -> None:
        self._service = service
        self._run = run
        self._part = "test" if part == "test" else "validate"
        self._predictions: Predictions | None = None

    async def read(self, true: int, predicted: int) -> CellPictures | None:
        """The images of a cell; None for an empty one. Raises UserError when a file is missing or damaged."""
        if self._predictions is None:
            self._predictions = await asyncio.to_thread(read_predictions, self._run.predictions_file)
        found = self._predictions.of_cell(true, predicted)
        if not found:
            return None
        rows, chances = zip(*found[:MAX_IMAGES], strict=True)
        experiment = await asyncio.to_thread(self._run.experiment)
        part = self._part if self._part in experiment.data.sources else "train"  # of which they were held out
        pictures = await self._service.pictures(experiment.data, part, list(rows))
        return CellPictures(pictures, chances, len(found) - len(rows))
