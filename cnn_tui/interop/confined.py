"""A reader of foreign files gives up what it does not need before it opens one: memory, time, files, new rights."""

import contextlib
import sys
from pathlib import Path

SECONDS = 10
"""What a reader may compute, and a second more for each 16 MB: damaged files can send HDF5 round in circles."""
BYTES_A_SECOND = 2**24
MEMORY = 192 * 2**20
"""What a reader may take beside what it has and four times the size of the file."""
MAX_FILES = 64


def confine(file_bytes: int, memory: int = MEMORY, seconds: int = SECONDS) -> None:
    """Limits this process for good: what it may take, that it writes no file, and that it gains no rights.

    What a system has no limit for stays as it is.
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    _limit(resource.RLIMIT_CPU, seconds + file_bytes // BYTES_A_SECOND, grace=1)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_NOFILE, MAX_FILES)
    _limit(resource.RLIMIT_CORE, 0)
    if taken := _taken():
        _limit(resource.RLIMIT_AS, taken + memory + 4 * file_bytes)
    if sys.platform == "linux":
        import ctypes

        set_no_new_privileges = 38
        ctypes.CDLL(None).prctl(set_no_new_privileges, 1, 0, 0, 0)


def _limit(kind: int, most: int, grace: int = 0) -> None:
    """No more than this; with a grace the process is told that it took too much before it is ended."""
    import resource

    hard = resource.getrlimit(kind)[1]
    lowest = most if hard == resource.RLIM_INFINITY else min(most, hard)
    highest = lowest + grace if hard == resource.RLIM_INFINITY else min(lowest + grace, hard)
    with contextlib.suppress(ValueError, OSError):  # a system that knows the limit but does not let it be set
        resource.setrlimit(kind, (lowest, highest))


def _taken() -> int:
    """How many bytes of address space this process has; 0 where the system does not say."""
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        return pages * resource.getpagesize()
    except OSError:
        return 0
