"""What the machine can do at best: the product of two large matrices."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

import torch

from benchmarks.contenders import Measure

SIZE = 2048
PRODUCTS = 4
KINDS = {"fp32": torch.float32, "bf16": torch.bfloat16}


@contextmanager
def rate(precision: str) -> Iterator[Measure]:
    """Floating-point operations a second."""
    kind = KINDS[precision]
    left, right = torch.rand(SIZE, SIZE).to(kind), torch.rand(SIZE, SIZE).to(kind)
    product = torch.empty(SIZE, SIZE, dtype=kind)

    def multiply() -> float:
        begun = perf_counter()
        for _ in range(PRODUCTS):
            torch.mm(left, right, out=product)
        return PRODUCTS * 2 * SIZE**3 / (perf_counter() - begun)

    yield multiply
