"""Where the axes of a plot have numbers."""


def even_ticks(low: float, high: float, wanted: int) -> list[float]:
    """From the lowest to the highest value in even steps; one tick where all are the same."""
    steps = max(1, wanted - 1)
    return [low] if low == high else [low + (high - low) * step / steps for step in range(steps + 1)]


def epoch_ticks(last: float, wanted: int, first: float = 0) -> list[float]:
    """About `wanted` round numbers from `first` or below to at least `last`; halves and tenths in a small range."""
    steps = [base * 10.0**power for power in range(-2, 10) for base in (1, 2, 5)]
    step = next((step for step in steps if (last - first) / step <= max(1, wanted)), steps[-1])
    begin = int(first // step)
    count = max(1, -int(-last // step) - begin)
    return [round(step * (begin + index), 2) for index in range(count + 1)]
