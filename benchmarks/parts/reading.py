"""Reading a gzipped table of images, beside pandas and pyarrow; the memory that a large one takes."""

from benchmarks.contenders import NotMeasured
from benchmarks.contenders.tables import LARGE, peak_of_a_large_table, table_file
from benchmarks.report import Row, Wanted
from benchmarks.workers import Worker, default_environment, in_turn

FULL_ROUNDS = 7
"""With fewer, the table of 4 GiB is left out: it takes minutes."""


def rows(rounds: int) -> list[Row]:
    """The first time, from the cache, and the memory of a large one."""
    path = table_file()
    name = f"{path.parent.name}/{path.name} ({path.stat().st_size / 1e6:.1f} MB)"
    environment = default_environment()
    contenders = ("ours-cold", "pandas", "pyarrow", "ours-cached")
    with Worker(environment, *contenders) as worker:
        runs = in_turn({contender: worker.measure(contender) for contender in contenders}, rounds)
    cold, cached, pandas, arrow = (runs[name] for name in ("ours-cold", "ours-cached", "pandas", "pyarrow"))
    return [
        Row(
            what=f"Reading {name} for the first time; pandas",
            unit="s",
            ours=cold,
            peer=pandas,
            wanted=Wanted("ratio", "≤", 1.2),
        ),
        Row(what="The same; pyarrow", unit="s", ours=cold, peer=arrow),
        Row(
            what="Reading it from the cache, hash included",
            unit="s",
            ours=cached,
            peer=pandas,
            wanted=Wanted("ours", "<", 0.3),
        ),
        *([_memory()] if rounds >= FULL_ROUNDS else []),
    ]


def _memory() -> Row:
    """One row, from one large table however many the rounds."""
    what, wanted = (
        f"Memory that a table of {LARGE / 2**30:.0f} GiB takes at most, read and described",
        Wanted("ours", "<", 600),
    )
    try:
        return Row(what=what, unit="MB", ours=(peak_of_a_large_table(),), wanted=wanted)
    except NotMeasured as reason:
        return Row(what=what, unit="MB", wanted=wanted, reason=str(reason))
