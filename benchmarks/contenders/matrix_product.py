"""What the machine can do at best: the product of two large matrices in fp32."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

import torch

from benchmarks.contenders import Measure

SIZE = 2048
PRODUCTS = 4


@contextmanager
def rate() -> Iterator[Measure]:
    """Floating-point operations a second."""
    left, right = torch.rand(SIZE, SIZE), torch.rand(SIZE, SIZE)
    product = torch.empty(SIZE, SIZE)

    def multiply() -> float:
        begun = perf_counter()
        for _ in range(PRODUCTS):
            torch.mm(left, right, out=product)
        return PRODUCTS * 2 * SIZE**3 / (perf_counter() - begun)

    yield multiply
