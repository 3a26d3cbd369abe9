"""What this machine has, as far as this process may use it."""

from pathlib import Path

LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
"""Where Linux says how much a container may take, in its newer and its older form."""


def memory_bytes() -> int:
    """The memory of the machine, or what a container leaves of it."""
    import psutil  # not before the first frame

    return min(int(psutil.virtual_memory().total), *(limit for path in LIMITS if (limit := _limit(path))))


def _limit(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except (OSError, ValueError):  # there is no such file, or it says `max`
        return None
