"""The trained model from the Results screen: which program, what is lost, written by the service, stopped, replaced."""

from importlib.util import find_spec
from pathlib import Path

import pytest
from msgspec.structs import replace

from cnn_tui.engine.build import Network
from cnn_tui.engine.model_weights import About, Trained, read_model_weights, write_model_weights
from cnn_tui.engine.weights import initialize
from cnn_tui.runs.run import Run, create_run
from cnn_tui.spec.data import Scaling
from cnn_tui.spec.layers import Conv2D, Dense, Flatten, GroupNormalization, Reshape
from cnn_tui.spec.model import Model
from cnn_tui.spec.presets import tutorial
from cnn_tui.ui.app import CnnApp
from cnn_tui.ui.dialogs.choose import Choose
from cnn_tui.ui.dialogs.confirm import Confirm
from cnn_tui.ui.dialogs.path import AskPath
from cnn_tui.ui.dialogs.preview import Preview
from cnn_tui.ui.dialogs.working import Working
from cnn_tui.ui.screens.results import ResultsScreen
from tests import recordings
from tests.recordings import DIGITS, evaluate, record
from tests.ui.support import FixedService, an_app, screen_text, until

SMALL = Model(
    (784,),
    (
        Reshape(target_shape=(28, 28, 1)),
        Conv2D(filters=2, kernel_size=(3, 3), strides=(4, 4)),
        GroupNormalization(groups=1),
        Flatten(),
        Dense(units=10, activation="softmax"),
    ),
    "small",
)
ENDINGS = {
    "keras": ".keras",
    "h5": ".h5",
    "weights h5": ".weights.h5",
    "safetensors": ".safetensors",
    "python": ".py",
}


@pytest.fixture
def run(tmp_path, monkeypatch) -> Run:
    """A run that was tested, with weights."""
    monkeypatch.chdir(tmp_path)
    run = record(create_run(tmp_path, replace(tutorial(), model=SMALL), "digits"), recordings.done(2))
    about = About(classes=DIGITS, data_shape=(784,), scaling=Scaling(divide=(255.0,)), epoch=2)
    network = Network(SMALL).eval()
    initialize(network, 0)
    write_model_weights(Trained(network, about), run.weights_file)
    evaluate(run)
    return run


async def choose(pilot, kind: str) -> CnnApp:
    """Goes as far as the place where the file goes."""
    app = pilot.app
    await pilot.press("e")
    await until(pilot, lambda: isinstance(app.screen, Choose))
    await pilot.press(*("space" if letter == " " else letter for letter in kind), "enter")
    await until(pilot, lambda: isinstance(app.screen, Preview))
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(app.screen, AskPath))
    return app


def told(app: CnnApp) -> str:
    return " ".join(str(one.message) for one in app._notifications)


@pytest.mark.parametrize("kind", ENDINGS)
async def test_each_kind_is_written_into_the_run_and_the_path_is_told(run, kind):
    app = an_app("results", run=run)
    path = run.exports_folder / f"small{ENDINGS[kind]}"
    async with app.run_test(notifications=True) as pilot:
        await choose(pilot, kind)
        await pilot.press("enter")
        await until(pilot, lambda: "Written: " in told(app), 3000)
        assert str(path.relative_to(Path.cwd())) in told(app)
        assert isinstance(app.screen, ResultsScreen)
    if kind == "python":
        assert path.with_name("small_weights.safetensors").exists()
        compile(path.read_text(), path.name, "exec")
    else:
        assert read_model_weights(path).about == read_model_weights(run.weights_file).about


async def test_what_galaxy_does_not_know_is_said_before_anything_is_written(run):
    app = an_app("results", run=run)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, Choose))
        await pilot.press(*"h5", "enter")
        await until(pilot, lambda: isinstance(app.screen, Preview))
        text = " ".join(screen_text(app).split())
        assert "GroupNormalization #3: Galaxy's Keras 2.10 does not know this layer." in text
        assert "optimizer, curves and checkpoints stay in the run" in text
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, ResultsScreen)
    assert not list(run.exports_folder.glob("*"))


@pytest.mark.skipif(find_spec("onnx") is None, reason="needs onnx")
@pytest.mark.parametrize(("kind", "is_baked"), [("onnx", False), ("onnx, scaling", True)])
async def test_onnx_is_written_with_the_scaling_outside_or_inside(run, kind, is_baked):
    service = FixedService()
    app = an_app("results", run=run, service=service)
    async with app.run_test(notifications=True) as pilot:
        await choose(pilot, kind)
        await pilot.press("enter")
        await until(pilot, lambda: "small.onnx" in told(app), 3000)
    assert ("export_model", "onnx", is_baked) in service.asked


async def test_without_the_package_onnx_is_greyed_with_the_line_that_installs_it(run, monkeypatch):
    monkeypatch.setattr("cnn_tui.ui.trained_files.find_spec", lambda name: None)
    app = an_app("results", run=run)
    async with app.run_test() as pilot:
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, Choose))
        await pilot.press(*"onnx", "enter")
        await pilot.pause()
        assert isinstance(app.screen, Choose)
        assert screen_text(app).count("pip install 'cnn-tui[onnx]'") == 3


async def test_a_file_and_the_one_beside_it_are_replaced_only_if_someone_says_so(run):
    run.exports_folder.mkdir()
    beside = run.exports_folder / "small_weights.safetensors"
    beside.write_text("mine")
    app = an_app("results", run=run)
    async with app.run_test(notifications=True) as pilot:
        await choose(pilot, "python")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        assert "small_weights.safetensors is there already." in screen_text(app)
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, ResultsScreen))
        assert beside.read_text() == "mine"
        await choose(pilot, "python")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("y")
        await until(pilot, lambda: "Written: " in told(app), 3000)
        assert beside.read_bytes() != b"mine"


async def test_the_runs_own_weights_are_never_replaced(run):
    before = run.weights_file.read_bytes()
    app = an_app("results", run=run)
    async with app.run_test(notifications=True) as pilot:
        await choose(pilot, "safetensors")
        await pilot.press("ctrl+u", *str(run.weights_file))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("y")
        await until(pilot, lambda: "would be replaced by what is made of it" in told(app))
    assert run.weights_file.read_bytes() == before


async def test_it_shows_how_far_it_is_and_can_be_stopped(run):
    service = FixedService()
    service.held = True
    app = an_app("results", run=run, service=service)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await choose(pilot, "keras")
        await pilot.press("enter")
        await until(pilot, lambda: "Writing small.keras … 43%" in screen_text(app))
        assert isinstance(app.screen, Working)
        await pilot.press("escape")
        await until(pilot, lambda: "nothing was written" in told(app))
        assert isinstance(app.screen, ResultsScreen)
    assert not (run.exports_folder / "small.keras").exists()


async def test_before_its_test_a_run_can_give_its_model_but_no_results(run):
    run.evaluation_file.unlink()
    app = an_app("results", run=run)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, Choose))
        assert "The run was not tested yet." in screen_text(app)
        await pilot.press(*"csv", "enter")
        await pilot.pause()
        assert isinstance(app.screen, Choose)


async def test_without_weights_and_results_there_is_nothing_to_export(run):
    run.evaluation_file.unlink()
    run.weights_file.unlink()
    app = an_app("results", run=run)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert not app.screen.active_bindings["e"].enabled
