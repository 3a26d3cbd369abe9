"""Training the tutorial's network on a GPU: our loop beside a plain one and beside Keras."""

from contextlib import ExitStack

from benchmarks.contenders import Measure, NotMeasured
from benchmarks.parts.training import BATCHES, IMAGES
from benchmarks.report import Row
from benchmarks.workers import Worker, gpu_environment, in_turn, peers_python

PEERS = {"plain": "plain PyTorch", "keras@torch": "Keras on torch", "keras@jax": "Keras on JAX"}
KINDS = ("fp32", "tf32", "bf16")


def rows(rounds: int) -> list[Row]:
    """Speeds; peers compute as they do unasked: torch's convolutions and all of JAX in tf32.

    Raises NotMeasured without a GPU.
    """
    measures: dict[str, Measure] = {}
    absent: dict[str, str] = {}
    with ExitStack() as stack:

        def start(arguments: list[str]) -> None:
            worker = stack.enter_context(Worker(gpu_environment(), *arguments, python=peers_python()))
            measures.update({one: worker.measure(one) for one in arguments})

        for kind in KINDS:
            start([f"ours@{batch}@{kind}@cuda" for batch in BATCHES])
        for name in PEERS:
            try:
                start([f"{name}@{batch}@cuda" for batch in BATCHES])
            except NotMeasured as reason:
                absent[name] = str(reason)
        runs = in_turn(measures, rounds)
    return [
        Row(
            what=f"Training on the GPU, batches of {batch}, {kind}; {peer}",
            unit=IMAGES,
            ours=runs[f"ours@{batch}@{kind}@cuda"],
            peer=runs.get(f"{name}@{batch}@cuda", ()),
            reason=absent.get(name, ""),
        )
        for batch in BATCHES
        for kind in KINDS
        for name, peer in PEERS.items()
    ]
