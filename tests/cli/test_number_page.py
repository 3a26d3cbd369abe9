"""The commands of the page about numbers, as they stand there and one after the other, and its links."""

import re
import shlex
from pathlib import Path

from tests import ROOT
from tests.cli.conftest import Said

PAGE = ROOT / "docs" / "numbers.md"


def test_every_command_of_the_page_runs_as_it_stands(say: Said, tmp_path: Path):
    (tmp_path / "sample_data").symlink_to(ROOT / "sample_data")
    commands = re.findall(r"^cnn-tui (.+)$", PAGE.read_text(), re.MULTILINE)
    assert len(commands) == 6
    for command in commands:
        code, _, err = say(*shlex.split(command))
        assert code == 0, err
    assert (tmp_path / "numbers.html").read_text().count("<svg") == 1 + 3
    assert (tmp_path / "numbers.tsv").read_text().startswith("Predicted\n")


def test_every_link_of_the_page_leads_somewhere():
    for target in re.findall(r"\]\(([^)]+)\)", PAGE.read_text()):
        assert (PAGE.parent / target).exists(), target
