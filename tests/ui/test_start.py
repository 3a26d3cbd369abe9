"""What keeps a run from starting, and the command line that starts the same one."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from cnn_tui.cli.main import run as run_command
from cnn_tui.shipped import shipped
from cnn_tui.spec.augmentation import Augmentation
from cnn_tui.spec.data import Data, Source
from cnn_tui.spec.experiment import read_experiment
from cnn_tui.spec.model_file import write_model
from cnn_tui.spec.optimizers import Adam
from cnn_tui.spec.presets import tutorial
from cnn_tui.spec.training import Training
from cnn_tui.ui.session import Session
from cnn_tui.ui.start import command_line, data_command, obstacle, plan, what_is_unsaid
from tests.ui.support import a_report, some_data

MODEL = tutorial().model


def a_session(**changes: object) -> Session:
    return replace(Session(model=MODEL, data=some_data(), report=a_report()), **changes)


def test_nothing_stands_in_the_way_of_a_model_that_fits_its_data():
    assert obstacle(a_session()) == ""


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"data": None}, "There is no data yet"),
        ({"report": None}, "being read"),
        ({"report": None, "data_problem": "X.tsv: it is empty."}, "X.tsv: it is empty"),
        ({"report": a_report(("a", "b", "c"))}, "gives 10 values but the data has 3 classes"),
        ({"model": replace(MODEL, layers=())}, "has no layers"),
    ],
)
def test_what_stands_in_the_way_is_said_with_the_way_out(changes, reason):
    sentence = obstacle(a_session(**changes))
    assert reason in sentence
    assert sentence.endswith(("1 Data.", "2 Model.", "read."))


@pytest.mark.parametrize(
    "training",
    [
        Training(epochs=3),
        Training(
            epochs=7,
            batch_size=64,
            seed=5,
            device="cpu",
            precision="fp32",
            optimizer=Adam(learning_rate=3e-05),
        ),
    ],
)
@pytest.mark.parametrize("data", [{}, {"header": "no", "scale": "unit", "validation": 0.25}])
def test_the_command_line_asks_for_the_same_experiment(tmp_path, few_digits: Data, training, data):
    model_file = tmp_path / "my model.json"
    write_model(MODEL, model_file)
    chosen = replace(few_digits, **({"scale": "none"} | data))
    session = Session(model=MODEL, data=chosen, training=training, model_file=model_file, saved_model=MODEL)
    command = command_line(session, tmp_path)
    written = tmp_path / "asked.json"
    assert command.unsaid == ()
    words = [str(tmp_path / word) if word == model_file.name else word for word in command.words[1:]]
    assert run_command([*words, "--export-experiment", str(written)]) == 0
    assert read_experiment(written) == session.experiment


def test_words_that_a_shell_would_split_are_quoted():
    session = a_session(model_file=Path("/models/my model.json"), saved_model=MODEL)
    assert "--model '/models/my model.json'" in command_line(session, Path("/")).text or "'models/my model.json'" in (
        command_line(session, Path("/")).text
    )


def test_files_of_several_folders_are_named_one_by_one():
    table = some_data().train
    data = Data(train=replace(table, images="/elsewhere/X.tsv"))
    assert command_line(a_session(data=data), Path("/data")).words[2:6] == (
        "--data",
        "/elsewhere/X.tsv",
        "--data",
        "y_train.tsv.gz",
    )


def test_what_the_command_cannot_say_is_said_beside_it():
    training = Training(optimizer=Adam(beta_1=0.5))
    session = a_session(training=training, data=replace(some_data(), augmentation=Augmentation(shift=0.1)))
    command = command_line(session, Path("/"))
    assert set(command.unsaid) == {"augmentation"}
    assert "no option for augmentation" in what_is_unsaid(session, command)
    assert command.words[command.words.index("--optimizer") + 1] == "adam(beta_1=0.5)"


def test_what_no_path_says_about_the_sources_is_said_beside_it():
    first, second = Source(images="/a/one.csv"), Source(images="/b/two.csv")
    assert data_command(Data(train=first), Path("/")).unsaid == ()
    assert data_command(Data(train=first, validate=second), Path("/")).unsaid == ("which file is what",)
    assert data_command(Data(train=first, test=second), Path("/")).unsaid == ("which file is what",)
    assert data_command(Data(train=replace(first, format="list")), Path("/")).unsaid == ("the format of train",)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"size": (28, 30), "fit": "pad", "skip_damaged": True, "colour": "grey"},
        {"header": "no", "delimiter": "tab", "label_column": "none", "columns": "1-784"},
        {"split": "group", "groups": "/somewhere/else/groups.tsv", "test_share": 0.1},
        {"folds": 5, "fold": 2, "first_per_class": 20, "class_weights": "1=2, 0=0.5", "scale": "standard"},
    ],
)
def test_every_setting_of_the_data_is_an_option_of_the_command(tmp_path, few_digits: Data, settings):
    data = replace(few_digits, **settings)
    session = Session(model=MODEL, data=data, model_file=tmp_path / "m.json", saved_model=MODEL)
    write_model(MODEL, tmp_path / "m.json")
    command, asked = command_line(session, Path("/nowhere")), tmp_path / "asked.json"
    assert run_command([*command.words[1:], "--export-experiment", str(asked)]) == 0
    assert read_experiment(asked).data == data


def test_the_command_that_looks_at_the_data_has_the_settings_that_say_how_they_are_read():
    data = replace(some_data(), header="no", skip_damaged=True, scale="unit")
    words = data_command(data, Path("/")).words
    assert words == ("cnn-tui", "data", "info", "data", "--header", "no", "--skip-damaged")


def test_a_model_that_is_in_no_file_has_to_be_saved():
    session = a_session()
    edited = session.with_model(session.model.without(0))
    assert "2 Model saves it" in what_is_unsaid(edited, command_line(edited, Path("/")))


def test_a_shipped_model_is_named_by_its_file():
    session = a_session()
    command = command_line(session, shipped("models").parent)
    assert command.words[command.words.index("--model") + 1] == "models/galaxy_cnn.json"
    assert not what_is_unsaid(session, command)


def test_the_plan_tells_size_epochs_and_what_is_held_out():
    words = plan(a_session(training=Training(epochs=1_000)))
    assert "30,634 parameters" in words
    assert "1,000 epochs in batches of 500" in words
    assert "20% of the training rows held out" in words
