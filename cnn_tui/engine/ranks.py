"""Which process of a team this one is, as torchrun tells it; alone where nobody does."""

import os


class PeerLost(Exception):
    """Another process of the team has gone, so nothing can be added up any more."""


def rank() -> int:
    """From 0; the process with 0 leads."""
    return int(os.environ.get("RANK", "0"))


def size() -> int:
    """How many processes train together, on all machines."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def place_on_machine() -> int:
    """Which of the processes on this machine it is, and so which of its GPUs it has."""
    return int(os.environ.get("LOCAL_RANK", "0"))


def processes_here() -> int:
    """How many of them are on this machine."""
    return int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
