"""Import and export on the Model screen: what is in a file is shown before it is taken, what is lost before it is written."""

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from textual.widgets import Button

from cnn_tui.engine.build import Network
from cnn_tui.engine.export import export
from cnn_tui.engine.model_weights import About, Trained
from cnn_tui.engine.weights import initialize
from cnn_tui.interop.models import open_model
from cnn_tui.spec.data import Scaling
from cnn_tui.spec.layers import Conv2D, Dense, Flatten, GroupNormalization, ThresholdedReLU
from cnn_tui.spec.model import Model
from cnn_tui.spec.model_file import read_model, write_model
from cnn_tui.spec.optimizers import SGD
from cnn_tui.ui.app import CnnApp
from cnn_tui.ui.dialogs.import_model import ImportModel
from cnn_tui.ui.dialogs.path import AskPath
from cnn_tui.ui.dialogs.preview import Preview
from tests.ui.support import a_report, an_app, screen_text, some_data, until

SMALL = Model(
    (6, 6, 1),
    (Conv2D(filters=2, kernel_size=(3, 3)), Flatten(), Dense(units=3, activation="softmax")),
    "small",
)
LAMBDA = {
    "class_name": "Sequential",
    "config": {"layers": [{"class_name": "Lambda", "config": {"batch_input_shape": [None, 4], "function": "f"}}]},
}
SIZES = [(80, 24), (120, 40)]
A_PROCESS = 3000
"""How often is looked for what a process of its own answers."""


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def trained() -> Trained:
    about = About(classes=("a", "b", "c"), data_shape=(6, 6, 1), scaling=Scaling(), epoch=1)
    network = Network(SMALL).eval()
    initialize(network, 0)
    return Trained(network, about)


def workflow(**split: Any) -> dict[str, Any]:
    """A workflow of Galaxy's with one dense layer, as Galaxy writes it."""
    dense = {
        "__index__": 0,
        "layer_selection": {"layer_type": "Dense", "__current_case__": 1, "units": "3", "activation": "softmax"},
    }
    architecture = {
        "model_selection": {"model_type": "sequential", "input_shape": "(6, 6, 1)", "layers": [dense]},
    }
    building = {
        "mode_selection": {
            "mode_type": "train_model",
            "learning_type": "KerasGClassifier",
            "compile_params": {
                "loss": "categorical_crossentropy",
                "optimizer_selection": {"optimizer_type": "SGD", "optimizer_options": {}},
                "metrics": ["acc"],
            },
            "fit_params": {"epochs": "31", "batch_size": "", "callbacks": []},
        }
    }
    held_out = {"selected_exp_scheme": "train_val", "test_split": {"split_algos": split}}
    tools = {
        "keras_model_config": architecture,
        "keras_model_builder": building,
        "keras_train_and_eval": {"experiment_schemes": held_out},
        "tabular_tool": {},
    }
    steps = {
        str(number): {
            "id": number,
            "tool_id": f"toolshed.g2.bx.psu.edu/repos/bgruening/{tool}/{tool}/1.0.11.2",
            "name": tool,
            "tool_state": json.dumps(state),
            "type": "tool",
        }
        for number, (tool, state) in enumerate(tools.items())
    }
    return {"a_galaxy_workflow": "true", "name": "of Galaxy", "steps": steps}


async def look_into(pilot: Any, name: str) -> CnnApp:
    """Goes as far as the preview of a file."""
    app = pilot.app
    await pilot.press("i", *name, "enter")
    await until(pilot, lambda: isinstance(app.screen, Preview), A_PROCESS)
    await pilot.pause()
    return app


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["net.keras", "net.h5", "net.weights.h5", "net.safetensors"])
async def test_the_model_of_a_file_of_weights_is_shown_before_it_is_taken(name, size):
    export(trained(), Path(name), {"net.weights.h5": "weights-h5"}.get(name, name.rpartition(".")[2]))
    app = an_app("model")
    first = app.current_session.model
    async with app.run_test(size=size) as pilot:
        await look_into(pilot, name)
        text = screen_text(app)
        for words in ("name        small", "layers      3", "parameters  119", "input       6×6×1", "! Its weights"):
            assert words in text
        assert app.current_session.model == first
        await pilot.press("enter")
        await until(pilot, lambda: app.current_session.model.layers == SMALL.layers)
        assert app.current_session.is_saved
        await pilot.press("u")
        assert app.current_session.model == first


