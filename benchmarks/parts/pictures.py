"""Reading 10,000 small PNGs, beside a plain Pillow loop."""

from benchmarks.report import Row, Wanted
from benchmarks.workers import Worker, default_environment, in_turn

COLD, CACHED, PEER = "ours-pictures", "ours-pictures-cached", "pillow"


def rows(rounds: int) -> list[Row]:
    """The first time, and from the cache."""
    contenders = (COLD, PEER, CACHED)
    with Worker(default_environment(), *contenders) as worker:
        runs = in_turn({contender: worker.measure(contender) for contender in contenders}, rounds)
    return [
        Row(what="Reading 10,000 PNGs for the first time; a Pillow loop", unit="s", ours=runs[COLD], peer=runs[PEER]),
        Row(what="Reading them again", unit="s", ours=runs[CACHED], wanted=Wanted("ours", "<", 0.3)),
    ]
