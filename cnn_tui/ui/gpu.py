"""What a GPU of this machine does at the moment, through NVIDIA's own library."""

import os
from contextlib import suppress
from typing import Any

from msgspec import Struct


class Gpu(Struct, frozen=True):
    """One look at it."""

    name: str
    use: float
    """How busy it is, from 0 to 1."""
    used: int
    total: int
    """Bytes of its memory."""
    degrees: int | None = None
    """Celsius; None where it does not tell."""


class GpuWatch:
    """Looks at the GPU that a process computes on. Loading the library takes a while, a look a millisecond or so."""

    def __init__(self) -> None:
        self._handles: list[Any] | None = None

    def look(self, pid: int | None) -> Gpu | None:
        """How it is now; None when there is none, or its driver does not answer."""
        import pynvml

        try:
            if self._handles is None:
                pynvml.nvmlInit()
                self._handles = [pynvml.nvmlDeviceGetHandleByIndex(at) for at in range(pynvml.nvmlDeviceGetCount())]
            return _look(self._of(pid))
        except pynvml.NVMLError:
            self._handles = self._handles or []
            return None
        except IndexError:
            return None

    def _of(self, pid: int | None) -> Any:
        """The GPU on which the process has memory, else the first that programs may see."""
        import pynvml

        assert self._handles is not None
        for handle in self._handles:
            with suppress(pynvml.NVMLError):
                if any(one.pid == pid for one in pynvml.nvmlDeviceGetComputeRunningProcesses(handle)):
                    return handle
        first = os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",")[0]
        return self._handles[int(first) if first.isdigit() else 0]


def _look(handle: Any) -> Gpu:
    import pynvml

    name = pynvml.nvmlDeviceGetName(handle)
    memory = pynvml.nvmlDeviceGetMemoryInfo(handle)
    degrees = None
    with suppress(pynvml.NVMLError):
        degrees = int(pynvml.nvmlDeviceGetTemperature(handle, pynvml.NVML_TEMPERATURE_GPU))
    use = pynvml.nvmlDeviceGetUtilizationRates(handle).gpu / 100
    return Gpu(name.decode() if isinstance(name, bytes) else name, use, int(memory.used), int(memory.total), degrees)
