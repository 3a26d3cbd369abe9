"""The commands as people and scripts use them: answers, exit codes, one sentence for every mistake."""

import gzip
import json
import os
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from cnn_tui import __version__
from cnn_tui.runs.run import Run
from cnn_tui.shipped import shipped
from cnn_tui.spec.data import Data
from cnn_tui.spec.experiment import Experiment, dump_experiment
from cnn_tui.text import clean
from tests.cli.conftest import Said


def folder_of(data: Data) -> Path:
    return Path(data.train.images).parent


def test_the_tutorial_ends_with_one_document(say: Said, few_digits: Data, tmp_path: Path):
    code, out, err = say(
        "tutorial", "--data", folder_of(few_digits), "--scale", "unit", "--epochs", 2, "--runs", tmp_path, "--json"
    )
    assert code == 0, err
    answer = json.loads(out)
    assert answer["state"] == "done"
    assert answer["parameters"] == 30_634
    assert [epoch["epoch"] for epoch in answer["epochs"]] == [1, 2]
    assert set(answer) >= {
        "accuracy",
        "loss",
        "confusion",
        "classes",
        "per_class",
        "images_per_second",
        "images",
        "run",
    }
    assert "epoch 2/2" in err


def test_scores_are_scikit_learns(say: Said, run: Run):
    _, out, _ = say("evaluate", run.path, "--json")
    answer = json.loads(out)
    held = np.load(run.predictions_file)
    predicted = held["probabilities"].argmax(axis=1)
    numbers = list(range(len(answer["classes"])))
    assert answer["confusion"] == confusion_matrix(held["labels"], predicted, labels=numbers).tolist()
    theirs = precision_recall_fscore_support(held["labels"], predicted, labels=numbers, zero_division=0)
    ours = [[one[key] for one in answer["per_class"]] for key in ("precision", "recall", "f1", "support")]
    assert np.allclose(ours, theirs)


def test_predictions_have_galaxys_layout(say: Said, run: Run, few_digits: Data, tmp_path: Path):
    images = few_digits.test and few_digits.test.images
    assert say("predict", run.path, images, "-o", "predictions.tsv")[0] == 0
    lines = (tmp_path / "predictions.tsv").read_text().splitlines()
    held = np.load(run.predictions_file)
    assert lines == ["Predicted", *(str(label) for label in held["probabilities"].argmax(axis=1))]

    assert say("predict", run.weights_file, images, "-o", "shares.tsv", "--probabilities")[0] == 0
    header, *rows = (tmp_path / "shares.tsv").read_text().splitlines()
    assert header.split("\t") == [str(digit) for digit in range(10)]
    assert np.allclose([list(map(float, row.split("\t"))) for row in rows], held["probabilities"], atol=1e-6)


def test_evaluation_on_the_same_data_is_the_runs_own(say: Said, run: Run, few_digits: Data):
    stored = json.loads(say("evaluate", run.path, "--json")[1])
    anew = json.loads(say("evaluate", run.path, "--data", folder_of(few_digits), "--json")[1])
    assert anew["confusion"] == stored["confusion"]
    assert anew["loss"] == pytest.approx(stored["loss"], rel=1e-5)


def test_an_evaluation_that_is_gone_is_made_anew(say: Said, run: Run):
    stored = json.loads(say("evaluate", run.path, "--json")[1])
    run.evaluation_file.unlink()
    anew = json.loads(say("evaluate", run.path, "--json")[1])
    assert anew["confusion"] == stored["confusion"]
    assert run.evaluation_file.exists()


def test_what_is_read_is_never_replaced(say: Said, run: Run, few_digits: Data, tmp_path: Path):
    assert few_digits.test
    images, labels = tmp_path / "X.tsv", tmp_path / "y.tsv"
    shutil.copy(few_digits.test.images, images)
    shutil.copy(few_digits.test.labels or "", labels)
    before = images.read_bytes(), labels.read_bytes()
    for words in (("predict", run.path, images, "-o", images), ("data", "one-hot", labels, labels)):
        code, _, err = say(*words)
        assert code == 1
        assert "would be replaced by what is made of it. Give the result another name." in err
    assert (images.read_bytes(), labels.read_bytes()) == before


