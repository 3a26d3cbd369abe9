"""Training the tutorial's network in batches of 500: our loop beside a plain one and beside Keras."""

from contextlib import ExitStack
from statistics import median

from benchmarks.contenders import NotMeasured
from benchmarks.report import Row, Runs, Wanted
from benchmarks.workers import Environment, Worker, default_environment, in_turn, our_environment
from cnn_tui.spec.presets import tutorial
from cnn_tui.spec.shapes import total_macs, trace

IMAGES = "images/s"


def rows(rounds: int) -> list[Row]:
    """Speeds, and how much of the machine's best they are."""
    ours, default = our_environment(), default_environment()
    contenders: dict[str, tuple[Environment, str]] = {
        "plain, same environment": (ours, "plain"),
        "plain, default environment": (default, "plain"),
        "keras": (default, "keras"),
        "bf16": (ours, "ours-bf16"),
    }
    absent: dict[str, str] = {}
    with ExitStack() as stack:
        worker = stack.enter_context(Worker(ours, "ours", "matrix-product"))
        measures = {"ours": worker.measure("ours"), "product": worker.measure("matrix-product")}
        for label, (environment, name) in contenders.items():
            try:
                measures[label] = stack.enter_context(Worker(environment, name)).measure(name)
            except NotMeasured as reason:
                absent[label] = str(reason)
        runs = in_turn(measures, rounds)
    return _rows(runs, absent)


def _rows(runs: dict[str, Runs], absent: dict[str, str]) -> list[Row]:
    ours, plain = runs["ours"], runs["plain, same environment"]

    def beside(what: str, label: str, limit: float) -> Row:
        return Row(
            what=what,
            unit=IMAGES,
            ours=ours,
            peer=runs.get(label, ()),
            wanted=Wanted("ratio", "≥", limit),
            reason=absent.get(label, ""),
        )

    best = median(runs["product"]) / flops_an_image()
    return [
        beside("Training, fp32; plain PyTorch in the same environment", "plain, same environment", 1.3),
        beside("Training, fp32; plain PyTorch in its default environment", "plain, default environment", 2.5),
        beside("Training, fp32; Keras on torch, in its default environment", "keras", 3.5),
        Row(
            what=f"Share of a matrix product's rate ({median(runs['product']) / 1e9:.0f} GFLOP/s); plain as in line 1",
            unit="%",
            ours=tuple(100 * speed / best for speed in ours),
            peer=tuple(100 * speed / best for speed in plain),
        ),
        Row(
            what="Training, bf16; plain PyTorch in fp32 as in line 1",
            unit=IMAGES,
            ours=runs.get("bf16", ()),
            peer=plain,
            reason=absent.get("bf16", ""),
        ),
    ]


def flops_an_image() -> float:
    """What training on one image costs, two a multiply-add: forward once, backward for the weights and the inputs.

    The first layer with weights is spared the last, as nobody asks for the gradient of the pixels.
    """
    traced = trace(tutorial().model)
    first = next(row for row in traced if row.parameters)
    return 2.0 * (3 * total_macs(traced) - first.macs)
