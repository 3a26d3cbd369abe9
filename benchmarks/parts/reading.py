"""Reading a gzipped table of images, beside pandas."""

from benchmarks.contenders.tables import table_file
from benchmarks.report import Row, Wanted
from benchmarks.workers import Worker, default_environment, in_turn


def rows(rounds: int) -> list[Row]:
    """The first time, and from the cache."""
    path = table_file()
    name = f"{path.parent.name}/{path.name} ({path.stat().st_size / 1e6:.1f} MB)"
    environment = default_environment()
    contenders = ("ours-cold", "pandas", "ours-cached")
    with Worker(environment, *contenders) as worker:
        runs = in_turn({contender: worker.measure(contender) for contender in contenders}, rounds)
    cold, cached, pandas = runs["ours-cold"], runs["ours-cached"], runs["pandas"]
    return [
        Row(
            what=f"Reading {name} for the first time; pandas",
            unit="s",
            ours=cold,
            peer=pandas,
            wanted=Wanted("ratio", "≤", 1.2),
        ),
        Row(
            what="Reading it from the cache, hash included",
            unit="s",
            ours=cached,
            peer=pandas,
            wanted=Wanted("ours", "<", 0.3),
        ),
    ]
