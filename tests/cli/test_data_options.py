"""Options for data: one for each setting, standard input, predictions of any format, downloads."""

import json
import os
import subprocess
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from PIL import Image

from cnn_tui.cli.settings_options import option_name
from cnn_tui.runs.run import Run
from cnn_tui.shipped import shipped
from cnn_tui.spec.data import Data, Reading
from cnn_tui.spec.fields import fields
from tests.cli.conftest import Said

READING = [option_name(one.name) for one in fields(Reading)]
TYPED = {
    "header": "no",
    "delimiter": "comma",
    "encoding": "latin-1",
    "label_column": "last",
    "columns": "1-784",
    "size": "28x28",
    "fit": "pad",
    "interpolation": "nearest",
    "colour": "grey",
    "scale": "standard",
    "split": "stratified",
    "validation": "0.1",
    "test_share": "0.3",
    "folds": "5",
    "fold": "2",
    "groups": "groups.txt",
    "first_per_class": "7",
    "class_weights": "balanced",
    "exclude": "marks.csv",
    "targets": "classes",
}
"""A value for each setting that is not its default, as it is typed."""


@pytest.mark.parametrize("command", [("data", "info"), ("predict",), ("evaluate",), ("train",)])
def test_every_setting_of_reading_is_an_option(command: tuple[str, ...], say: Said):
    out = say(*command, "--help")[1]
    assert [option for option in READING if f" {option} " not in out] == []


def test_train_takes_every_setting_of_data_and_changes_an_experiment(say: Said, few_digits: Data, tmp_path: Path):
    offered = [one for one in fields(Data) if one.kind not in ("part", "flag")]
    assert set(TYPED) == {one.name for one in offered}
    data = ["--data", Path(few_digits.train.images).parent, "--model", shipped("models/galaxy_cnn.json")]
    assert say("train", *data, "--export-experiment", "plain.json")[0] == 0
    words = [word for one in offered for word in (option_name(one.name), TYPED[one.name])]
    code, _, err = say("train", "plain.json", *words, "--skip-damaged", "--export-experiment", "asked.json")
    assert (code, err) == (0, "")
    plain, asked = (json.loads((tmp_path / name).read_text())["data"] for name in ("plain.json", "asked.json"))
    assert asked["skip_damaged"] is True
    assert asked["groups"] == str(tmp_path / "groups.txt")
    assert [name for name in TYPED if asked[name] == plain.get(name)] == []
    assert say("train", "asked.json", "--folds", "none", "--export-experiment", "again.json")[0] == 0
    assert json.loads((tmp_path / "again.json").read_text())["data"].get("folds") is None


def through(words: list[object], sent: bytes, folder: Path) -> subprocess.CompletedProcess[bytes]:
    """A command in a process of its own, with something sent into it."""
    command = [sys.executable, "-m", "cnn_tui", *map(str, words)]
    return subprocess.run(command, input=sent, capture_output=True, cwd=folder, env={**os.environ}, check=False)


def test_standard_input_is_a_file_like_any_other(say: Said, run: Run, few_digits: Data, tmp_path: Path):
    assert few_digits.test
    done = through(["data", "one-hot", "-", "-"], b"1\n0\n", tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"0\t1\n1\t0\n", b"")

    images = Path(few_digits.test.images)
    assert say("predict", run.path, images, "-o", "predictions.tsv")[0] == 0
    done = through(["predict", run.path, "-", "-o", "-"], images.read_bytes(), tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == (tmp_path / "predictions.tsv").read_bytes()

    (tmp_path / "table.csv").write_text("cat,1,2\ndog,3,4\ncat,5,6\n")
    done = through(["data", "info", "-", "--json"], (tmp_path / "table.csv").read_bytes(), tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode() == say("data", "info", "table.csv", "--json")[1]

    done = through(["data", "info", "-"], b"", tmp_path)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.startswith(b"standard input: is empty.")
    done = through(["data", "info", "-", "-"], b"", tmp_path)
    assert done.stderr == b"Standard input was given twice. Give one of the two as a file.\n"


def test_pictures_are_predicted_as_the_same_pixels_in_a_table(say: Said, run: Run, few_digits: Data, tmp_path: Path):
    assert few_digits.test
    pixels = np.loadtxt(few_digits.test.images, np.uint8)[:12].reshape(-1, 28, 28)
    (tmp_path / "pictures").mkdir()
    for number, image in enumerate(pixels):
        Image.fromarray(image).save(tmp_path / f"pictures/{number}.png")
    np.savez(tmp_path / "arrays.npz", x_train=pixels[:1], x_test=pixels, y_train=[0], y_test=range(12))
    np.savetxt(tmp_path / "table.csv", pixels.reshape(12, -1), "%d", ",")
    code, out, err = say("predict", run.path, "table.csv", "--json")
    assert (code, err) == (0, "")
    table = json.loads(out)
    assert set(table) == {"images", "classes", "predictions"}
    assert [set(one) for one in table["predictions"]] == [{"row", "predicted", "probability"}] * 12
    for other in ("pictures", "arrays.npz", "arrays.npz::x_test"):
        answer = json.loads(say("predict", run.path, other, "--json")[1])["predictions"]
        assert [one["predicted"] for one in answer] == [one["predicted"] for one in table["predictions"]], other
    named = json.loads(say("predict", run.path, "pictures", "--json", "--probabilities")[1])["predictions"]
    assert [one["name"] for one in named] == [f"{number}.png" for number in range(12)]
    assert all(max(one["probabilities"]) == one["probability"] for one in named)
    (alone,) = json.loads(say("predict", run.path, "pictures/3.png", "--json")[1])["predictions"]
    assert alone["predicted"] == table["predictions"][3]["predicted"]


def test_a_single_file_is_evaluated_itself_and_a_folder_by_its_test(say: Said, run: Run, few_digits: Data):
    folder = Path(few_digits.train.images).parent
    asked = {
        path: json.loads(say("evaluate", run.path, "--data", path, "--json")[1])["images"]
        for path in (folder, folder / "X_train.tsv", folder / "X_test.tsv")
    }
    assert list(asked.values()) == [100, 400, 100]


@pytest.fixture
def url(tmp_path: Path):
    """A server of the files in a folder of its own."""
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / "digits.csv").write_text("0,1\n")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *words: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/digits.csv"
        server.shutdown()
        thread.join()


def test_a_download_says_where_it_is_and_what_goes_on(say: Said, url: str):
    code, out, err = say("data", "fetch", url)
    path, go_on = out.splitlines()
    assert (code, err, Path(path).read_text()) == (0, "", "0,1\n")
    assert go_on == f"To go on: cnn-tui data info {path}"
    answer = json.loads(say("data", "fetch", url, "--json")[1])
    assert answer == {"path": path, "files": [path], "next": go_on.removeprefix("To go on: ")}
    code, out, err = say("data", "fetch", url, "--max-bytes", 3)
    assert (code, Path(path).exists()) == (0, True)  # what is there is not weighed again


def test_ctrl_c_ends_a_reading_with_130(say: Said, few_digits: Data, monkeypatch: pytest.MonkeyPatch):
    def interrupted(*words: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cnn_tui.cli.progress.Bar.tell", interrupted)
    code, out, err = say("data", "info", Path(few_digits.train.images).parent)
    assert (code, out, err) == (130, "", "")
