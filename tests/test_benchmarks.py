"""The helpers of the benchmarks; nothing here is timed."""

import json
from itertools import count

import pytest
from rich.console import Console

from benchmarks.contender import CONTENDERS
from benchmarks.parts.training import flops_an_image
from benchmarks.report import Row, Wanted, document, table
from benchmarks.workers import ROOT, in_turn

FASTER = Row(what="speed", unit="images/s", ours=(300, 100, 200), peer=(90, 110, 100), wanted=Wanted("ratio", "≥", 2))


def test_contenders_take_turns():
    turn = count(1)
    runs = in_turn({"ours": lambda: next(turn), "peer": lambda: next(turn)}, rounds=3)
    assert runs == {"ours": (1, 3, 5), "peer": (2, 4, 6)}


def test_a_row_compares_medians():
    assert FASTER.ratio == 2
    assert FASTER.met is True


@pytest.mark.parametrize(("sense", "limit", "met"), [("≥", 3, True), ("≥", 4, False), ("≤", 3, True), ("<", 3, False)])
def test_a_bound_is_met_or_not(sense, limit, met):
    assert Row(what="", unit="s", ours=(3.0,), wanted=Wanted("ours", sense, limit)).met is met


def test_what_was_not_measured_is_neither_met_nor_missed():
    missing = Row(what="Keras", unit="images/s", wanted=Wanted("ratio", "≥", 2), reason="it is not installed")
    assert missing.met is None
    assert "it is not installed" in _drawn(missing)


def test_the_table_says_in_words_what_is_met():
    cells = ["speed", "200 images/s", "100 images/s", "2.00×", "≥ 2×", "yes"]
    line = next(line for line in _drawn(FASTER).splitlines() if "speed" in line)
    assert [cell.strip() for cell in line.strip("│ ").split("│")] == cells


def test_the_json_holds_every_run():
    (row,) = json.loads(json.dumps(document({}, [FASTER])))["rows"]
    assert row["runs"] == {"ours": [300, 100, 200], "peer": [90, 110, 100]}
    assert (row["ours"], row["peer"], row["ratio"], row["met"]) == (200, 100, 2, True)


def test_the_tutorials_network_costs_what_was_counted_by_hand():
    first, second, dense = 28 * 28 * 9 * 64, 12 * 12 * 9 * 64 * 32, 1152 * 10
    assert flops_an_image() == 2 * (2 * first + 3 * second + 3 * dense)


def test_every_contender_has_its_module():
    modules = {place.split(":")[0] for place in CONTENDERS.values()}
    assert all((ROOT / f"benchmarks/contenders/{module}.py").is_file() for module in modules)


def _drawn(row: Row) -> str:
    console = Console(width=110)
    with console.capture() as captured:
        console.print(table([row]))
    return captured.get()
