"""What the figures were measured on."""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil

_ASK_TORCH = "import json, torch; print(json.dumps([torch.__version__, torch.get_num_threads()]))"


def describe_machine() -> dict[str, Any]:
    """Processor, cores, load before the start, versions, and the threads that torch takes."""
    # In a process of its own: with torch in this one, starting the applications would take longer.
    asked = subprocess.run([sys.executable, "-c", _ASK_TORCH], capture_output=True, text=True, check=True)
    torch_version, threads = json.loads(asked.stdout)
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30),
        "load": round(psutil.getloadavg()[0], 2),
        "system": platform.system(),
        "python": platform.python_version(),
        "torch": torch_version,
        "threads": threads,
    }


def one_line(machine: dict[str, Any]) -> str:
    """The same for people."""
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB, {machine['system']}; "
        f"Python {machine['python']}, torch {machine['torch']} with {machine['threads']} threads; "
        f"load before the start {machine['load']}"
    )


def _processor() -> str:
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8") as lines:
            named = next(line for line in lines if line.startswith("model name"))
        return named.split(":", 1)[1].strip()
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
