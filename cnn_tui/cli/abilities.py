"""What this machine and this terminal can do for us, each fact with its words."""

import locale
import os
import platform
import re
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from msgspec import Struct

from cnn_tui import __version__
from cnn_tui.cli.output import console
from cnn_tui.machine import memory_bytes
from cnn_tui.runs.space import free_bytes, megabytes

_EXTRA = re.compile(r"""^([\w.-]+).*extra\s*==\s*["']([\w-]+)["']""")
DEVELOPMENT = "dev"


class Fact(Struct, frozen=True):
    """One thing that is so here."""

    key: str
    """For scripts; empty: they know it by another fact."""
    name: str
    value: Any
    """For scripts."""
    words: str
    """For people; empty: only scripts are told."""


def abilities(runs: Path) -> list[Fact]:
    """Everything, in the order in which it is shown."""
    return [*_programs(), *_torch(), *_resources(runs), *_terminal(), *_missing()]


def _programs() -> Iterator[Fact]:
    yield Fact("cnn_tui", "cnn-tui", __version__, __version__)
    python = platform.python_version()
    yield Fact("python", "Python", python, f"{python}, {sys.executable}")
    system = f"{platform.system()} {platform.release()}, {platform.machine()}"
    yield Fact("system", "system", system, system)


def _torch() -> Iterator[Fact]:
    try:
        import torch
    except (ImportError, OSError) as error:
        yield Fact("torch", "torch", None, f"cannot be loaded: {error}. pip install torch")
        return
    yield Fact("torch", "torch", torch.__version__, torch.__version__)
    from cnn_tui.engine.devices import choose

    choice = choose("auto", "auto")
    yield Fact("device", "device", choice.device, f"{choice.device}: {choice.device_reason}")
    yield Fact("precision", "precision", choice.precision, f"{choice.precision}: {choice.precision_reason}")
    cuda = [torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count())]
    yield Fact("cuda_devices", "CUDA", cuda, ", ".join(cuda) or "no device")
    yield Fact("threads", "threads", choice.threads, f"{choice.threads} of {os.cpu_count()} cores compute")


def _resources(runs: Path) -> Iterator[Fact]:
    import psutil

    memory, available = memory_bytes(), int(psutil.virtual_memory().available)
    yield Fact("memory_bytes", "memory", memory, f"{megabytes(memory)}, {megabytes(available)} of it free")
    yield Fact("memory_free_bytes", "", available, "")
    free = free_bytes(runs)
    yield Fact("runs", "runs", str(runs.absolute()), f"{runs.absolute()}, {megabytes(free)} free")
    yield Fact("disk_free_bytes", "", free, "")


def _terminal() -> Iterator[Fact]:
    out = console()
    size = shutil.get_terminal_size()
    yield Fact("terminal", "terminal", out.is_terminal, os.environ.get("TERM", "") if out.is_terminal else "none")
    yield Fact("size", "size", [size.columns, size.lines], f"{size.columns} columns, {size.lines} lines")
    colours = {"standard": 16, "256": 256, "truecolor": 16_777_216, "windows": 16}.get(out.color_system or "", 0)
    why = " (NO_COLOR is set)" if os.environ.get("NO_COLOR") else ""
    yield Fact("colours", "colours", colours, f"{colours:,}{why}" if colours else f"none{why}")
    encoding = locale.getpreferredencoding(False)
    yield Fact("encoding", "encoding", encoding, encoding)


def _missing() -> Iterator[Fact]:
    """What is not installed of what can be added, and how it is."""
    try:
        lines = requires("cnn-tui") or []
    except PackageNotFoundError:
        lines = []
    extras: dict[str, list[str]] = {}
    for package, extra in (found.groups() for line in lines if (found := _EXTRA.match(line))):
        if extra != DEVELOPMENT:
            extras.setdefault(extra, []).append(package)
    lacking = {extra: [name for name in names if not _is_there(name)] for extra, names in extras.items()}
    lacking = {extra: names for extra, names in lacking.items() if names}
    yield Fact("missing", "", {extra: f"pip install 'cnn-tui[{extra}]'" for extra in lacking}, "")
    for extra, names in lacking.items():
        yield Fact("", extra, names, f"not installed: pip install 'cnn-tui[{extra}]'")


def _is_there(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return find_spec(package.replace("-", "_")) is not None
    return True
