"""`predict` with names, top and labels, and `evaluate --save`: as people and scripts use them."""

import json
from pathlib import Path

import numpy as np
import pytest

from cnn_tui.results.export import ENDINGS
from cnn_tui.runs.run import Run
from cnn_tui.spec.data import Data
from tests.cli.conftest import Said

NAMES = "zero,one,two,three,four,five,six,seven,eight,nine"


@pytest.fixture
def images(few_digits: Data) -> str:
    assert few_digits.test
    return few_digits.test.images


@pytest.fixture
def labels(few_digits: Data) -> str:
    assert few_digits.test
    assert few_digits.test.labels
    return few_digits.test.labels


def test_names_take_the_place_of_classes_in_both_layouts(say: Said, run: Run, images: str, tmp_path: Path):
    (tmp_path / "names.txt").write_text(NAMES.replace(",", "\n") + "\n")
    assert say("predict", run.path, images, "-o", "plain.tsv")[0] == 0
    for given in (NAMES, "names.txt"):
        assert say("predict", run.path, images, "-o", "named.tsv", "--classes", given)[0] == 0
        plain, named = ((tmp_path / name).read_text().splitlines() for name in ("plain.tsv", "named.tsv"))
        assert named[0] == plain[0] == "Predicted"
        assert [NAMES.split(",")[int(row)] for row in plain[1:]] == named[1:]
    say("predict", run.path, images, "-o", "shares.tsv", "--classes", NAMES, "--probabilities")
    assert (tmp_path / "shares.tsv").read_text().splitlines()[0].split("\t") == NAMES.split(",")


def test_the_likeliest_three_are_written_and_printed(say: Said, run: Run, images: str, tmp_path: Path):
    code, out, err = say("predict", run.path, images, "--json", "--top", 3, "-o", "top.tsv")
    assert code == 0, err
    first = json.loads(out)["predictions"][0]
    held = np.load(run.predictions_file)["probabilities"][0]
    assert [one["class"] for one in first["top"]] == [str(place) for place in np.argsort(-held, kind="stable")[:3]]
    header, row = (tmp_path / "top.tsv").read_text().splitlines()[:2]
    assert header.split("\t")[:3] == ["Predicted", "probability", "choice 2"]
    assert row.split("\t")[::2] == [one["class"] for one in first["top"]]


def test_with_labels_it_is_evaluated_as_evaluate_does(say: Said, run: Run, images: str, labels: str):
    expected = json.loads(say("evaluate", run.path, "--json")[1])
    code, out, err = say("predict", run.path, images, "--labels", labels, "--json")
    assert code == 0, err
    answer = json.loads(out)
    assert answer["evaluation"]["confusion"] == expected["confusion"]
    assert answer["evaluation"]["accuracy"] == expected["accuracy"]
    assert "label" in answer["predictions"][0]
    _, out, err = say("predict", run.path, images, "--labels", labels, "-o", "a.tsv")
    assert err.startswith(f"accuracy {expected['accuracy']:.4f}, loss ")
    assert out == ""


def test_labels_that_lie_in_the_folder_count_too(say: Said, run: Run, images: str):
    answer = json.loads(say("predict", run.path, Path(images).parent, "--json")[1])
    assert answer["evaluation"]["images"] == 100


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--classes", "a,b"), "--classes: holds 2 class names but the model has 10 classes."),
        (("--labels", "gone.tsv"), "gone.tsv: there is no such file"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(say: Said, run: Run, images: str, words, sentence):
    code, out, err = say("predict", run.path, images, "-o", "a.tsv", *words)
    assert (code, out) == (1, "")
    assert err.startswith(sentence)
    assert not Path("a.tsv").exists()


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_evaluation_is_saved_as_every_kind_of_file(say: Said, run: Run, tmp_path: Path, ending: str):
    if ending in (".png", ".svg", ".pdf"):
        pytest.importorskip("matplotlib")
    code, out, err = say("evaluate", run.path, "--json", "--save", f"out{ending}")
    assert code == 0, err
    assert json.loads(out)["images"] == 100
    assert (tmp_path / f"out{ending}").stat().st_size > 100


def test_the_report_holds_the_worst_mistakes_and_of_other_data_only_numbers(
    say: Said, run: Run, images: str, tmp_path: Path
):
    say("evaluate", run.path, "--save", "own.html")
    assert (tmp_path / "own.html").read_text().count("data:image/png;base64,") == 24
    say("evaluate", run.path, "--data", Path(images).parent, "--save", "other.html")
    assert "data:image/png" not in (tmp_path / "other.html").read_text()


def test_an_unknown_ending_is_refused_before_anything_is_computed(say: Said, run: Run):
    code, out, err = say("evaluate", run.path, "--save", "a.docx")
    assert (code, out) == (1, "")
    assert err.startswith("a.docx: ends in .docx, which says no kind of file. End it in .html, ")
