"""Weights from elsewhere, and for elsewhere, by the commands of the page about files and in their mistakes."""

import json
import re
import shlex
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from cnn_tui.engine.build import Network
from cnn_tui.engine.export import export
from cnn_tui.engine.model_weights import About, Trained
from cnn_tui.engine.weights import initialize
from cnn_tui.runs.run import Run
from cnn_tui.shipped import shipped
from cnn_tui.spec.data import Data, Scaling
from cnn_tui.spec.model_file import read_model
from tests import ROOT, SHARED
from tests.cli.conftest import Said

PAGE = ROOT / "docs" / "files.md"
GALAXY = SHARED / "fixtures/galaxy"
needs_galaxy = pytest.mark.skipif(not GALAXY.exists(), reason="the files of Galaxy are not here")


def commands() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A network in the formats of others, as if it were not from here."""
    network = Network(read_model(shipped("models/galaxy_cnn.json")))
    initialize(network, 0)
    about = About(classes=tuple(map(str, range(10))), data_shape=(784,), scaling=Scaling(), epoch=0)
    for ending, to in ((".keras", "keras"), (".weights.h5", "weights-h5"), (".json", "json"), (".h5", "h5")):
        export(Trained(network, about), tmp_path / f"net{ending}", to)
    return tmp_path


@needs_galaxy
def test_the_commands_of_the_page_run(say: Said, elsewhere: Path, few_digits: Data):
    shutil.copytree(Path(few_digits.train.images).parent, elsewhere / "digits")
    for name in ("fitted.h5mlm", "X8.tsv"):
        shutil.copy(GALAXY / name, elsewhere / name)
    assert len(commands()) >= 10
    for command in commands():
        code, _, err = say(*shlex.split(command)[1:])
        assert code == 0, (command, err)
    assert (elsewhere / "predictions.tsv").exists()


@needs_galaxy
def test_galaxys_own_predictions_come_out_in_its_layout(say: Said, tmp_path: Path):
    assert say("predict", GALAXY / "fitted.h5mlm", GALAXY / "X8.tsv", "-o", "p.tsv")[0] == 0
    assert (tmp_path / "p.tsv").read_bytes() == (GALAXY / "predict8.tabular").read_bytes()


@needs_galaxy
def test_the_model_of_a_galaxy_file_is_written_as_json(say: Said, tmp_path: Path):
    code, _, err = say("model", "convert", GALAXY / "fitted.h5mlm", "model.json")
    assert code == 0, err
    assert json.loads(say("model", "show", "model.json", "--json")[1])["parameters"] == 30_634


def test_a_run_goes_to_other_programs_and_comes_back_with_the_same_answers(
    say: Said, run: Run, few_digits: Data, tmp_path: Path
):
    assert few_digits.test
    images = few_digits.test.images
    say("predict", run.path, images, "-o", "own.tsv", "--probabilities")
    for name in ("net.keras", "net.h5", "net.weights.h5", "net.safetensors"):
        assert say("export", run.path, "-o", name)[0] == 0
        code, _, err = say("predict", name, images, "-o", "back.tsv", "--probabilities")
        assert (code, err) == (0, "")
        assert (tmp_path / "back.tsv").read_bytes() == (tmp_path / "own.tsv").read_bytes()
    data = Path(images).parent
    own, back = (json.loads(say("evaluate", one, "--data", data, "--json")[1]) for one in (run.path, "net.keras"))
    assert {**own, "run": ""} == {**back, "run": ""}


def test_weights_of_torch_need_their_model_and_say_what_became_what(say: Said, elsewhere: Path, few_digits: Data):
    assert few_digits.test
    layers = torch.nn
    net = layers.Sequential(
        layers.Conv2d(1, 64, 3, padding=1), layers.Conv2d(64, 32, 3), layers.Flatten(), layers.Linear(1152, 10)
    )
    torch.save(net.state_dict(), elsewhere / "net.pt")
    images = few_digits.test.images
    code, _, err = say("predict", "net.pt", images, "-o", "p.tsv")
    assert (code, err) == (
        1,
        "net.pt: holds weights but no model. Give its model too, with --model MODEL.json.\n",
    )
    code, _, err = say("predict", "net.pt", images, "-o", "p.tsv", "--model", "net.json")
    assert code == 0
    assert "net.pt: dense.kernel is 3.weight\n" in err


def test_the_scale_is_said_for_weights_from_elsewhere_only(say: Said, elsewhere: Path, run: Run, few_digits: Data):
    assert few_digits.test
    images = np.loadtxt(few_digits.test.images, np.float32, delimiter="\t")
    np.save(elsewhere / "unit.npy", images / 255)
    say("predict", "net.keras", "unit.npy", "-o", "a.tsv", "--probabilities")
    say("predict", "net.keras", few_digits.test.images, "-o", "b.tsv", "--probabilities", "--scale", "unit")
    ours, theirs = (np.loadtxt(elsewhere / name, skiprows=1) for name in ("a.tsv", "b.tsv"))
    assert np.abs(ours - theirs).max() < 1e-6
    _, _, err = say("predict", run.path, "unit.npy", "-o", "a.tsv", "--scale", "unit")
    assert err == "model.safetensors: says itself how pixels are scaled. Leave --scale out.\n"
    _, _, err = say("predict", "net.keras", "unit.npy", "-o", "a.tsv", "--scale", "huge")
    assert err == '--scale: "huge" is no scale. Use none or unit.\n'


SENTENCES = {
    "export net.keras -o net.keras": "net.keras: would be replaced by what is made of it. Give the result another name.",
    "export net.keras -o net.foo": "net.foo: its name says no format. Say --to keras, h5, weights-h5, safetensors",
    "export net.keras -o x --to keraz": '--to: there is no format "keraz". Did you mean "keras"?',
    "export net.keras -o none/x.keras": "x.keras: cannot be written: No such file or directory.",
    "evaluate net.keras": "net.keras: there is nothing to test it on. Give labelled images with --data.",
    "predict net.json x -o y": "net.json: is no file of weights. Weights come in .safetensors, .keras, .h5,",
}


@pytest.mark.parametrize("command", SENTENCES)
def test_mistakes_get_a_sentence(command: str, say: Said, elsewhere: Path):
    code, out, err = say(*shlex.split(command))
    assert (code, out) == (1, "")
    assert err.startswith(SENTENCES[command])