async def test_a_file_of_weights_is_not_overwritten_by_saving_the_model(here):
    export(trained(), Path("net.keras"), "keras")
    before = Path("net.keras").read_bytes()
    app = an_app("model")
    async with app.run_test() as pilot:
        await look_into(pilot, "net.keras")
        await pilot.press("enter")
        await until(pilot, lambda: app.current_session.model.layers == SMALL.layers)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, AskPath))
        await pilot.press("enter")
        await until(pilot, lambda: (here / "small.json").exists())
    assert Path("net.keras").read_bytes() == before
    assert read_model(here / "small.json").layers == SMALL.layers


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\x89HDF\r\n\x1a\nnothing", "wrong.h5: "),
        (b"PK\x03\x04nothing", "wrong.h5: "),
        (b'{"class_name": "Sequential"', "wrong.h5, line 1"),
        (b"", "wrong.h5"),
        (json.dumps(LAMBDA).encode(), "Lambda"),
    ],
)
async def test_a_wrong_file_is_told_in_the_dialog_and_nothing_is_lost(content, sentence):
    Path("wrong.h5").write_bytes(content)
    app = an_app("model")
    first = app.current_session
    async with app.run_test(notifications=True) as pilot:
        await pilot.press("i", *"wrong.h5", "enter")
        await until(pilot, lambda: app.screen.query_one("#note").has_class("-wrong"), A_PROCESS)
        assert isinstance(app.screen, ImportModel)
        assert sentence in str(app.screen.query_one("#note").render())
        assert not app._notifications
        await pilot.press("escape")
        await pilot.pause()
        assert app.current_session.model == first.model
        assert app.current_session.past == ()


async def test_weights_without_a_model_are_refused_with_a_sentence(here):
    import h5py

    export(trained(), Path("whole.weights.h5"), "weights-h5")
    with h5py.File("whole.weights.h5", "a") as file:
        file.attrs.clear()
    app = an_app("model")
    async with app.run_test() as pilot:
        await pilot.press("i", *"whole", "enter")
        await until(pilot, lambda: "holds weights alone, no model" in screen_text(app), A_PROCESS)


async def test_leaving_the_preview_goes_back_to_the_files():
    write_model(SMALL, Path("good.json"))
    app = an_app("model")
    first = app.current_session.model
    async with app.run_test() as pilot:
        await look_into(pilot, "good")
        assert "✓ All of it is read." in screen_text(app)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, ImportModel))
        await pilot.press("escape")
        await pilot.pause()
        assert app.current_session.model == first


@pytest.mark.parametrize("size", SIZES)
async def test_a_workflow_brings_its_training_only_if_wanted(size):
    Path("flow.ga").write_text(json.dumps(workflow(shuffle="simple", test_size="0.25")))
    report = a_report()
    for keys, epochs in ((["enter"], 2), (["right", "enter"], 31)):
        app = an_app("model", data=some_data(), report=report)
        async with app.run_test(size=size) as pilot:
            await look_into(pilot, "flow")
            text = screen_text(app)
            for words in (
                "epochs 2 → 31",
                "optimizer adam → sgd",
                "validation 0.2 → 0.25",
                "tool tabular_tool is left out",
            ):
                assert words in text
            await pilot.press(*keys)
            await until(pilot, lambda app=app: len(app.current_session.model.layers) == 1)
            await pilot.pause()
            assert app.current_session.training.epochs == epochs
            assert isinstance(app.current_session.training.optimizer, SGD) == (epochs == 31)
            assert app.current_session.data.validation == (0.25 if epochs == 31 else 0.2)
            assert app.current_session.model_file is None


async def test_a_training_that_cannot_be_done_here_is_greyed_with_its_reason():
    Path("flow.ga").write_text(json.dumps(workflow(shuffle="group")))
    app = an_app("model", data=some_data(), report=a_report())
    async with app.run_test() as pilot:
        await look_into(pilot, "flow")
        assert app.screen.query_one("#way-1", Button).disabled
        assert "cannot be done here" in screen_text(app)
        assert "! It asks for" in screen_text(app)
        await pilot.press("right", "enter")
        await pilot.pause()
        assert app.current_session.training.epochs == 2


@pytest.mark.parametrize("size", SIZES)
async def test_what_other_programs_lose_is_said_before_the_model_is_written(here, size):
    lossy = replace(SMALL, layers=(GroupNormalization(groups=1), ThresholdedReLU(theta=1.0), *SMALL.layers))
    app = an_app("model")
    app.set_reactive(type(app).session, app.current_session.with_model(lossy))
    async with app.run_test(size=size, notifications=True) as pilot:
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, Preview))
        text = " ".join(screen_text(app).split())
        assert "GroupNormalization #1: Galaxy's Keras 2.10 does not know this layer." in text
        assert "ThresholdedReLU #2: Keras 3 does not know this layer." in text
        assert not list(here.iterdir())
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, AskPath))
        await pilot.press("enter")
        await until(pilot, lambda: (here / "small.json").exists())
        assert open_model(here / "small.json") == lossy
        assert app.current_session.model_file is None
        assert "Written: " in "".join(str(one.message) for one in app._notifications)


async def test_a_model_that_all_understand_loses_nothing_and_its_name_needs_the_ending(here):
    (here / "small.json").write_text("mine")
    app = an_app("model")
    app.set_reactive(type(app).session, app.current_session.with_model(SMALL))
    async with app.run_test() as pilot:
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, Preview))
        assert "✓ Nothing is lost." in screen_text(app)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, AskPath))
        await pilot.press(*["backspace"] * 5, "enter")
        await pilot.pause()
        assert "ends in .json" in screen_text(app)
        await pilot.press(*".json", "enter")
        await until(pilot, lambda: "is there already" in screen_text(app))
        await pilot.press("n")
        await pilot.pause()
    assert (here / "small.json").read_text() == "mine"
