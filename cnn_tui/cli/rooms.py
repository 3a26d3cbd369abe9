"""`cnn-tui find-batch`: the largest batch that there is room for; and what `train --estimate` says."""

import msgspec

from cnn_tui.cli import options
from cnn_tui.cli.asked import with_experiment
from cnn_tui.cli.output import console, print_json
from cnn_tui.cli.progress import bar
from cnn_tui.spec.experiment import Experiment


@with_experiment
def find_batch(asked: Experiment, as_json: options.AsJson = False) -> int:
    """Find the largest batch that there is room for: by the shapes of the model, and on a GPU by trying it."""
    from cnn_tui.engine.batch_finder import find_batch as find

    with bar("Looking for room") as shown:
        found = find(asked, shown.tell)
    if as_json:
        print_json({**msgspec.to_builtins(found), "sentence": found.sentence})
    else:
        console().print(found.sentence, soft_wrap=True)
    return 0 if found.batch_size else 1


def print_estimate(asked: Experiment, as_json: bool) -> int:
    """Says how long the training will take and what memory it needs; some steps are timed for that."""
    from cnn_tui.engine.estimate import estimate

    found = estimate(asked)
    if as_json:
        more = {"seconds": found.seconds, "images_per_second": found.images_per_second, "sentence": found.sentence}
        print_json({**msgspec.to_builtins(found), **more})
    else:
        console().print(found.sentence, soft_wrap=True)
    return 0
