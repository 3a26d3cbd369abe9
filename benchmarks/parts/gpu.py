"""Training the tutorial's network on a GPU: our loop beside a plain one and beside Keras."""

from contextlib import ExitStack

from benchmarks.contenders import Measure, NotMeasured
from benchmarks.parts.training import BATCHES, IMAGES
from benchmarks.report import Row
from benchmarks.workers import Worker, gpu_environment, in_turn, peers_python

PEERS = {"plain-gpu": "plain PyTorch", "keras-torch-gpu": "Keras on torch", "keras-jax-gpu": "Keras on JAX"}
OURS = {"ours-gpu": "fp32", "ours-gpu-tf32": "tf32", "ours-gpu-bf16": "bf16"}


def rows(rounds: int) -> list[Row]:
    """Speeds; peers compute as they do unasked: torch's convolutions and all of JAX in tf32.

    Raises NotMeasured without a GPU.
    """
    measures: dict[str, Measure] = {}
    absent: dict[str, str] = {}
    with ExitStack() as stack:
        for name in (*OURS, *PEERS):
            names = [f"{name}@{batch}" for batch in BATCHES]
            try:
                worker = stack.enter_context(Worker(gpu_environment(), *names, python=peers_python()))
            except NotMeasured as reason:
                if name in OURS:
                    raise
                absent[name] = str(reason)
            else:
                measures |= {one: worker.measure(one) for one in names}
        runs = in_turn(measures, rounds)
    return [
        Row(
            what=f"Training on the GPU, batches of {batch}, {kind}; {peer}",
            unit=IMAGES,
            ours=runs[f"{ours}@{batch}"],
            peer=runs.get(f"{name}@{batch}", ()),
            reason=absent.get(name, ""),
        )
        for batch in BATCHES
        for ours, kind in OURS.items()
        for name, peer in PEERS.items()
    ]
