"""The images of a cell are those that were tested, whichever part of the data they come from."""

import numpy as np
import pytest
from msgspec.structs import replace

from cnn_tui.data.dataset import open_data
from cnn_tui.results.evaluation import Predictions, write_predictions
from cnn_tui.runs.client import Service
from cnn_tui.runs.run import create_run
from cnn_tui.spec.data import Data
from cnn_tui.spec.experiment import Experiment
from cnn_tui.ui.cell_reader import CellReader

ROW = 3


@pytest.mark.parametrize(
    ("tested", "given", "came_from"),
    [
        ("test", ("train", "test"), "test"),
        ("test", ("train",), "train"),
        ("validation", ("train", "validate"), "validate"),
        ("validation", ("train",), "train"),
    ],
)
async def test_the_images_are_of_the_part_that_was_tested(tmp_path, experiment: Experiment, tested, given, came_from):
    sources = {"train": experiment.data.train, "validate": experiment.data.test, "test": experiment.data.test}
    data = Data(**{part: sources[part] for part in given})
    run = create_run(tmp_path, replace(experiment, data=data))
    predictions = Predictions(np.eye(10, dtype=np.float32)[[0]], np.array([1]), np.array([ROW]))
    write_predictions(predictions, run.predictions_file)
    service = Service()
    try:
        found = await CellReader(service, run, tested).read(true=[1], predicted=[0])
    finally:
        await service.close()
    assert found is not None
    expected = open_data(data).parts[came_from].images[ROW]
    np.testing.assert_array_equal(np.asarray(found.pictures.images[0]).reshape(-1), expected)
