"""How busy this computer is, and what the run computes on."""

from collections.abc import Mapping
from typing import Any, ClassVar

from textual.content import Content
from textual.widgets import Static

from cnn_tui.text import clean

_WORDS_WIDTH, _LONGEST_METER = 15, 24


class MachinePanel(Static):
    """Processor and memory of the whole computer, and why the run uses the device and precision that it uses."""

    DEFAULT_CSS: ClassVar[str] = """
    MachinePanel { height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__(classes="panel", markup=False)
        self.border_title = "machine"
        self._lines: tuple[Content, ...] = ()
        self._machine: Mapping[str, Any] = {}

    def show(self, machine: Mapping[str, Any]) -> None:
        """Takes what the trainer has said of its machine."""
        self._machine = machine

    def measure(self) -> None:
        """Looks at the computer, which takes a fifth of a millisecond, and draws what has changed."""
        import psutil

        memory = psutil.virtual_memory()
        cpu, used = psutil.cpu_percent(), memory.total - memory.available
        length = max(3, min(self.size.width - _WORDS_WIDTH, _LONGEST_METER))
        lines = (
            _meter("CPU", cpu / 100, length, f"{cpu:.0f} %"),
            _meter("RAM", used / memory.total, length, f"{used / 2**30:.1f}/{memory.total / 2**30:.0f} GiB"),
            *_choices(self._machine),
        )
        if lines != self._lines:
            self._lines = lines
            self.update(Content("\n").join(lines), layout=False)


def _meter(label: str, share: float, length: int, words: str) -> Content:
    full = round(length * min(max(share, 0), 1))
    return Content.assemble(
        f"{label} ", ("█" * full, "$accent"), ("░" * (length - full), "$foreground 30%"), f" {words}"
    )


def _choices(machine: Mapping[str, Any]) -> list[Content]:
    """`cpu, 2 threads: this torch has no CUDA`."""
    lines = []
    for name in ("device", "precision"):
        if chosen := machine.get(name):
            threads = f", {machine['threads']} threads" if name == "device" and "threads" in machine else ""
            reason = machine.get(f"{name}_reason")
            lines.append(Content(clean(f"{chosen}{threads}{f': {reason}' if reason else ''}")))
    return lines
