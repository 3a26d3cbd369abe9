"""Results as files: safe in spreadsheets, whole for scripts, readable for people."""

import csv
import io
import json
import re

import pytest
from msgspec.structs import replace

from cnn_tui.errors import UserError
from cnn_tui.results import plots
from cnn_tui.results.cells import text_cell
from cnn_tui.results.export import ENDINGS, refuse_ending, write_report
from cnn_tui.results.tables import as_json, delimited, markdown
from tests.results.hostile import CLASSES, hostile_report

SIGNS = {".png": b"\x89PNG", ".pdf": b"%PDF", ".svg": b"<?xml", ".html": b"<!DOCTYPE html>"}


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ('=HYPERLINK("x")', '\'=HYPERLINK("x")'),
        ("-1+1", "'-1+1"),
        ("@SUM", "'@SUM"),
        ("+1", "'+1"),
        ("\t=1", "'    =1"),
        ("\rx", "'\\x0dx"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),
        ("a=1", "a=1"),
        ("7", "7"),
    ],
)
def test_no_text_is_a_formula(text, cell):
    assert text_cell(text) == cell


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_a_table_holds_the_counts_and_all_digits_of_the_scores(delimiter):
    report = hostile_report()
    confusion = report.evaluation.confusion
    header, *rows = csv.reader(io.StringIO(delimited(report, delimiter)), delimiter=delimiter)
    size = len(CLASSES)
    assert header[-4:] == ["images", "precision", "recall", "f1"]
    assert [list(map(int, row[1 : size + 1])) for row in rows] == [list(counts) for counts in confusion.counts]
    for index, row in enumerate(rows):
        score = confusion.score(index)
        assert [float(cell) for cell in row[-3:]] == [score.precision, score.recall, score.f1]
    for cell in (*header, *(row[0] for row in rows)):
        assert not cell.lstrip().startswith(("=", "+", "-", "@"))
        assert not re.search("[\x00-\x1f\x7f-\x9f]", cell)


def test_json_holds_every_text_as_it_is():
    document = json.loads(as_json(hostile_report()))
    assert document["classes"] == list(CLASSES)
    assert document["epochs"][1] == {"epoch": 2, "loss": 1.0, "val_loss": 1.0}
    assert document["worst"][0]["probability"] == 0.9


def test_markdown_has_no_tag_and_no_broken_row():
    text = markdown(hostile_report())
    assert "<" not in re.sub(r"\\<", "", text)
    size = len(CLASSES) + 1
    matrix = next(line for line in text.splitlines() if line.startswith("| true"))
    assert len(re.findall(r"(?<!\\)\|", matrix)) == size + 1


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_kind_of_file_is_written_whatever_the_names(tmp_path, ending):
    if ending in (".png", ".svg", ".pdf"):
        pytest.importorskip("matplotlib")
    path = tmp_path / f"out{ending}"
    write_report(hostile_report(), path)
    content = path.read_bytes()
    assert content.startswith(SIGNS.get(ending, b""))
    assert b"<script" not in content or ending in (".json", ".csv", ".tsv", ".md")
    write_report(hostile_report(), path)
    assert path.read_bytes() == content or ending == ".pdf"


def test_a_drawing_for_print_needs_no_font_and_nothing_from_elsewhere(tmp_path):
    pytest.importorskip("matplotlib")
    write_report(hostile_report(), tmp_path / "out.svg")
    drawing = (tmp_path / "out.svg").read_text()
    assert "<text" not in drawing
    assert "evil" not in drawing
    assert "\x1b" not in drawing


def test_a_name_without_a_known_ending_is_refused_before_anything_is_computed(tmp_path):
    for name, fact in (("a.docx", "ends in .docx"), ("a", "has no ending")):
        with pytest.raises(UserError, match=f"{fact}, which says no kind of file. End it in .html, "):
            refuse_ending(tmp_path / name)


def test_without_matplotlib_it_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(plots, "find_spec", lambda name: None)
    with pytest.raises(UserError, match=r"need matplotlib. Install it: pip install 'cnn-tui\[plots\]'"):
        write_report(hostile_report(), tmp_path / "out.png")


def test_a_run_without_curves_and_layers_is_drawn_too(tmp_path):
    pytest.importorskip("matplotlib")
    bare = replace(hostile_report(), curves=(), layers=(), settings=(), mistakes=(), why_no_mistakes="")
    for ending in ENDINGS:
        write_report(bare, tmp_path / f"bare{ending}")
