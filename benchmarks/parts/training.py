"""Training the tutorial's network in three sizes of batches: our loop beside a plain one and beside Keras."""

from contextlib import ExitStack
from itertools import product
from statistics import median

from benchmarks.contenders import Measure, NotMeasured
from benchmarks.report import Row, Runs, Wanted
from benchmarks.workers import Environment, Worker, default_environment, in_turn, our_environment, peers_python
from cnn_tui.spec.presets import tutorial
from cnn_tui.spec.shapes import total_macs, trace

IMAGES = "images/s"
BATCHES = (64, 128, 500)
PEERS = {
    "plain": "plain PyTorch",
    "keras-torch": "Keras on torch",
    "keras-jax": "Keras on JAX",
    "keras-tensorflow": "Keras on TensorFlow",
}
ENVIRONMENTS = {"ours": "in our environment", "default": "in its default one"}
WANTED = {"plain": (1.4, 2.3), "keras-tensorflow": (1.2, 1.8)}
"""How many times a peer in our environment: in fp32, and in bf16 where the peer stays in fp32."""
SHARE_WANTED = 50.0
"""Percent of a matrix product's rate."""


def rows(rounds: int) -> list[Row]:
    """Speeds, and how much of the machine's best they are."""
    environments = {"ours": our_environment(), "default": default_environment()}
    measures: dict[str, Measure] = {}
    absent: dict[str, str] = {}
    with ExitStack() as stack:

        def start(label: str, environment: Environment, names: list[str], python: str) -> None:
            try:
                worker = stack.enter_context(Worker(environment, *names, python=python))
            except NotMeasured as reason:
                absent[label] = str(reason)
            else:
                measures.update({f"{name} {label}": worker.measure(name) for name in names})

        python = peers_python()
        for name in ("ours", "ours-bf16"):
            start(name, environments["ours"], [f"{name}@{batch}" for batch in BATCHES], python)
        for name in ("matrix-product", "matrix-product-bf16"):
            start(name, environments["ours"], [name], python)
        for name, label in product(PEERS, environments):
            start(f"{name} {label}", environments[label], [f"{name}@{batch}" for batch in BATCHES], python)
        runs = in_turn(measures, rounds)
    return [row for batch in BATCHES for row in _rows(batch, runs, absent)]


def _rows(batch: int, runs: dict[str, Runs], absent: dict[str, str]) -> list[Row]:
    ours = runs.get(f"ours@{batch} ours", ())
    bf16 = runs.get(f"ours-bf16@{batch} ours-bf16", ())
    head = f"Training, batches of {batch}"

    def beside(kind: str, own: Runs, name: str, where: str, limit: float | None) -> Row:
        label = f"{name} {where}"
        return Row(
            what=f"{head}, {kind}; {PEERS[name]} {ENVIRONMENTS[where]}",
            unit=IMAGES,
            ours=own,
            peer=runs.get(f"{name}@{batch} {label}", ()),
            wanted=Wanted("ratio", "≥", limit) if limit else None,
            reason=absent.get(label, "") or absent.get("ours" if kind == "fp32" else "ours-bf16", ""),
        )

    found = [
        beside("fp32", ours, name, where, WANTED.get(name, (0, 0))[0] if where == "ours" else None)
        for name, where in product(PEERS, ENVIRONMENTS)
    ]
    found += [beside("bf16", bf16, name, "ours", bound) for name, (_, bound) in WANTED.items()]
    best = runs.get("matrix-product matrix-product", ())
    found.append(_share(f"{head}, fp32", ours, best, SHARE_WANTED))
    return [*found, _share(f"{head}, bf16", bf16, runs.get("matrix-product-bf16 matrix-product-bf16", ()), None)]


def _share(head: str, ours: Runs, best: Runs, limit: float | None) -> Row:
    """How much of the rate of a matrix product in the same arithmetic."""
    if not ours or not best:
        return Row(what=f"{head}: share of a matrix product's rate", unit="%", reason="one of them is not there")
    rate = median(best)
    return Row(
        what=f"{head}: share of a matrix product's rate, {rate / 1e9:.0f} GFLOP/s",
        unit="%",
        ours=tuple(100 * speed * flops_an_image() / rate for speed in ours),
        wanted=Wanted("ours", "≥", limit) if limit else None,
    )


def flops_an_image() -> float:
    """What training on one image costs, two a multiply-add: forward once, backward for the weights and the inputs.

    The first layer with weights is spared the last, as nobody asks for the gradient of the pixels.
    """
    traced = trace(tutorial().model)
    first = next(row for row in traced if row.parameters)
    return 2.0 * (3 * total_macs(traced) - first.macs)
