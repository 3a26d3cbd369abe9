"""What the machine can do at best: the product of two large matrices."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

import torch

from benchmarks.contenders import Measure

SIZE = 2048
PRODUCTS = 4


@contextmanager
def rate() -> Iterator[Measure]:
    """Floating-point operations a second in fp32."""
    with _rate(torch.float32) as measure:
        yield measure


@contextmanager
def rate_bf16() -> Iterator[Measure]:
    """The same in bf16."""
    with _rate(torch.bfloat16) as measure:
        yield measure


@contextmanager
def _rate(kind: torch.dtype) -> Iterator[Measure]:
    left, right = torch.rand(SIZE, SIZE).to(kind), torch.rand(SIZE, SIZE).to(kind)
    product = torch.empty(SIZE, SIZE, dtype=kind)

    def multiply() -> float:
        begun = perf_counter()
        for _ in range(PRODUCTS):
            torch.mm(left, right, out=product)
        return PRODUCTS * 2 * SIZE**3 / (perf_counter() - begun)

    yield multiply
