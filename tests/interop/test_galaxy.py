"""Galaxy workflow files of the deep-learning tools: what they ask for, and what has no meaning here."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cnn_tui.errors import UserError
from cnn_tui.interop.galaxy import Workflow, read_workflow
from cnn_tui.interop.models import open_model, open_workflow
from cnn_tui.shipped import shipped
from cnn_tui.spec.data import Data, Source
from cnn_tui.spec.layers import BatchNormalization, Conv2D, Dense, Flatten, PReLU, Residual
from cnn_tui.spec.model_file import read_model
from cnn_tui.spec.optimizers import SGD, Adam
from cnn_tui.spec.schedules import EarlyStopping, Plateau
from cnn_tui.spec.shapes import total_parameters, trace
from tests import SHARED

TUTORIAL = SHARED / "fixtures" / "galaxy" / "Intro_To_CNN.ga"
DATA = Data(train=Source(images="X", labels="y"))


def layer(kind: str, **fields: Any) -> dict[str, Any]:
    return {"__index__": 0, "layer_selection": {"layer_type": kind, "__current_case__": 1, **fields}}


DENSE = layer("Dense", units="3", activation="softmax", kwargs="")


def step(tool: str, **state: Any) -> dict[str, Any]:
    identity = f"toolshed.g2.bx.psu.edu/repos/bgruening/{tool}/{tool}/1.0.11.2"
    return {"tool_id": identity, "name": tool, "tool_state": json.dumps(state), "type": "tool"}


def architecture(*layers: dict[str, Any], shape: str = "(8, 8, 2)", **more: Any) -> dict[str, Any]:
    chosen = {"model_type": "sequential", "input_shape": shape, "layers": list(layers), **more}
    return step("keras_model_config", model_selection=chosen)


def builder(optimizer: str = "Adam", options: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    compiled = {
        "loss": more.pop("loss", "categorical_crossentropy"),
        "optimizer_selection": {"optimizer_type": optimizer, "optimizer_options": options or {}},
        "metrics": more.pop("metrics", ["acc"]),
    }
    fitted = {"epochs": "3", "batch_size": "", "callbacks": [], **more.pop("fit", {})}
    chosen = {"mode_type": "train_model", "learning_type": "KerasGClassifier", "compile_params": compiled}
    return step("keras_model_builder", mode_selection={**chosen, "fit_params": fitted, **more})


def trainer(split: dict[str, Any], **more: Any) -> dict[str, Any]:
    schemes = {"selected_exp_scheme": "train_val", "test_split": {"split_algos": split}, **more.pop("schemes", {})}
    return step("keras_train_and_eval", experiment_schemes=schemes, **more)


def workflow(*steps: dict[str, Any]) -> Workflow:
    held = {str(number): {"id": number, **one} for number, one in enumerate(steps)}
    return read_workflow({"a_galaxy_workflow": "true", "name": "mine", "steps": held}, "mine.ga")


def test_the_tutorials_workflow_is_the_experiment_that_it_describes():
    if not TUTORIAL.exists():
        pytest.skip("the files of Galaxy are not here")
    asked = open_workflow(TUTORIAL)
    assert asked is not None
    assert asked.model.layers == read_model(shipped("models/galaxy_cnn_workflow.json")).layers
    assert asked.model.input_shape == (784,)
    assert total_parameters(trace(asked.model)) == 27_114
    assert asked.training.optimizer == Adam(learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7)
    assert (asked.training.loss, asked.training.epochs, asked.training.batch_size) == (
        "categorical_crossentropy",
        10,
        500,
    )
    assert asked.training.metrics == ("categorical_accuracy",)
    assert asked.training.primary_scoring == "accuracy"
    assert asked.cannot == ()
    data = asked.experiment(DATA).data
    assert (data.split, data.validation, data.test_share, data.scale) == ("shuffled", 0.2, 0.0, "none")
    assert asked.notes == (
        "step 7, Create deep learning model: validation_split 0.1 has no effect, as in Galaxy; the next tool holds rows out.",
        "step 6, To categorical: labels are read as they are, one-hot or not.",
        "step 9, Model Prediction: `cnn-tui predict RUN X_test.tsv -o predicted.tsv` does it.",
        "step 10, Machine Learning Visualization Extension: `cnn-tui galaxy RUN FOLDER` draws it.",
    )
    assert open_model(TUTORIAL) == asked.model


def test_fields_key_words_and_what_is_left_empty_are_read_as_galaxy_reads_them():
    told = workflow(
        architecture(
            layer("Conv2D", filters="4", kernel_size="(3, 2)", activation="relu", kwargs="strides=2, padding='same'"),
            layer("BatchNormalization", kwargs="axis=-1, momentum=0.9, center=False"),
            layer("PReLU", alpha_initializer="zeros", alpha_regularizer="", alpha_constraint={"constraint_type": "None"}, shared_axes="[1, 2]"),
            layer("Flatten", data_format="channels_last"),
            layer("Dense", units="3", activation="softmax", kwargs="kernel_regularizer=__sq__l2__sq__"),
        )
    )  # fmt: skip
    assert told.model.input_shape == (8, 8, 2)
    conv, norm, bent, flat, dense = told.model.layers
    assert conv == Conv2D(filters=4, kernel_size=(3, 2), activation="relu", strides=(2, 2), padding="same")
    assert norm == BatchNormalization(momentum=0.9, center=False)
    assert bent == PReLU(shared_axes=(1, 2))
    assert flat == Flatten()
    assert isinstance(dense, Dense)
    assert dense.kernel_regularizer is not None


def test_layers_wired_by_numbers_become_residual_groups():
    wired = {
        "model_type": "functional",
        "layers": [
            layer("Input", shape="(8, 8, 4)", dtype="float32", sparse=False, name=""),
            layer(
                "Conv2D", filters="4", kernel_size="3", activation="relu", kwargs="padding='same'", inbound_nodes="1"
            ),
            layer("Add", merging_layers="[2, 1]"),
            layer("Flatten", data_format="channels_last", inbound_nodes="3"),
            layer("Dense", units="3", activation="softmax", kwargs="", inbound_nodes="4"),
        ],
        "input_layers": "[1]",
        "output_layers": "[5]",
    }
    model = workflow(step("keras_model_config", model_selection=wired)).model
    assert [type(one).__name__ for one in model.layers] == ["Conv2D", "Residual", "Flatten", "Dense"]
    assert model.layers[1] == Residual(layers=1, name="add")


def test_optimizers_callbacks_and_metrics_are_taken_with_their_settings():
    stopping = {
        "callback_type": "EarlyStopping",
        "monitor": "val_loss",
        "mode": "auto",
        "patience": "3",
        "min_delta": "0.0",
    }
    slowing = {"callback_type": "ReduceLROnPlateau", "monitor": "loss", "factor": "0.5", "patience": "2"}
    told = workflow(
        architecture(layer("Flatten"), DENSE),
        builder(
            "SGD",
            {"learning_rate": "0.05", "momentum": "0.9", "nesterov": "true", "__current_case__": 1},
            metrics=["acc", "cosine", "none", "made_up"],
            fit={"callbacks": [{"callback_selection": one} for one in (stopping, slowing, {"callback_type": "CSVLogger"})]},
            random_seed="7",
        ),
    )  # fmt: skip
    training = told.training
    assert training.optimizer == SGD(learning_rate=0.05, momentum=0.9, nesterov=True)
    assert training.early_stopping == EarlyStopping(patience=3)
    assert training.schedule == Plateau(factor=0.5, patience=2, monitor="loss")
    assert (training.epochs, training.batch_size, training.seed, training.csv_log) == (3, 32, 7, True)
    assert training.metrics == ("accuracy", "cosine_similarity")
    assert told.notes == ("step 2, keras_model_builder: made_up is no metrics of this program.",)


SPLITS: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "none": ({"shuffle": "None"}, {}, {"split": "in order", "validation": 0.2}),
    "stratified": ({"shuffle": "stratified", "test_size": "0.3"}, {}, {"split": "stratified", "validation": 0.3}),
    "with a test": (
        {"shuffle": "simple", "test_size": "0.1"},
        {"selected_exp_scheme": "train_val_test", "val_split": {"split_algos": {"shuffle": "simple", "test_size": "0.25"}}},
        {"split": "shuffled", "test_share": 0.1, "validation": 0.25},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("split", "schemes", "wanted"), SPLITS.values(), ids=SPLITS)
def test_rows_are_held_out_as_galaxy_does(split: dict, schemes: dict, wanted: dict):
    told = workflow(architecture(layer("Flatten"), DENSE), builder(), trainer(split, schemes=schemes))
    assert told.split == wanted
    told.experiment(DATA)


def test_columns_and_headers_are_those_of_the_form():
    columns = {"selected_column_selector_option": "all_but_by_index_number", "col1": [1, 3]}
    inside = {"selected_input": "tabular", "header1": True, "column_selector_options_1": columns}
    told = workflow(
        architecture(layer("Flatten"), DENSE), builder(), trainer({"shuffle": "simple"}, input_options=inside)
    )
    assert told.split == {"split": "shuffled", "validation": 0.2, "header": "yes", "columns": "all but 1,3"}


CANNOT: dict[str, tuple[dict[str, Any], str]] = {
    "loss": (builder(loss="made_up"), "mine.ga: asks for the loss made_up: "),
    "optimizer": (builder("Lion"), "mine.ga: asks for the optimizer Lion: "),
    "setting": (builder("SGD", {"decay": "0.1"}), "mine.ga: asks for the optimizer SGD: "),
}


@pytest.mark.parametrize(("asked", "sentence"), CANNOT.values(), ids=CANNOT)
def test_what_would_train_another_network_is_refused_and_the_network_is_still_read(asked: dict, sentence: str):
    told = workflow(architecture(layer("Flatten"), DENSE), asked)
    assert len(told.model.layers) == 2
    with pytest.raises(UserError) as error:
        told.experiment(DATA)
    assert error.value.sentence.startswith(sentence)
    assert error.value.sentence.endswith("`cnn-tui model convert` takes the network alone, to be trained otherwise.")


def test_rows_by_number_groups_and_swapped_settings_cannot_be_asked_for():
    swaps = {"hyperparams_swapping": {"param_set": [{"sp_name": "learning_rate", "sp_value": ": 0.1"}]}}
    told = workflow(
        architecture(layer("Flatten"), DENSE),
        builder(),
        trainer({"shuffle": "group", "test_size": "50"}, schemes=swaps),
    )
    assert told.cannot == (
        "a split by groups, which needs their file: --split group --groups FILE",
        "50 rows held out, and this program holds out a share: --validation",
        "another learning_rate, : 0.1: change it in the model",
    )  # fmt: skip


def test_the_form_of_older_versions_which_is_json_in_json_in_json_is_read():
    held = architecture(DENSE, shape="(4, )")
    state = {key: json.dumps(value) for key, value in json.loads(held["tool_state"]).items()}
    assert len(workflow({**held, "tool_state": json.dumps(state)}).model.layers) == 1


BROKEN: dict[str, Callable[[], Any]] = {
    "no network": lambda: workflow(builder()),
    "two networks": lambda: workflow(architecture(DENSE), architecture(DENSE)),
    "no input": lambda: workflow(architecture(DENSE, shape="")),
    "an input of words": lambda: workflow(architecture(DENSE, shape="large")),
    "no layers": lambda: workflow(architecture()),
    "a layer for text": lambda: workflow(architecture(layer("LSTM", units="3", kwargs=""))),
    "code as key words": lambda: workflow(architecture(layer("Dense", units="3", kwargs="a=__import__('os')"))),
    "a list as key words": lambda: workflow(architecture(layer("Dense", units="3", kwargs="**{}"))),
    "unknown key words": lambda: workflow(architecture(layer("Dense", units="3", kwargs="bogus=1"))),
    "a field of code": lambda: workflow(architecture(layer("Reshape", target_shape="().__class__"))),
    "deep brackets": lambda: workflow(architecture(layer("Reshape", target_shape="(" * 5_000))),
    "too long": lambda: workflow(architecture(layer("Dense", units="3", kwargs="a=" + "1" * 20_000))),
    "epochs of words": lambda: workflow(architecture(DENSE), builder(fit={"epochs": "many"})),
    "no steps": lambda: read_workflow({"a_galaxy_workflow": "true"}, "x.ga"),
    "a step of text": lambda: read_workflow({"a_galaxy_workflow": "true", "steps": {"0": "x"}}, "x.ga"),
    "a form of numbers": lambda: workflow({**architecture(DENSE), "tool_state": "5"}),
    "a form that is none": lambda: workflow({**architecture(DENSE), "tool_state": "{"}),
    "layers of numbers": lambda: workflow(architecture(5)),  # type: ignore[arg-type]
    "wires to nowhere": lambda: workflow(
        step("keras_model_config", model_selection={"model_type": "functional", "layers": [layer("Flatten", inbound_nodes="9")]})
    ),
}  # fmt: skip


@pytest.mark.parametrize("asked", BROKEN.values(), ids=BROKEN)
def test_a_workflow_that_cannot_be_read_is_refused_in_one_sentence(asked: Callable[[], Any]):
    with pytest.raises(UserError) as error:
        asked()
    assert error.value.sentence.endswith(".") or error.value.sentence.endswith("?")


def test_a_file_that_is_no_workflow_is_none(tmp_path: Path):
    (tmp_path / "a.json").write_text("{}")
    (tmp_path / "b.bin").write_bytes(b"\x00\xff")
    (tmp_path / "c.ga").write_text("nonsense")
    assert open_workflow(tmp_path / "a.json") is None
    assert open_workflow(tmp_path / "b.bin") is None
    with pytest.raises(UserError, match="is not JSON"):
        open_workflow(tmp_path / "c.ga")
