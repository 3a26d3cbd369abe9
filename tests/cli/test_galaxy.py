"""From a Galaxy workflow file to its network, its training, and its results in Galaxy's layouts."""

import json
import re
import shlex
from pathlib import Path

import pytest

from cnn_tui.results.evaluation import read_evaluation
from cnn_tui.runs.run import Run
from cnn_tui.shipped import shipped
from cnn_tui.spec.experiment import Experiment, read_experiment
from cnn_tui.spec.model_file import read_model
from tests import ROOT, SHARED
from tests.cli.conftest import Said

PAGE = ROOT / "docs" / "galaxy.md"
TUTORIAL = SHARED / "fixtures" / "galaxy" / "Intro_To_CNN.ga"


@pytest.fixture
def workflow() -> Path:
    if not TUTORIAL.exists():
        pytest.skip("the files of Galaxy are not here")
    return TUTORIAL


def test_a_workflow_becomes_a_model_file_and_what_has_no_meaning_here_is_said(
    say: Said, workflow: Path, tmp_path: Path
):
    code, out, err = say("model", "convert", workflow, "model.json")
    assert (code, out) == (0, "")
    assert read_model(tmp_path / "model.json").layers == read_model(shipped("models/galaxy_cnn_workflow.json")).layers
    assert "step 6, To categorical: labels are read as they are" in err
    assert "7 layers, 27,114 parameters" in err
    code, _, err = say("model", "convert", workflow, "model.json")
    assert code == 1
    assert "exists already" in err


@pytest.mark.parametrize(
    "file", ["galaxy/tutorial_cnn.json", "galaxy/fitted.h5mlm", "keras/tut.keras", "keras/tut_k3.json"]
)
def test_every_dialect_is_converted_to_the_one_that_all_read(say: Said, file: str, tmp_path: Path):
    if not (SHARED / "fixtures" / file).exists():
        pytest.skip("the files of Galaxy and Keras are not here")
    code, _, err = say("model", "convert", SHARED / "fixtures" / file, "model.json")
    assert code == 0, err
    assert "30,634 parameters" in err
    document = json.loads((tmp_path / "model.json").read_text())
    assert document["config"]["layers"][0]["config"]["batch_input_shape"] == [None, 784]


def test_what_another_program_will_not_read_is_said(say: Said, tmp_path: Path):
    code, _, err = say("model", "convert", shipped("models/galaxy_cnn.json"), "model.json")
    assert (code, err.count("!")) == (0, 0)
    text = (tmp_path / "model.json").read_text().replace('"relu"', '"mish"')
    (tmp_path / "mish.json").write_text(text)
    _, _, err = say("model", "convert", "mish.json", "out.json")
    assert "! Conv2D #2: Galaxy's Keras 2.10 does not know the activation mish." in err


def test_a_workflow_is_trained_on_other_files(say: Said, workflow: Path, experiment: Experiment, tmp_path: Path):
    train = Path(experiment.data.train.images).parent
    code, _, err = say("train", workflow, "--data", train, "--epochs", "1", "--export-experiment", "asked.json")
    assert code == 0, err
    asked = read_experiment(tmp_path / "asked.json")
    assert (asked.training.epochs, asked.training.batch_size, asked.data.validation) == (1, 500, 0.2)
    assert asked.data.test is not None
    code, _, err = say("train", workflow)
    assert code == 1
    assert "holds no data. Give --data" in err


def test_a_run_is_written_as_galaxys_tools_would(say: Said, run: Run, tmp_path: Path):
    pytest.importorskip("matplotlib")
    code, _, err = say("galaxy", run.path, "out")
    assert code == 0, err
    out = tmp_path / "out"
    evaluation = read_evaluation(run.evaluation_file)
    names, numbers = (line.split("\t") for line in (out / "result.tabular").read_text().splitlines())
    assert names == ["acc", "accuracy", "loss"]
    assert [float(one) for one in numbers] == [evaluation.confusion.accuracy] * 2 + [evaluation.loss]
    history = (out / "history.tabular").read_text().splitlines()
    assert history[0] == "epoch\tloss\tacc\tval_loss\tval_acc"
    assert len(history) == 1 + len(run.history().epochs)
    assert (out / "predicted.tabular").read_text().startswith("Predicted\n")
    for name in ("y_true", "y_preds", "predicted"):
        assert len((out / f"{name}.tabular").read_text().splitlines()) == 1 + evaluation.confusion.images
    assert (out / "confusion_matrix.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(("to", "name"), [("onnx", "m.onnx"), ("python", "m.py")])
def test_a_run_goes_to_other_programs(say: Said, run: Run, to: str, name: str, tmp_path: Path):
    if to == "onnx":
        pytest.importorskip("onnx")
    code, _, err = say("export", run.path, "--to", to, "-o", name)
    assert code == 0, err
    assert (tmp_path / name).stat().st_size > 1_000
    code, _, err = say("export", run.path, "-o", "m.json", "--bake-scaling")
    assert code == 1
    assert "json has no graph to put the scaling into" in err


def test_the_commands_of_the_page_about_galaxy_run_as_they_stand(
    say: Said, workflow: Path, experiment: Experiment, tmp_path: Path
):
    (block,) = re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL)
    (tmp_path / "Intro_To_CNN.ga").symlink_to(workflow)
    (tmp_path / "digits").symlink_to(Path(experiment.data.train.images).parent)
    lines = block.splitlines()
    assert len(lines) == 3
    for line in lines:
        code, _, err = say(*shlex.split(line)[1:])
        assert code == 0, (line, err)
    assert len(list((tmp_path / "results").iterdir())) >= 5
