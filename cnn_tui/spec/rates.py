"""The learning rate of every step: a function of the training, the step, what was changed on the way, and a plateau."""

from math import cos, floor, log, pi

from msgspec import Struct

from cnn_tui.spec.schedules import Cosine, Exponential, OneCycle, Step
from cnn_tui.spec.training import Training


class Change(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What someone changed while a run was at work; it holds from this step of this epoch (both from 0) on."""

    epoch: int
    step: int
    learning_rate: float | None = None
    epochs: int | None = None


class Rates(Struct, frozen=True):
    """The rates of a training with so many steps an epoch."""

    training: Training
    steps: int
    changes: tuple[Change, ...] = ()
    """In the order in which they were made."""

    def epochs(self, epoch: int, step: int) -> int:
        """For how many epochs it trains, as is known at this step."""
        asked = [one.epochs for one in self._made(epoch, step) if one.epochs is not None]
        return asked[-1] if asked else self.training.epochs

    def base(self, epoch: int, step: int) -> tuple[float, int]:
        """The rate that the schedule changes, and how often someone has changed it before this step."""
        asked = [one.learning_rate for one in self._made(epoch, step) if one.learning_rate is not None]
        return (asked[-1] if asked else self.training.optimizer.learning_rate), len(asked)

    def rate(self, epoch: int, step: int, reduced: float | None = None) -> float:
        """The rate of a step; `reduced`: what a plateau has left of it."""
        base = self.base(epoch, step)[0] if reduced is None else reduced
        done = epoch * self.steps + step
        warmup = round(self.training.warmup * self.steps)
        if done < warmup:
            return base * (done + 1) / warmup
        total = self.epochs(epoch, step) * self.steps
        return base * self._share(done - warmup, max(total - warmup, 1))

    def _share(self, done: int, total: int) -> float:
        """What the schedule leaves of the rate after so many of its steps."""
        match self.training.schedule:
            case Step(epochs=epochs, factor=factor):
                return factor ** (done // (epochs * self.steps))
            case Exponential(factor=factor):
                return float(factor ** (done / self.steps))
            case Cosine() as cosine:
                return _cosine(cosine, done, total, self.steps)
            case OneCycle() as cycle:
                return _one_cycle(cycle, done, total)
        return 1.0

    def _made(self, epoch: int, step: int) -> tuple[Change, ...]:
        if not self.changes:
            return ()
        return tuple(one for one in self.changes if (one.epoch, one.step) <= (epoch, step))


def _cosine(cosine: Cosine, done: int, total: int, steps: int) -> float:
    """Keras's CosineDecay; with restarts its CosineDecayRestarts."""
    height = 1.0
    if cosine.first_epochs is None:
        share = min(done / total, 1.0)
    else:
        share = done / (cosine.first_epochs * steps)
        if cosine.t_mul == 1:
            wave = floor(share)
            share -= wave
        else:
            wave = floor(log(1 - share * (1 - cosine.t_mul)) / log(cosine.t_mul))
            share = (share - (1 - cosine.t_mul**wave) / (1 - cosine.t_mul)) / cosine.t_mul**wave
        height = cosine.m_mul**wave
    return (1 - cosine.alpha) * 0.5 * height * (1 + cos(pi * share)) + cosine.alpha


def _one_cycle(cycle: OneCycle, done: int, total: int) -> float:
    """PyTorch's OneCycleLR with anneal_strategy cos and three_phase off."""
    top, last = cycle.rise * total - 1, total - 1
    if done <= top:
        return _between(cycle.start, 1.0, done / top if top else 1.0)
    return _between(1.0, cycle.start * cycle.end, min((done - top) / (last - top), 1.0))


def _between(first: float, last: float, share: float) -> float:
    return last + (first - last) / 2 * (1 + cos(pi * share))
