"""Which matrix of a run is looked at: the test or an epoch, all classes or the worst, alone or beside another run."""

from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from cnn_tui.results.compare import McNemar
from cnn_tui.results.confusion import Confusion
from cnn_tui.results.evaluation import Evaluation
from cnn_tui.results.folding import Folded, most_confused, whole
from cnn_tui.results.ordering import ORDERS, Order
from cnn_tui.text import clean
from cnn_tui.ui.run_text import result_words

FOLDS = (0, 10, 20, 40)
"""How many of the most confused classes stand alone; 0: all."""
CHANCE = 0.05
"""Below this probability a difference is called one."""


class Other(Struct, frozen=True):
    """Another run on the same images."""

    name: str
    confusion: Confusion
    test: McNemar


class MatrixView(Struct, frozen=True, dict=True):
    """One way to look at the matrices of a run; every key makes another."""

    evaluation: Evaluation
    epochs: dict[int, Confusion] = {}
    """The matrix after each epoch, on the held-out rows."""
    epoch: int = 0
    """The epoch that is looked at; 0: the test."""
    order: Order = "class"
    fold: int = 0
    other: Other | None = None

    @property
    def is_test(self) -> bool:
        """Whether its cells are those whose images are kept."""
        return not self.epoch

    @cached_property
    def folded(self) -> Folded:
        """What is drawn, and which classes each of its classes is."""
        confusion = self.epochs[self.epoch] if self.epoch else self.evaluation.confusion
        return most_confused(confusion, self.fold) if self.fold and not self.other else whole(confusion)

    @property
    def confusion(self) -> Confusion:
        """What is drawn."""
        return self.folded.confusion

    @property
    def title(self) -> str:
        """What it is and how it went."""
        if not self.epoch:
            words = result_words(self.evaluation)
        else:
            confusion = self.confusion
            last = max(self.epochs)
            words = f"validation after epoch {self.epoch:,} of {last:,} · {confusion.images:,} images"
            words = f"{words} · accuracy {confusion.accuracy:.4f}"
        return f"{self.fold} most confused · {words}" if self.fold and not self.other else words

    @property
    def folds(self) -> tuple[int, ...]:
        """Ways to fold that leave something out."""
        return tuple(count for count in FOLDS if count < len(self.evaluation.confusion.classes) - 1)

    def with_next_epoch(self, by: int) -> "MatrixView":
        """The test, then every epoch, then the test again."""
        stops = [0, *self.epochs]
        return replace(self, epoch=stops[(stops.index(self.epoch) + by) % len(stops)], other=None)

    def with_next_order(self) -> "MatrixView":
        """The classes in the next order."""
        return replace(self, order=ORDERS[(ORDERS.index(self.order) + 1) % len(ORDERS)])

    def with_next_fold(self) -> "MatrixView":
        """All classes, or fewer of them."""
        folds = self.folds
        at = folds.index(self.fold) if self.fold in folds else 0
        return replace(self, fold=folds[(at + 1) % len(folds)], other=None)

    def beside(self, other: Other) -> "MatrixView":
        """The test of all classes beside that of another run."""
        return replace(self, other=other, epoch=0, fold=0)

    def members(self, index: int) -> tuple[int, ...]:
        """Which classes of the whole matrix one that is drawn is."""
        return self.folded.members[index]


def compared_words(accuracy: float, other: Other) -> str:
    """Which of two runs is better, and whether by more than chance."""
    test = other.test
    name, change = clean(other.name, 40), accuracy - other.confusion.accuracy
    right = (
        f"Only this run is right on {test.only_first:,} of {test.images:,} images, only {name} on {test.only_second:,}."
    )
    if test.statistic is None:
        return f"Both runs are right on the same {test.both:,} of {test.images:,} images."
    how = "exact binomial" if test.is_exact else f"χ² = {test.statistic:.2f}"
    p = f"p = {test.p_value:.4f}" if test.p_value >= 0.0001 else "p < 0.0001"
    verdict = "This is more than chance" if test.p_value < CHANCE else "This may be chance"
    return f"Accuracy {change:+.4f} against {name}. {right} McNemar: {how}, {p}. {verdict}."
