"""The confusion matrix as Galaxy's "Machine Learning Visualization Extension" draws it."""

from typing import IO

from cnn_tui.results.confusion import Confusion
from cnn_tui.results.plots import unavailable
from cnn_tui.text import clean

TITLE = "Confusion matrix between true and predicted labels"
INCHES, DOTS_AN_INCH = 7, 125
"""875 pixels each way, as there."""
MOST_NUMBERS = 40
"""Classes up to which a number fits into a cell."""
LONGEST_NAME = 16


def write_galaxy_plot(confusion: Confusion, out: IO[bytes], colours: str = "Greens") -> None:
    """Draws the counts, each in its cell, as PNG. Raises UserError without matplotlib."""
    if problem := unavailable():
        raise problem
    import matplotlib
    import numpy as np
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    counts = np.array(confusion.counts)
    with matplotlib.rc_context({"text.parse_math": False}):
        figure = Figure(figsize=(INCHES, INCHES))
        FigureCanvasAgg(figure)  # no window and no display, whatever the user's settings say
        axes = figure.subplots()
        image = axes.imshow(counts, cmap=colours)
        if len(counts) <= MOST_NUMBERS:
            for (row, column), count in np.ndenumerate(counts):
                axes.text(column, row, str(count), ha="center", va="center", color="k", fontsize=_size(len(counts)))
        names = [clean(name, LONGEST_NAME) for name in confusion.classes]
        axes.set_xticks(range(len(names)), names, rotation=90 if max(map(len, names)) > 3 else 0)
        axes.set_yticks(range(len(names)), names)
        axes.set_ylabel("True class labels")
        axes.set_xlabel("Predicted class labels")
        axes.set_title(TITLE)
        figure.colorbar(image, ax=axes)
        figure.tight_layout()
        figure.savefig(out, format="png", dpi=DOTS_AN_INCH, metadata={"Software": "cnn-tui"})


def _size(classes: int) -> float:
    """The size of numbers in points: 10, less where cells are small."""
    return min(10.0, 150 / classes)
