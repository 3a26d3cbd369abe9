"""What the screen tests share: an application on data that is answered from memory, without a process."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from msgspec.structs import replace

from cnn_tui.errors import UserError
from cnn_tui.results.confusion import count
from cnn_tui.results.evaluation import Evaluation
from cnn_tui.runs.client import Pictures, Service, Stopped, Told
from cnn_tui.runs.model_answers import Drawn, ModelFacts, Predicted
from cnn_tui.settings import Settings
from cnn_tui.spec.data import AS_IT_COMES, Data, Reading, Source
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.presets import tutorial
from cnn_tui.spec.rate_curve import RateCurve
from cnn_tui.spec.report import Finding, Found, Report
from cnn_tui.ui.app import CnnApp
from cnn_tui.ui.session import Session

IMAGES_A_CLASS = (6, 7, 5, 6, 4, 6, 6, 8, 6, 6)


class FixedService(Service):
    """Answers like the service about 28x28 images: an image of class n has n rows of light, numbered rows repeat."""

    def __init__(self, report: Report | None = None, problem: UserError | None = None) -> None:
        super().__init__()
        self.report = report or a_report()
        self.problem = problem
        self.curve = RateCurve()
        self.facts = ModelFacts("galaxy_cnn", tuple("0123456789"), (28, 28, 1), (784,), 2, 30_634)
        self.asked: list[tuple[Any, ...]] = []
        self.held = False
        self.stopped = False
        self.let_go = asyncio.Event()

    async def find(self, paths: list[str]) -> Data:
        """A table in the folder that was asked for."""
        self.asked.append(("find", *paths))
        if self.problem:
            raise self.problem
        return Data(train=Source(images=f"{paths[0]}/X.tsv", labels=f"{paths[0]}/y.tsv"))

    async def describe(self, data: Data, told: Told | None = None) -> Report:
        """Always the same; a `held` service says first that it is half done, and answers when it is let go or stopped."""
        self.asked.append(("describe", data))
        if self.held:
            assert told
            told(0.43)
            await self.let_go.wait()
        if self.stopped:
            self.stopped = False
            raise Stopped
        if self.problem:
            raise self.problem
        return self.report

    def stop(self) -> None:
        """Ends the reading that is held."""
        self.stopped, self.held = True, False
        self.let_go.set()

    async def means(self, data: Data, part: str, target: int = 0) -> Pictures:
        """A picture for each class."""
        self.asked.append(("means", part))
        return replace(_pictures(list(range(len(self.report.classes))), []), rows=())

    async def augmented(self, data: Data, part: str, row: int, seed: int, count: int) -> Pictures:
        """Pictures of the class of the row."""
        self.asked.append(("augmented", data.augmentation, row, seed))
        return _pictures([row % 10] * count, [row] * count)

    async def pictures(self, data: Data, part: str, rows: list[int]) -> Pictures:
        """Row n is of class n modulo the classes."""
        self.asked.append(("pictures", part, rows[0]))
        classes = len(self.report.classes)
        return _pictures([row % classes for row in rows], rows)

    async def pictures_of_class(
        self, data: Data, part: str, label: int, first: int, count: int, target: int = 0
    ) -> Pictures:
        """Every tenth row is of the class."""
        self.asked.append(("class", part, label, first))
        last = min(first + count, self.report.train.counts[label])
        return _pictures([label] * (last - first), [label + 10 * place for place in range(first, last)])

    async def export_run(self, run: str, out: str, told: Told | None = None) -> None:
        """Writes the file."""
        from cnn_tui.engine.run_report import export_run

        self.asked.append(("export_run", run, out))
        await asyncio.to_thread(export_run, Path(run), Path(out), lambda share: None)

    async def export_model(
        self, file: str, out: str, to: str, bake_scaling: bool = False, told: Told | None = None
    ) -> None:
        """Writes the file; a `held` service is half done until it is let go or the asker is cancelled."""
        from cnn_tui.engine.model_answers import export_model

        self.asked.append(("export_model", to, bake_scaling))
        if self.held:
            assert told
            told(0.43)
            await self.let_go.wait()
        question = {"model": file, "out": out, "to": to, "bake": bake_scaling}
        await asyncio.to_thread(export_model, question, lambda share: None)

    async def find_rate(self, experiment: Experiment, told: Told | None = None) -> RateCurve:
        """The curve that is set; a `held` service is half done until it is let go or the asker is cancelled."""
        self.asked.append(("find_rate", experiment))
        if self.held:
            assert told
            told(0.43)
            await self.let_go.wait()
        if self.problem:
            raise self.problem
        return self.curve

    async def model(self, file: str) -> ModelFacts:
        """A model of 28x28 pictures with ten classes."""
        self.asked.append(("model", file))
        if self.problem:
            raise self.problem
        return self.facts

    async def drawn(self, file: str, ink: Any, brightest: float = 255.0) -> Drawn:
        """The more ink, the higher the digit."""
        self.asked.append(("drawn", brightest))
        picture = np.zeros(self.facts.picture or (1, 1, 1), np.uint8)
        picture[: len(picture) // 2] = 255
        return Drawn(picture, _chances(int(ink.astype(bool).mean() * 40) % 10, len(self.facts.classes)))

    async def predicted(
        self, file: str, path: str, labels: str = "", reading: Reading = AS_IT_COMES, told: Told | None = None
    ) -> Predicted:
        """Thirty images, every tenth of them predicted wrong; a `held` service is half done until it is let go."""
        self.asked.append(("predicted", path))
        if self.held:
            assert told
            told(0.43)
            await self.let_go.wait()
        if self.stopped:
            self.stopped = False
            raise Stopped
        if self.problem:
            raise self.problem
        rows = np.arange(30)
        places = np.stack([rows % 10, (rows + 1) % 10, (rows + 2) % 10], axis=1)
        truth = np.where(rows % 10 == 9, 0, rows % 10)
        evaluation = Evaluation("test", 0.3, count(truth, places[:, 0], self.facts.classes))
        chances = np.tile(np.array([0.7, 0.2, 0.1], np.float32), (30, 1))
        known = {"evaluation": msgspec.to_builtins(evaluation), "labels": truth}
        return Predicted(places=places, chances=chances, names=(), **known)

    async def looked_at(
        self, file: str, path: str, row: int, labels: str = "", reading: Reading = AS_IT_COMES
    ) -> Drawn:
        """The picture of a row."""
        self.asked.append(("looked_at", row))
        return Drawn(_pictures([row % 10], [row]).images[0], _chances(row % 10, len(self.facts.classes)))


def _chances(place: int, classes: int) -> tuple[float, ...]:
    return tuple(0.91 if at == place else 0.01 for at in range(classes))


def _pictures(labels: list[int], rows: list[int]) -> Pictures:
    images = np.zeros((len(labels), 28, 28, 1), np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[: label + 1] = 255
    return Pictures(images, tuple(labels), tuple(rows))


def a_report(classes: tuple[str, ...] = tuple("0123456789"), problems: tuple[str | Finding, ...] = ()) -> Report:
    """60 images of 784 bytes; class 4 has the fewest."""
    counts = IMAGES_A_CLASS[: len(classes)]
    found = Found(
        images=sum(counts),
        shape=(784,),
        dtype="uint8",
        counts=counts,
        low=0,
        high=255,
        mean=33.3,
        deviation=78.6,
        histogram=(800, 20, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 15, 20, 40, 80),
    )
    test = replace(found, images=10, counts=tuple(1 for _ in classes))
    findings = tuple(Finding(kind="doubt", sentence=one) if isinstance(one, str) else one for one in problems)
    return Report(
        format="tab-separated table", header=False, classes=classes, train=found, test=test, problems=findings
    )


def some_data(name: str = "X_train.tsv.gz") -> Data:
    """Data whose files need not exist, as the service is fixed."""
    return Data(
        train=Source(images=f"/data/{name}", labels="/data/y_train.tsv.gz"),
        test=Source(images="/data/X_test.tsv.gz", labels="/data/y_test.tsv.gz"),
    )


def an_app(
    place: str = "data",
    data: Data | None = None,
    service: Service | None = None,
    theme: str = "cnn-dark",
    **session: Any,
) -> CnnApp:
    """The application on the tutorial's model, with a service that needs no process."""
    app = CnnApp(
        Session(model=tutorial().model, data=data, **session), Settings(theme=theme), Path("runs"), place=place
    )
    app.service = service or FixedService()
    return app


def screen_text(app: CnnApp) -> str:
    """What stands on the screen, line by line."""
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in line) for line in lines)


async def until(pilot, is_so, looks=300):
    """Lets the application work until something is so; what never comes fails."""
    for _ in range(looks):
        if is_so():
            return
        await pilot.pause(0.01)
    raise AssertionError("it never came")
