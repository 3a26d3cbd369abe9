"""The images behind the cells of a run's matrix, found in its predictions and read by the service."""

import asyncio
from collections.abc import Collection

from msgspec import Struct

from cnn_tui.results.evaluation import Part, Predictions, Seen, read_predictions
from cnn_tui.runs.client import Pictures, Service
from cnn_tui.runs.run import Run
from cnn_tui.spec.marks import MarkedPart

PAGE = 48
"""Images of a cell that are read at a time."""


class CellPictures(Struct, frozen=True):
    """A page of the images of one cell, the largest loss first, with what the model made of each."""

    pictures: Pictures
    seen: tuple[Seen, ...]
    first: int
    """How many images of the cell come before."""
    part: MarkedPart
    """Which of the given images they are among."""


class CellReader:
    """Reads cells of one evaluation; its predictions are read once."""

    def __init__(self, service: Service, run: Run, part: Part) -> None:
        self._service = service
        self._run = run
        self._part: MarkedPart = "test" if part == "test" else "validate"
        self._predictions: Predictions | None = None

    async def predictions(self) -> Predictions:
        """Every probability of the run. Raises UserError when the file is missing or damaged."""
        if self._predictions is None:
            self._predictions = await asyncio.to_thread(read_predictions, self._run.predictions_file)
        return self._predictions

    async def read(
        self, true: Collection[int], predicted: Collection[int], first: int = 0, count: int = PAGE
    ) -> CellPictures | None:
        """Images of a cell from one of them on; None when there are no more. Raises UserError."""
        predictions = await self.predictions()
        seen = predictions.of_cell(true, predicted, first, count)
        if not seen:
            return None
        experiment = await asyncio.to_thread(self._run.experiment)
        part = self._part if self._part in experiment.data.sources else "train"  # of which they were held out
        pictures = await self._service.pictures(experiment.data, part, [one.row for one in seen])
        return CellPictures(pictures, seen, first, part)
