"""Predicting 10,000 images, beside a plain PyTorch loop."""

from benchmarks.report import Row, Wanted
from benchmarks.workers import Worker, default_environment, in_turn


def rows(rounds: int) -> list[Row]:
    """One row. Predictions are made in the user's own environment, so both run in that."""
    environment = default_environment()
    with Worker(environment, "ours-prediction") as ours, Worker(environment, "plain-prediction") as plain:
        runs = in_turn({"ours": ours.measure("ours-prediction"), "peer": plain.measure("plain-prediction")}, rounds)
    what = "Prediction of 10,000 images, fp32; plain PyTorch in the same environment"
    return [Row(what=what, unit="images/s", ours=runs["ours"], peer=runs["peer"], wanted=Wanted("ratio", "≥", 2))]
