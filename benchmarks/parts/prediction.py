"""Predicting 10,000 images, beside a plain PyTorch loop and beside Keras."""

from contextlib import ExitStack

from benchmarks.contenders import NotMeasured
from benchmarks.report import Row, Wanted
from benchmarks.workers import Worker, default_environment, in_turn, peers_python

BATCH = 500
PEERS = {
    "plain-prediction": ("plain PyTorch", Wanted("ratio", "≥", 2)),
    "keras-prediction@jax": ("Keras on JAX", Wanted("ratio", "≥", 1)),
    "keras-prediction@tensorflow": ("Keras on TensorFlow", None),
}


def rows(rounds: int) -> list[Row]:
    """A row for each peer. Predictions are made in the user's own environment, so all run in that."""
    environment, python = default_environment(), peers_python()
    absent: dict[str, str] = {}
    with ExitStack() as stack:
        ours = stack.enter_context(Worker(environment, "ours-prediction", python=python))
        measures = {"ours": ours.measure("ours-prediction")}
        for name in PEERS:
            try:
                worker = stack.enter_context(Worker(environment, f"{name}@{BATCH}", python=python))
                measures[name] = worker.measure(f"{name}@{BATCH}")
            except NotMeasured as reason:
                absent[name] = str(reason)
        runs = in_turn(measures, rounds)
    return [
        Row(
            what=f"Prediction of 10,000 images, fp32; {peer} in the same environment",
            unit="images/s",
            ours=runs["ours"],
            peer=runs.get(name, ()),
            wanted=wanted,
            reason=absent.get(name, ""),
        )
        for name, (peer, wanted) in PEERS.items()
    ]
