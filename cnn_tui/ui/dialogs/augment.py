"""Augmentation: its settings beside what they make of one image."""

from typing import ClassVar

from msgspec.structs import replace
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from cnn_tui.errors import UserError
from cnn_tui.runs.client import Service
from cnn_tui.spec.augmentation import Augmentation
from cnn_tui.spec.data import Data
from cnn_tui.spec.report import PartName
from cnn_tui.ui.dialogs.edit import Edit
from cnn_tui.ui.widgets.pictures import Pictures

NOTHING = Augmentation()
DRAWS = 12
IN_VIEW = 4


class EditAugmentation(Edit[Augmentation]):
    """Edits what happens to training images at random; the same seed shows the same pictures."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "draw_again", "Other draws", tooltip="Show what else may come out", id="augment.again"),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    EditAugmentation > Vertical { width: 110; height: 90%; }
    EditAugmentation #beside { height: 1fr; align-horizontal: left; }
    EditAugmentation Form { width: 32; height: 100%; max-height: 100%; }
    EditAugmentation Pictures { width: 1fr; margin-left: 2; }
    """

    def __init__(self, data: Data, part: PartName, row: int) -> None:
        super().__init__("Augmentation · ctrl+r draws again", data.augmentation or NOTHING)
        self._data = data
        self._part = part
        self._row = row
        self._seed = 0
        self._drawn: tuple[Augmentation, int] | None = None
        self._asking = False

    def compose_form(self) -> ComposeResult:
        """The settings, and the pictures."""
        with Horizontal(id="beside"):
            yield from super().compose_form()
            yield Pictures(least=IN_VIEW)

    def on_mount(self) -> None:
        """Shows what the settings make as they are."""
        super().on_mount()
        self.draw()

    def changed(self) -> None:
        """Shows what they make now."""
        self.draw()

    def action_draw_again(self) -> None:
        """Takes the next seed."""
        self._seed += 1
        self.draw()

    @work
    async def draw(self) -> None:
        """Shows the newest settings; one question at a time, those that were overtaken are skipped."""
        if self._asking:
            return
        self._asking = True
        box = self.query_one(Vertical)
        box.border_subtitle = "drawing ..."  # the first time it takes a second or two
        try:
            while self._drawn != (wanted := (self.value, self._seed)):
                await self._show(*wanted)
                self._drawn = wanted
        except UserError as error:
            self.say(error.sentence, wrong=True)
        finally:
            self._asking = False
            box.border_subtitle = ""

    async def _show(self, augmentation: Augmentation, seed: int) -> None:
        service: Service = self.app.service  # type: ignore[attr-defined] # there is one application
        data = replace(self._data, augmentation=augmentation)
        if augmentation == NOTHING:
            made = await service.pictures(data, self._part, [self._row])
            captions = ["as it is"] * len(made.images)
        else:
            made = await service.augmented(data, self._part, self._row, seed, DRAWS)
            captions = [f"draw {place + 1}" for place in range(len(made.images))]
        self.query_one(Pictures).show(made.images, captions)
