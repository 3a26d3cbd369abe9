"""What the service answers about a trained model: a real child process, a network trained for a moment."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from cnn_tui.data.dataset import open_data
from cnn_tui.data.drawing import as_digit
from cnn_tui.engine.model_weights import read_model_weights
from cnn_tui.engine.predict import predict_images
from cnn_tui.errors import UserError
from cnn_tui.results.evaluation import read_evaluation
from cnn_tui.runs.client import Service, Stopped
from cnn_tui.runs.launch import launch
from cnn_tui.runs.run import Run, create_run
from cnn_tui.spec.data import Data
from cnn_tui.spec.experiment import Experiment
from tests.conftest import with_training


@pytest.fixture(scope="module")
def run(experiment: Experiment, tmp_path_factory: pytest.TempPathFactory) -> Run:
    run = create_run(tmp_path_factory.mktemp("runs"), with_training(experiment, epochs=1))
    launch(run).wait()
    return run


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    made = Service()
    yield made
    await made.close()


async def test_it_says_what_the_model_is(service: Service, run: Run):
    facts = await service.model(str(run.weights_file))
    assert (facts.picture, facts.data_shape, facts.classes) == ((28, 28, 1), (784,), tuple("0123456789"))
    assert (facts.epoch, facts.notes) == (1, ())


async def test_a_drawing_is_answered_as_the_picture_that_is_made_of_it(service: Service, run: Run):
    ink = np.zeros((40, 40), np.uint8)
    ink[8:30, 18:22] = 255
    drawn = await service.drawn(str(run.weights_file), ink)
    assert np.array_equal(drawn.seen[..., 0], as_digit(ink, 28, 28))
    expected = predict_images(read_model_weights(run.weights_file), drawn.seen[None].astype(np.float32))[0]
    assert drawn.chances == pytest.approx(expected.tolist(), abs=1e-6)
    dim = await service.drawn(str(run.weights_file), ink, brightest=1.0)
    assert dim.chances != drawn.chances


async def test_labels_that_lie_with_the_images_evaluate_them_as_the_run_was(
    service: Service, run: Run, few_digits: Data
):
    folder = str(Path(few_digits.train.images).parent)
    shares: list[float] = []
    answer = await service.predicted(str(run.weights_file), folder, told=shares.append)
    test = open_data(few_digits).test
    assert test
    assert answer.labels is not None
    assert np.array_equal(answer.labels, test.labels)
    assert answer.places.shape == answer.chances.shape == (100, 3)
    assert answer.evaluation
    own = read_evaluation(run.evaluation_file)
    assert answer.evaluation["confusion"]["counts"] == [list(row) for row in own.confusion.counts]
    assert answer.evaluation["loss"] == pytest.approx(own.loss, rel=1e-4)
    looked = await service.looked_at(str(run.weights_file), folder, 7)
    assert np.array_equal(looked.seen.reshape(784), test.images[7])
    assert looked.chances[answer.places[7, 0]] == pytest.approx(float(answer.chances[7, 0]))


async def test_images_alone_are_predicted_without_an_evaluation(service: Service, run: Run, few_digits: Data):
    assert few_digits.test
    answer = await service.predicted(str(run.weights_file), few_digits.test.images)
    assert (answer.labels, answer.evaluation, answer.note) == (None, None, "")
    with_labels = await service.predicted(
        str(run.weights_file), few_digits.test.images, labels=few_digits.test.labels or ""
    )
    assert with_labels.labels is not None
    assert np.array_equal(with_labels.places, answer.places)


async def test_labels_of_other_classes_are_left_out_with_a_note(
    service: Service, run: Run, few_digits: Data, tmp_path: Path
):
    assert few_digits.test
    (tmp_path / "X.tsv").write_bytes(Path(few_digits.test.images).read_bytes())
    (tmp_path / "y.tsv").write_text("cat\n" * 100)
    answer = await service.predicted(str(run.weights_file), str(tmp_path))
    assert answer.evaluation is None
    assert answer.note.startswith("The labels are not used: y.tsv")
    with pytest.raises(UserError, match=r"y\.tsv"):
        await service.predicted(str(run.weights_file), str(tmp_path / "X.tsv"), labels=str(tmp_path / "y.tsv"))


async def test_both_of_galaxys_layouts_are_written(service: Service, run: Run, few_digits: Data, tmp_path: Path):
    assert few_digits.test
    asked = (str(run.weights_file), few_digits.test.images)
    answer = await service.predicted(*asked)
    names = tuple("abcdefghij")
    assert await service.write_predictions(*asked, str(tmp_path / "a.tsv"), names=names) == 100
    header, *rows = (tmp_path / "a.tsv").read_text().splitlines()
    assert header == "Predicted"
    assert rows == [names[place] for place in answer.places[:, 0]]
    await service.write_predictions(*asked, str(tmp_path / "b.tsv"), probabilities=True)
    header, *rows = (tmp_path / "b.tsv").read_text().splitlines()
    assert header.split("\t") == list("0123456789")
    assert (
        np.argmax([list(map(float, row.split("\t"))) for row in rows], axis=1).tolist() == answer.places[:, 0].tolist()
    )


async def test_a_prediction_can_be_stopped_and_the_next_one_is_answered(
    service: Service, run: Run, few_digits: Data, tmp_path: Path
):
    assert few_digits.test
    many = tmp_path / "X.tsv"
    many.write_bytes(Path(few_digits.train.images).read_bytes() * 60)
    with pytest.raises(Stopped):
        await service.predicted(str(run.weights_file), str(many), told=lambda share: service.stop())
    assert len((await service.predicted(str(run.weights_file), few_digits.test.images)).places) == 100


async def test_a_live_drawing_is_answered_fast(service: Service, run: Run):
    ink = np.zeros((40, 40), np.uint8)
    ink[8:30, 18:22] = 255
    file = str(run.weights_file)
    await service.drawn(file, ink)
    clock = asyncio.get_running_loop().time
    seconds = []
    for _ in range(20):
        begin = clock()
        await service.drawn(file, ink)
        seconds.append(clock() - begin)
    assert sorted(seconds)[len(seconds) // 2] < 0.05


async def test_what_is_no_model_is_said_in_a_sentence(service: Service, few_digits: Data):
    with pytest.raises(UserError, match=r"X_train\.tsv"):
        await service.model(few_digits.train.images)


async def test_a_run_is_written_by_the_service_and_a_missing_evaluation_is_said(
    service: Service, run: Run, experiment: Experiment, tmp_path: Path
):
    await service.export_run(str(run.path), str(tmp_path / "report.html"))
    page = (tmp_path / "report.html").read_text()
    assert page.count("data:image/png;base64,") == 24
    untested = create_run(tmp_path, replace(experiment))
    with pytest.raises(UserError, match="has no evaluation yet"):
        await service.export_run(str(untested.path), str(tmp_path / "other.html"))
    assert not (tmp_path / "other.html").exists()