def test_a_result_named_gz_is_zipped(say: Said, tmp_path: Path):
    (tmp_path / "y.tsv").write_text("0\n1\n")
    assert say("data", "one-hot", "y.tsv", "out.tsv.gz")[0] == 0
    assert gzip.decompress((tmp_path / "out.tsv.gz").read_bytes()) == b"1\t0\n0\t1\n"


def test_a_full_output_is_told_in_a_sentence(runs: Path):
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    with full.open("w") as out:
        words = [sys.executable, "-m", "cnn_tui", "runs", "--runs", str(runs)]
        done = subprocess.run(words, stdout=out, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "The output: No space left on device.\n")


def test_a_terminal_without_our_signs_gets_others(runs: Path, run: Run):
    words = [sys.executable, "-m", "cnn_tui", "evaluate", str(run.path)]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(words, capture_output=True, env=environment, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_runs_are_listed_for_people_and_for_scripts(say: Said, runs: Path, run: Run):
    code, out, _ = say("runs", "--runs", runs, "--json")
    (listed,) = json.loads(out)
    assert code == 0
    assert (listed["name"], listed["state"], listed["epoch"], listed["pid"]) == (run.name, "done", 3, None)
    assert run.name in say("runs", "--runs", runs)[1]
    assert "There are no runs" in say("runs", "--runs", runs / "none")[1]


def test_attach_shows_the_whole_history(say: Said, run: Run):
    code, out, err = say("attach", run.path)
    assert code == 0
    assert [f"epoch {number}/3" in err for number in (1, 2, 3)] == [True] * 3
    assert "recall" in out


def test_train_says_a_line_an_epoch_and_the_document_last(say: Said, experiment: Experiment, tmp_path: Path):
    (tmp_path / "asked.json").write_text(dump_experiment(experiment))
    code, out, _ = say("train", "asked.json", "--epochs", 1, "--runs", tmp_path / "r", "--json")
    epoch, answer = map(json.loads, out.splitlines())
    assert (code, epoch["epoch"], answer["state"]) == (0, 1, "done")


def test_an_exported_experiment_is_what_would_be_trained(say: Said, few_digits: Data, tmp_path: Path):
    model = shipped("models/galaxy_cnn.json")
    words = ["train", "--data", folder_of(few_digits), "--model", model, "--epochs", 4, "--learning-rate", 0.01]
    assert say(*words, "--export-experiment", "asked.json")[0] == 0
    asked = json.loads((tmp_path / "asked.json").read_text())
    assert asked["training"]["epochs"] == 4
    assert asked["training"]["optimizer"]["learning_rate"] == 0.01
    assert asked["model"]["config"]["layers"][1]["class_name"] == "Reshape"
    assert [path.name for path in tmp_path.iterdir()] == ["asked.json"]


def test_a_model_is_shown_layer_by_layer(say: Said):
    code, out, _ = say("model", "show", shipped("models/galaxy_cnn.json"), "--json")
    answer = json.loads(out)
    assert (code, answer["parameters"], len(answer["layers"])) == (0, 30_634, 7)
    assert answer["layers"][1] == {
        "layer": "Conv2D",
        "name": "conv2d",
        "enabled": True,
        "input_shape": [28, 28, 1],
        "output_shape": [28, 28, 64],
        "weights": {"kernel": [3, 3, 1, 64], "bias": [64]},
        "parameters": 640,
        "trainable_parameters": 640,
        "macs": 451_584,
        "activation_values": 50_176,
        "receptive_field": [3, 3],
        "formula": "(28−3+2)/1+1 = 28",
        "problem": None,
    }
    smaller = json.loads(say("model", "show", shipped("models/galaxy_cnn.json"), "--json", "--input", "10,10,1")[1])
    assert smaller["problems"][0].startswith("Reshape #1: target 28x28x1 holds 784 values but it gets 100.")


def test_data_is_described(say: Said, few_digits: Data):
    code, out, _ = say("data", "info", folder_of(few_digits), "--json")
    answer = json.loads(out)
    assert code == 0
    assert (answer["images"], answer["shape"], answer["dtype"], len(answer["classes"])) == (400, [784], "uint8", 10)
    assert sum(answer["counts"]) == 400
    assert answer["problems"] == []
    assert "10 classes" in say("data", "info", folder_of(few_digits))[1]


def test_the_problems_of_data_are_told_to_people_and_to_scripts(say: Said, tmp_path: Path):
    (tmp_path / "X.csv").write_text("1,2\n3,4\n1,2\n5,6\n")
    (tmp_path / "y.csv").write_text("cat\ndog\nCat\ndog\n")
    problems = json.loads(say("data", "info", ".", "--json")[1])["problems"]
    assert len(problems) > 1
    assert all(set(one) == {"kind", "sentence", "remedy", "count", "part", "rows"} for one in problems)
    shown = say("data", "info", ".")[1]
    assert all(one["sentence"] in shown and one["remedy"] in shown for one in problems)


def test_labels_become_one_hot(say: Said, tmp_path: Path):
    (tmp_path / "y.tsv").write_text("1\n2\n3\n")
    assert say("data", "one-hot", "y.tsv", "out.tsv")[0] == 0
    assert (tmp_path / "out.tsv").read_text() == "0\t1\t0\t0\n0\t0\t1\t0\n0\t0\t0\t1\n"


def changed(source: Path, target: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    lines = (gzip.decompress(source.read_bytes()) if source.suffix == ".gz" else source.read_bytes()).splitlines(True)
    target.write_bytes(b"".join(change(lines)))


def with_word(lines: list[bytes]) -> list[bytes]:
    cells = lines[203].split(b"\t")
    return [*lines[:203], b"\t".join([*cells[:16], b"six", *cells[17:]]), *lines[204:]]


def ragged(lines: list[bytes]) -> list[bytes]:
    return [*lines[:7], lines[7].rpartition(b"\t")[0] + b"\n", *lines[8:]]


BAD_DATA = {
    "a word among the pixels": ("X_train.tsv", with_word, "X_train.tsv, line 204: column 17 holds"),
    "a ragged row": ("X_train.tsv", ragged, "X_train.tsv, line 8: "),
    "an empty file": ("X_train.tsv", lambda lines: [], "X_train.tsv"),
    "a label too few": (
        "y_train.tsv",
        lambda lines: lines[:-1],
        "y_train.tsv: has 399 labels but X_train.tsv has 400 rows.",
    ),
    "a label outside the classes": ("y_test.tsv", lambda lines: [b"12\n", *lines[1:]], "y_test.tsv, line 1: "),
}


@pytest.mark.parametrize(("file", "change", "words"), BAD_DATA.values(), ids=BAD_DATA)
def test_bad_data_gets_one_sentence_and_leaves_nothing(
    file: str, change: Callable[[list[bytes]], list[bytes]], words: str, say: Said, few_digits: Data, tmp_path: Path
):
    shutil.copytree(folder_of(few_digits), tmp_path / "bad")
    changed(folder_of(few_digits) / file, tmp_path / "bad" / file, change)
    code, out, err = say("tutorial", "--data", "bad")
    assert (code, out) == (1, "")
    assert err.startswith(words)
    assert err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["bad"]


def model_with(tmp_path: Path, index: int, **settings: object) -> Path:
    document = json.loads(shipped("models/galaxy_cnn.json").read_text())
    document["config"]["layers"][index]["config"] |= settings
    path = tmp_path / "model.json"
    path.write_text(json.dumps(document))
    return path


BAD_MODELS = {
    "a kernel that is too large": (
        4,
        {"kernel_size": [15, 15]},
        "Conv2D #4: kernel 15 is larger than its 14x14 input.",
    ),
    "9 units for 10 classes": (7, {"units": 9}, "Dense #7: gives 9 values but the data has 10 classes. Use units 10."),
    "no filters": (2, {"filters": 0}, "Conv2D #2: filters 0 is less than 1."),
}


@pytest.mark.parametrize(("index", "settings", "words"), BAD_MODELS.values(), ids=BAD_MODELS)
def test_a_model_that_does_not_fit_gets_one_sentence(
    index: int, settings: dict, words: str, say: Said, few_digits: Data, tmp_path: Path
):
    model = model_with(tmp_path, index, **settings)
    code, out, err = say("train", "--data", folder_of(few_digits), "--model", model)
    assert (code, out) == (1, "")
    assert err.startswith(words)
    assert [path.name for path in tmp_path.iterdir()] == ["model.json"]


BAD_WORDS = {
    ("train",): (1, "There is nothing to train. Give an EXPERIMENT, or both --data and --model."),
    ("train", "gone.json"): (1, "gone.json: there is no such file."),
    ("tutorial", "--data", "gone"): (1, "gone: "),
    ("tutorial", "--epochs", "0"): (1, "the training: epochs 0 is less than 1."),
    ("tutorial", "--scale", "half"): (1, 'the data: scale is "half". Use none, unit or standard.'),
    ("tutorial", "--preset", "x"): (1, '--preset: there is no preset "x". Use text or workflow.'),
    ("attach", "gone"): (1, "gone: there is no run here."),
    ("evaluate", "gone"): (1, "gone: there is no run here."),
    ("predict", "gone", "x.tsv", "-o", "y.tsv"): (1, "gone: there is no run here."),
    ("model", "show", "gone.json"): (1, "gone.json: there is no such file."),
    ("model", "show", "\x1b[2Jgone.json"): (1, r"\x1b[2Jgone.json: there is no such file."),
    ("data", "info", "[b]gone"): (1, "[b]gone: "),
    ("trian",): (1, 'There is no command, file or folder "trian". Did you mean "train"?'),
    ("./gone-file",): (1, "gone-file: there is no such file or folder."),
    ("data", "info", "x", "--header", "perhaps"): (1, '--header: header is "perhaps". Use auto, yes or no.'),
    ("data", "info", "x", "--size", "0x5"): (1, "--size: size 0 is less than 1."),
    ("predict", "r", "x", "-o", "y", "--fit", "crob"): (1, '--fit: fit is "crob". Did you mean "crop"?'),
    ("evaluate", "r", "--colour", "blue"): (1, '--colour: colour is "blue". Use auto, grey, rgb or rgba.'),
    ("train", "--validation", "1.5"): (1, "--validation: validation 1.5 is not below 1."),
    ("train", "--folds", "five"): (1, '--folds: folds is "five". Use a whole number from 2 to 1,000.'),
    ("data", "fetch", "mnits"): (1, 'There is no data of the name "mnits". Did you mean "mnist"?'),
    ("data", "fetch", "file:///etc/passwd"): (1, "file:///etc/passwd: is not a URL that can be fetched."),
    ("predict", "r", "x"): (2, "Usage:"),
    ("predict", "r", "x", "--json", "-o", "-"): (2, "Usage:"),
    ("train", "--epochs", "many"): (2, "Usage:"),
    ("train", "--bogus"): (2, "Usage:"),
    ("model", "shew"): (2, "Usage:"),
}


@pytest.mark.parametrize(("words", "expected"), BAD_WORDS.items(), ids=[" ".join(map(ascii, key)) for key in BAD_WORDS])
def test_wrong_words_get_a_sentence_and_an_exit_code(
    words: tuple[str, ...], expected: tuple[int, str], say: Said, tmp_path: Path
):
    code, out, err = say(*words)
    assert (code, out) == (expected[0], "")
    assert err.startswith(expected[1])
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


HOSTILE = ("\x1b[31mred\x07", "[/]", "[@click=app.quit]x[/]")


def test_foreign_names_and_labels_are_shown_as_text(say: Said, few_digits: Data, tmp_path: Path):
    folder = tmp_path / "\x1b[31m[red]data"
    shutil.copytree(folder_of(few_digits), folder)
    for part in ("train", "test"):
        labels = (folder / f"y_{part}.tsv").read_text().splitlines()
        (folder / f"y_{part}.tsv").write_text("".join(f"{HOSTILE[int(label) % 3]}\n" for label in labels))
    model = model_with(tmp_path, 7, units=3)
    said = [
        say("data", "info", folder),
        say("train", "--data", folder, "--model", model, "--epochs", 1, "--runs", "r", "--name", "\x1b[2J[/]"),
        say("evaluate", next(Path("r").iterdir())),
        say("runs", "--runs", "r"),
        say("predict", next(Path("r").iterdir()), folder / "X_test.tsv", "-o", folder / "gone" / "\x1b[2J.tsv"),
    ]
    assert [code for code, _, _ in said] == [0, 0, 0, 0, 1]
    for _, out, err in said:
        foreign = [one for one in out + err if unicodedata.category(one) in {"Cc", "Cf"} and one != "\n"]
        assert not foreign
    assert all(clean(name, 12) in said[2][1] for name in HOSTILE)


def test_the_version_is_said(say: Said):
    assert say("--version")[:2] == (0, f"{__version__}\n")


def test_without_a_terminal_the_application_points_to_the_commands(say: Said):
    code, _, err = say("demo")
    assert code == 1
    assert "needs a terminal" in err
