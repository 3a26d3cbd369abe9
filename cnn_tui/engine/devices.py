"""Where to compute and how exactly, each choice with its reason."""

import platform
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import torch
from msgspec import Struct
from torch.utils import deterministic

from cnn_tui.engine import ranks
from cnn_tui.errors import UserError
from cnn_tui.spec.training import Device, Precision

TENSOR_CORES = 8
"""From this compute capability on GPUs have units for tf32 and bf16."""


class Choice(Struct, frozen=True):
    """What was chosen and why, for the log and the screen."""

    device: str
    device_reason: str
    precision: str
    precision_reason: str
    threads: int

    @property
    def torch_device(self) -> torch.device:
        """The device as torch names it."""
        return torch.device(self.device)

    @property
    def autocast(self) -> torch.autocast:
        """The context in which scores are computed."""
        kind = torch.device(self.device).type
        return torch.autocast(kind, dtype=torch.bfloat16, enabled=self.precision == "bf16")

    @contextmanager
    def products(self) -> Iterator[None]:
        """The context in which a network learns, forward and backward: with tf32 its products have 10 bits of fraction.

        Outside of it, in evaluations and predictions, they are those of float32.
        """
        if self.precision != "tf32":
            yield
            return
        _round_products("tf32")
        try:
            yield
        finally:
            _round_products("ieee")


def choose(device: Device, precision: Precision) -> Choice:
    """The device and precision to use.

    Raises UserError when CUDA or tf32 is asked for and cannot be had, and for more processes than GPUs.
    """
    chosen, device_reason = _device(device)
    exactness, precision_reason = _precision(precision, chosen)
    return Choice(chosen, device_reason, exactness, precision_reason, torch.get_num_threads())


def prepare(choice: Choice) -> None:
    """Settings of this process that make it fast without changing what a model means."""
    torch.set_flush_denormal(True)
    if choice.device.startswith("cuda"):
        torch.backends.cudnn.benchmark = False  # it picks kernels by a race, so results would differ from run to run
        _round_products("ieee")  # fp32 means fp32
        torch.use_deterministic_algorithms(True, warn_only=True)
        # That clears all new memory, to show what reads before it writes.
        deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]


def _device(wanted: Device) -> tuple[str, str]:
    if wanted == "cpu":
        return "cpu", "asked for"
    if torch.cuda.is_available():
        gpus, processes = torch.cuda.device_count(), ranks.processes_here()
        if processes > gpus:
            problem = f"{processes} processes cannot train on {'one GPU' if gpus == 1 else f'{gpus} GPUs'} together"
            raise UserError(problem, "processes", f"Take {gpus}, or device cpu.")
        place = ranks.place_on_machine()
        torch.cuda.set_device(place)
        return f"cuda:{place}", f"{torch.cuda.get_device_name(place)}"
    reason = "this torch has no CUDA" if torch.version.cuda is None else "CUDA finds no GPU"
    if wanted == "cuda":
        raise UserError(f"no GPU can be used: {reason}", "device cuda", "Use device auto or cpu.")
    return "cpu", reason


def _round_products(how: Literal["ieee", "tf32"]) -> None:
    torch.backends.cudnn.conv.fp32_precision = how  # type: ignore[attr-defined]
    torch.backends.cuda.matmul.fp32_precision = how


def _precision(wanted: Precision, device: str) -> tuple[str, str]:
    major, minor = torch.cuda.get_device_capability(0) if device.startswith("cuda") else (0, 0)
    if wanted == "tf32" and major < TENSOR_CORES:
        problem = f"only GPUs of compute capability {TENSOR_CORES} and later have it"
        raise UserError(problem, "precision tf32", "Use auto or fp32.")
    if wanted != "auto":
        return wanted, "asked for"
    if device.startswith("cuda"):
        if major >= TENSOR_CORES:
            return "bf16", f"compute capability {major}.{minor} has bf16"
        return "fp32", f"compute capability {major}.{minor} has no bf16"
    if platform.machine() in ("x86_64", "AMD64") and torch.cpu._is_avx512_bf16_supported():
        return "bf16", "this processor has AVX512-BF16"
    return "fp32", "this processor has no fast bf16"
