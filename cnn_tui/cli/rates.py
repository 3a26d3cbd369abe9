"""`cnn-tui find-rate`: a learning-rate range test, its curve, and the rate that it suggests."""

from math import ceil, floor, log10

import msgspec
from rich.text import Text

from cnn_tui.cli import options
from cnn_tui.cli.asked import with_experiment
from cnn_tui.cli.output import console, print_json
from cnn_tui.cli.progress import bar
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.rate_curve import RateCurve

HEIGHT, WIDEST = 18, 100


@with_experiment
def find_rate(asked: Experiment, as_json: options.AsJson = False) -> int:
    """Find a learning rate: train some steps with ever higher ones, on a network that is thrown away."""
    from cnn_tui.engine.rate_finder import find_rate as find

    with bar("Trying learning rates") as shown:
        curve = find(asked, shown.tell)
    if as_json:
        print_json({**msgspec.to_builtins(curve), "sentence": curve.sentence})
        return 0
    out = console()
    if out.is_terminal and curve.rates:
        out.print(drawn(curve, min(out.width, WIDEST)), no_wrap=True)
    out.print(curve.sentence, soft_wrap=True)
    if curve.advised is not None:
        out.print(f"Train with it: --learning-rate {curve.advised:.2g}")
    return 0


def drawn(curve: RateCurve, width: int) -> str:
    """The smoothed loss over the logarithm of the rate, the suggestion marked."""
    import plotext

    shown = [(log10(rate), loss) for rate, loss in zip(curve.rates, curve.smoothed, strict=True) if loss <= curve.top]
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.plot_size(width, HEIGHT)
    plotext.plot([x for x, _ in shown], [y for _, y in shown], marker="braille")
    powers = range(ceil(shown[0][0] - 1e-9), floor(shown[-1][0] + 1e-9) + 1)
    plotext.xticks(list(powers), [f"1e{power}" for power in powers])
    if curve.suggestion is not None:
        plotext.vline(log10(curve.suggestion))
    plotext.title("loss over learning rate")
    return Text.from_ansi(plotext.build()).plain  # it sets colours back that nobody has set
