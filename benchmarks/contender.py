"""A contender's process: prepares itself, warms up, and then works one chunk for each line that names a measure.

python -m benchmarks.contender NAME[@ARGUMENT]...      such as plain@500, keras@jax@64@cuda, ours@128@bf16
"""

import sys
from contextlib import ExitStack
from importlib import import_module

from benchmarks.contenders import Measure, NotMeasured

CONTENDERS = {
    "ours": "ours:training",
    "ours-prediction": "ours:prediction",
    "plain": "plain:training",
    "plain-prediction": "plain:prediction",
    "keras": "keras_fit:training",
    "keras-prediction": "keras_fit:prediction",
    "matrix-product": "matrix_product:rate",
    "pandas": "tables:pandas",
    "pyarrow": "tables:arrow",
    "ours-cold": "tables:cold",
    "ours-cached": "tables:cached",
    "pillow": "pictures:pillow",
    "ours-pictures": "pictures:cold",
    "ours-pictures-cached": "pictures:cached",
}
"""Where each is prepared; its module is imported in the process that needs it."""
READY = "ready"


def main(names: list[str]) -> int:
    """Says `ready`, or in one line why not; then a figure for each line read. Ends with its input."""
    with ExitStack() as stack:
        try:
            measures = {name: _prepare(name, stack) for name in names}
        except NotMeasured as reason:
            print(reason, flush=True)
            return 1
        print(READY, flush=True)
        for line in sys.stdin:
            print(measures[line.strip()](), flush=True)
    return 0


def _prepare(name: str, stack: ExitStack) -> Measure:
    """The measure, its first and slowest time behind it."""
    contender_name, *arguments = name.split("@")
    module, function = CONTENDERS[contender_name].split(":")
    contender = getattr(import_module(f"benchmarks.contenders.{module}"), function)
    measure: Measure = stack.enter_context(contender(*arguments))
    measure()
    return measure


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
