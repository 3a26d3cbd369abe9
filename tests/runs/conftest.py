"""Trainers of these tests compute on one core: several at once would wait for each other, and numbers are the same."""

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="session")
def one_core() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "1")
        yield
