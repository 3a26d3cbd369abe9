"""How busy this computer and its GPU are, how much of that is the trainer's, and what the run computes on."""

import asyncio
import textwrap
from collections.abc import Mapping
from typing import Any, ClassVar

from textual import work

from cnn_tui.text import clean
from cnn_tui.ui.gpu import Gpu, GpuWatch
from cnn_tui.ui.widgets.lines import Lines, Words

_WORDS_WIDTH, _LONGEST_METER = 20, 24
_FULL, _EMPTY = "█", "░"


class MachinePanel(Lines):
    """Looks at the computer when it is told to; sends only the figures that have changed."""

    DEFAULT_CSS: ClassVar[str] = """
    MachinePanel { height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__(classes="panel")
        self.border_title = "machine"
        self._machine: Mapping[str, Any] = {}
        self._trainer: Any = None
        self._gpu_watch = GpuWatch()
        self._gpu: Gpu | None = None

    def show(self, machine: Mapping[str, Any], pid: int | None) -> None:
        """Takes what the trainer has said of its machine, and its process if it is at work here."""
        self._machine, self._gpu = machine, None
        self._trainer = _process(pid)

    def on_resize(self) -> None:
        """Draws meters of the new length."""
        self.measure()

    def measure(self) -> None:
        """Looks at the computer, which takes a fraction of a millisecond; at a GPU beside the screen."""
        self._draw()
        if str(self._machine.get("device", "")).startswith("cuda"):
            self._look_at_gpu()

    @work(exclusive=True, group="gpu")
    async def _look_at_gpu(self) -> None:
        pid = self._trainer.pid if self._trainer else None
        self._gpu = await asyncio.to_thread(self._gpu_watch.look, pid)
        self._draw()

    def _draw(self) -> None:
        import psutil

        width = self.size.width
        memory = psutil.virtual_memory()
        cpu, used = psutil.cpu_percent(), memory.total - memory.available
        length = max(3, min(width - _WORDS_WIDTH, _LONGEST_METER))
        lines: list[Words] = [
            _meter("CPU", cpu / 100, length, f"{cpu:3.0f} %"),
            _meter("RAM", used / memory.total, length, f"{used / 2**30:.1f}/{memory.total / 2**30:.0f} GiB"),
        ]
        if gpu := self._gpu:
            degrees = "" if gpu.degrees is None else f" {gpu.degrees} °C"
            lines.append(_meter("GPU", gpu.use, length, f"{gpu.use:4.0%}{degrees}"))
            lines.append(
                _meter("", gpu.used / gpu.total, length, f"{gpu.used / 2**30:.1f}/{gpu.total / 2**30:.0f} GiB")
            )
        if trainer := self._of_trainer():
            lines.append([(trainer[: max(width, 1)], "muted")])
        for text in _choices(self._machine):
            lines += [[(part, "muted")] for part in textwrap.wrap(text, max(width, 10))]
        self.draw(lines)

    def _of_trainer(self) -> str:
        """What the trainer takes of the computer."""
        import psutil

        if self._trainer is None:
            return ""
        try:
            with self._trainer.oneshot():
                share, memory = self._trainer.cpu_percent(), self._trainer.memory_info().rss
        except psutil.Error:
            self._trainer = None
            return ""
        return f"trainer {share:.0f} % of a core, {memory / 2**30:.1f} GiB"


def _process(pid: int | None) -> Any:
    import psutil

    try:
        return psutil.Process(pid) if pid else None
    except psutil.Error:
        return None


def _meter(label: str, share: float, length: int, words: str) -> Words:
    full = round(length * min(max(share, 0), 1))
    return [(f"{label:<3} ", ""), (_FULL * full, "accent"), (_EMPTY * (length - full), "dim"), (f" {words}", "")]


def _choices(machine: Mapping[str, Any]) -> list[str]:
    """`cpu, 2 threads: this torch has no CUDA`."""
    lines = []
    for name in ("device", "precision"):
        if chosen := machine.get(name):
            threads = f", {machine['threads']} threads" if name == "device" and "threads" in machine else ""
            reason = machine.get(f"{name}_reason")
            lines.append(clean(f"{chosen}{threads}{f': {reason}' if reason else ''}", 300))
    return lines
