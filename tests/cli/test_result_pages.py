"""The commands of the pages about predicting and about runs, as they stand there, on a run of the tests."""

import re
import shlex
from pathlib import Path

import pytest

from cnn_tui.runs.run import Run
from tests import ROOT
from tests.cli.conftest import Said

PAGES = ("predict.md", "runs.md")


def commands(page: str) -> list[str]:
    """What stands in backticks and calls the program with a run; a command may be broken over two lines."""
    text = (ROOT / "docs" / page).read_text()
    return [" ".join(one.split()) for one in re.findall(r"`(cnn-tui [a-z]+ digits [^`]+)`", text)]


@pytest.mark.parametrize("command", [command for page in PAGES for command in commands(page)])
def test_every_command_of_the_pages_runs_as_it_stands(say: Said, run: Run, tmp_path: Path, command: str):
    if command.endswith((".png", ".svg", ".pdf")):
        pytest.importorskip("matplotlib")
    (tmp_path / "sample_data").symlink_to(ROOT / "sample_data")
    words = [str(run.path) if word == "digits" else word for word in shlex.split(command)[1:]]
    code, _, err = say(*words)
    assert code == 0, err
    if name := re.search(r"(?:-o|--save) (\S+)", command):
        assert (tmp_path / name[1]).stat().st_size > 100


def test_the_pages_hold_commands():
    assert [len(commands(page)) for page in PAGES] == [5, 5]


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_the_pages_leads_somewhere(page: str):
    for target in re.findall(r"\]\(([^)]+)\)", (ROOT / "docs" / page).read_text()):
        name, _, part = target.partition("#")
        assert (ROOT / "docs" / name).exists(), target
        headings = re.findall(r"^#+ (.+)", (ROOT / "docs" / name).read_text(), re.MULTILINE) if part else []
        assert not part or part in [heading.lower().replace(" ", "-") for heading in headings], target
