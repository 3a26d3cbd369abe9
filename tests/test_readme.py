"""The README's commands, run as they stand."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT


def commands() -> list[str]:
    """The lines of the shell blocks that call the program."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.startswith("cnn-tui ")]


def test_the_tutorial_in_ten_lines_runs_as_it_stands(tmp_path: Path):
    for name in ("sample_data", "models"):
        (tmp_path / name).symlink_to(ROOT / name)
    lines = commands()
    assert len(lines) == 10
    for line in lines:
        words = [sys.executable, "-m", *shlex.split(line.replace("cnn-tui", "cnn_tui", 1))]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (line, done.stderr)
    assert len((tmp_path / "predictions.tsv").read_text().splitlines()) == 2_001
    assert len((tmp_path / "y_train_one_hot.tsv").read_text().splitlines()) == 8_000


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "sample_data/README.md"])
def test_every_link_of_a_page_leads_somewhere(page: str):
    for target in re.findall(r"\]\(([^)]+)\)", (ROOT / page).read_text()):
        assert target.startswith("https://") or (ROOT / page).parent.joinpath(target).exists(), target
