"""A run that predicts numbers, taken away: every kind of file, from a real run; and evaluated by the command line."""

import csv
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from cnn_tui.cli.main import run as run_command
from cnn_tui.engine.run_report import export_run
from cnn_tui.results.final_scores import read_final_scores
from cnn_tui.results.numbers import Numbers, read_numbers
from cnn_tui.runs.run import Run
from tests.discs import a_run_of_numbers


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return a_run_of_numbers(tmp_path_factory.mktemp("three"), numbers=3, epochs=3)


@pytest.fixture
def numbers(run: Run) -> Numbers:
    found = read_numbers(run.scores_file, run.predictions_file)
    assert found
    return found


def written(run: Run, path: Path) -> str:
    export_run(run.path, path, lambda share: None)
    return path.read_text()


def test_the_table_holds_every_image(run: Run, numbers: Numbers, tmp_path: Path):
    header, *rows = csv.reader(written(run, tmp_path / "numbers.csv").splitlines())
    assert header[:4] == ["row", "true radius", "predicted radius", "error radius"]
    assert len(rows) == 100
    values = np.array(rows, float)
    np.testing.assert_allclose(values[:, [1, 4, 7]], numbers.true, rtol=1e-5)
    np.testing.assert_allclose(values[:, [2, 5, 8]], numbers.predicted, rtol=1e-5)
    np.testing.assert_allclose(values[:, 3], values[:, 2] - values[:, 1], atol=1e-5)
    assert values[:, 0].tolist() == sorted(values[:, 0])
    assert len(written(run, tmp_path / "numbers.tsv").splitlines()[0].split("\t")) == 10


def test_scripts_read_every_score(run: Run, numbers: Numbers, tmp_path: Path):
    document = json.loads(written(run, tmp_path / "numbers.json"))
    assert document["targets"] == ["radius", "down", "right"]
    assert document["per_target"][0]["r2"] == pytest.approx(numbers.scores(0)[0].value)
    assert document["predicted"] == numbers.predicted.tolist()
    assert len(document["epochs"]) == 3
    assert {"loss", "val_loss", "mean_absolute_error", "val_r2_score"} <= document["epochs"][0].keys()


def test_the_page_shows_scatters_scores_and_the_worst_images(run: Run, numbers: Numbers, tmp_path: Path):
    page = written(run, tmp_path / "numbers.html")
    assert page.count("<svg") == 3 + 3  # a scatter each number; loss, mean absolute error and R²
    assert page.count('<circle class="train"') >= 300
    assert page.count("data:image/png;base64,") == 24
    worst = numbers.missed(int(numbers.order(0)[0]), 0)
    assert f"predicted {worst.predicted:.4g} ({worst.error:+.3g})" in page
    assert "Largest errors" in page
    assert "Confusion" not in page
    opened: list[str] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: opened.append(tag)  # type: ignore[method-assign]
    parser.handle_endtag = lambda tag: opened.remove(tag)  # type: ignore[method-assign]
    parser.feed(re.sub(r"<(meta|img|br|line|circle|polyline|!DOCTYPE)[^>]*>", "", page))
    assert opened == []


def test_people_read_it_as_markdown(run: Run, numbers: Numbers, tmp_path: Path):
    text = written(run, tmp_path / "numbers.md")
    assert "| number | R² | mean error |" in text
    assert f"| radius | {numbers.scores(0)[0].value:.4f} |" in text
    assert "| epoch | loss | val_loss | mean_absolute_error |" in text.replace("\\_", "_")


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_it_is_drawn(run: Run, tmp_path: Path, ending: str):
    pytest.importorskip("matplotlib")
    export_run(run.path, tmp_path / f"numbers.{ending}", lambda share: None)
    assert (tmp_path / f"numbers.{ending}").stat().st_size > 1_000


def test_without_the_data_the_numbers_are_there_all_the_same(tmp_path: Path):
    run = a_run_of_numbers(tmp_path, epochs=1, train=20, test=10)
    (tmp_path / "discs" / "X_test.tsv").unlink()
    page = written(run, tmp_path / "numbers.html")
    assert "They cannot be shown." in page
    assert "<svg" in page


def test_the_command_line_writes_it_and_tests_it_anew_where_that_is_lost(tmp_path: Path, capsys):
    run = a_run_of_numbers(tmp_path, epochs=1, train=20, test=10)
    before = read_final_scores(run.scores_file)
    for lost in (run.scores_file, run.predictions_file):
        lost.unlink()
        assert run_command(["evaluate", str(run.path), "--save", str(tmp_path / "out.csv"), "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["scores"] == pytest.approx(before.scores)
        assert len((tmp_path / "out.csv").read_text().splitlines()) == 11
    assert run_command(["evaluate", str(run.path), "--data", str(tmp_path / "discs")]) == 1
    assert "cnn-tui predict RUN DATA --labels FILE" in capsys.readouterr().err.replace("\n", " ")
