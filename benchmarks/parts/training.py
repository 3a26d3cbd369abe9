"""Training the tutorial's network in three sizes of batches: our loop beside a plain one and beside Keras."""

from contextlib import ExitStack
from itertools import product
from statistics import median

from benchmarks.contenders import Measure, NotMeasured
from benchmarks.report import Row, Runs, Wanted
from benchmarks.workers import Worker, default_environment, in_turn, our_environment, peers_python
from cnn_tui.spec.presets import tutorial
from cnn_tui.spec.shapes import total_macs, trace

IMAGES = "images/s"
KINDS = ("fp32", "bf16")
BATCHES = (64, 128, 500)
PEERS = {
    "plain": "plain PyTorch",
    "keras@torch": "Keras on torch",
    "keras@jax": "Keras on JAX",
    "keras@tensorflow": "Keras on TensorFlow",
}
ENVIRONMENTS = {"ours": "in our environment", "default": "in its default one"}
WANTED = {"plain": (1.4, 2.3), "keras@tensorflow": (1.2, 1.8)}
"""How many times a peer in our environment: in fp32, and in bf16 where the peer stays in fp32."""
SHARE_WANTED = 50.0
"""Percent of a matrix product's rate."""


def rows(rounds: int) -> list[Row]:
    """Speeds, and how much of the machine's best they are."""
    environments = {"ours": our_environment(), "default": default_environment()}
    python = peers_python()
    measures: dict[str, Measure] = {}
    absent: dict[str, str] = {}
    with ExitStack() as stack:

        def start(name: str, where: str, arguments: list[str]) -> None:
            """One process for a contender and its arguments, each of which is a measure."""
            try:
                worker = stack.enter_context(Worker(environments[where], *arguments, python=python))
            except NotMeasured as reason:
                absent[f"{name} {where}"] = str(reason)
            else:
                measures.update({f"{one} {where}": worker.measure(one) for one in arguments})

        for kind in KINDS:
            start(f"ours {kind}", "ours", [f"ours@{batch}@{kind}" for batch in BATCHES])
            start(f"matrix-product@{kind}", "ours", [f"matrix-product@{kind}"])
        for name, where in product(PEERS, environments):
            start(name, where, [f"{name}@{batch}" for batch in BATCHES])
        runs = in_turn(measures, rounds)
    return [row for batch in BATCHES for row in _rows(batch, runs, absent)]


def _rows(batch: int, runs: dict[str, Runs], absent: dict[str, str]) -> list[Row]:
    head = f"Training, batches of {batch}"

    def ours(kind: str) -> Runs:
        return runs.get(f"ours@{batch}@{kind} ours", ())

    def beside(kind: str, name: str, where: str, limit: float | None) -> Row:
        return Row(
            what=f"{head}, {kind}; {PEERS[name]} {ENVIRONMENTS[where]}",
            unit=IMAGES,
            ours=ours(kind),
            peer=runs.get(f"{name}@{batch} {where}", ()),
            wanted=Wanted("ratio", "≥", limit) if limit else None,
            reason=absent.get(f"{name} {where}", "") or absent.get(f"ours {kind} ours", ""),
        )

    def share(kind: str, limit: float | None) -> Row:
        return _share(f"{head}, {kind}", ours(kind), runs.get(f"matrix-product@{kind} ours", ()), limit)

    return [
        *(
            beside("fp32", name, where, WANTED[name][0] if where == "ours" and name in WANTED else None)
            for name, where in product(PEERS, ENVIRONMENTS)
        ),
        *(beside("bf16", name, "ours", limit) for name, (_, limit) in WANTED.items()),
        share("fp32", SHARE_WANTED),
        share("bf16", None),
    ]


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
