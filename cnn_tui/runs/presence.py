"""Who is at work on a run: on which machine, since which start of it, as which process; and is that one still there."""

import json
import os
import platform
from pathlib import Path
from typing import Any

from msgspec import Struct

from cnn_tui.files import replace_text
from cnn_tui.runs.heartbeat import seconds_silent
from cnn_tui.runs.lock import is_held
from cnn_tui.runs.space import RESERVE_BYTES, free_bytes, megabytes

SECONDS_UNTIL_GIVEN_UP = 60.0
"""How long a trainer on another machine may be silent before it counts as gone: its lock may outlive it there."""
BOOT = Path("/proc/sys/kernel/random/boot_id")
KILLS = Path("/proc/vmstat")


class Presence(Struct, frozen=True, kw_only=True):
    """A trainer's process, as it wrote it down at its start."""

    pid: int = 0
    host: str = ""
    boot: str = ""
    """Another one after every start of the machine; empty where the system has none."""
    born: float = 0.0
    """When the process was made, in seconds since 1970: a number of a process comes again, with another time."""
    out_of_memory_kills: int = 0
    """How many processes the system had ended for lack of memory by then."""

    @property
    def is_here(self) -> bool:
        """Whether it is, or was, on this machine."""
        return self.host == platform.node()


def ourselves() -> Presence:
    """This process."""
    import psutil

    return Presence(
        pid=os.getpid(),
        host=platform.node(),
        boot=_boot(),
        born=psutil.Process().create_time(),
        out_of_memory_kills=_out_of_memory_kills(),
    )


def write_presence(path: Path, presence: Presence, document: dict[str, Any]) -> None:
    """Writes down who is at work, with what else is known of its machine."""
    held = {field: getattr(presence, field) for field in Presence.__struct_fields__}
    replace_text(path, json.dumps(document | held, indent=1) + "\n")


def presence_in(document: dict[str, Any]) -> Presence:
    """Who wrote a machine.json; what it does not say is empty."""
    kinds = {"pid": int, "host": str, "boot": str, "born": float, "out_of_memory_kills": int}
    return Presence(**{key: document[key] for key, kind in kinds.items() if isinstance(document.get(key), kind)})


def is_at_work(lock: Path, heartbeat: Path, document: dict[str, Any] | None) -> bool:
    """Whether a trainer is at work. On this machine its lock says so; on another one its signs of life do.

    `document` is what its machine.json holds, None when there is none.
    """
    held = is_held(lock)
    presence = presence_in(document or {})
    if not presence.host or presence.is_here:
        return held
    silent = seconds_silent(heartbeat)
    return silent is not None and silent < SECONDS_UNTIL_GIVEN_UP


def how_it_went(presence: Presence, folder: Path, log: Path) -> str:
    """A sentence about a trainer that ended without a word."""
    if not os.access(folder, os.W_OK):
        return "The trainer ended without a word: its folder cannot be written to any more. Mend that and resume it."
    if (free := free_bytes(folder)) < RESERVE_BYTES:
        return (
            f"The trainer ended without a word: its disk is full, {megabytes(free)} are free. Make room and resume it."
        )
    if presence.host and not presence.is_here:
        return f"It ran on {presence.host}, which gives no sign of life. Resume it there, or here."
    if presence.boot and _boot() and presence.boot != _boot():
        return "The machine was started anew while it was at work. Resume it."
    if kills := _out_of_memory_kills() - presence.out_of_memory_kills if presence.pid else 0:
        many = "a process" if kills == 1 else f"{kills:,} processes"
        return (
            f"The trainer ended without a word, and the system has ended {many} for lack of memory since it began. "
            "Close other programs and resume it, or train again with a smaller batch size."
        )
    if fault := _fault(log):
        return f"The trainer crashed: {fault}; {log.name} in the run has more. Resume it."
    return f"The trainer was ended from outside, without a word; {log.name} in the run may say why. Resume it."


def _boot() -> str:
    try:
        return BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _out_of_memory_kills() -> int:
    try:
        lines = KILLS.read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), 0)


def _fault(log: Path) -> str:
    """What Python wrote into the log when the process fell over, or nothing."""
    try:
        with log.open("rb") as file:
            file.seek(max(file.seek(0, os.SEEK_END) - 10_000, 0))
            lines = file.read().decode(errors="replace").splitlines()
    except OSError:
        return ""
    return next((line[:100] for line in reversed(lines) if line.startswith("Fatal Python error:")), "")
