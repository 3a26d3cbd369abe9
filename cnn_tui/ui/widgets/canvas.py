"""A canvas for mouse and keys: light strokes on black, two pixels in each cell."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from cnn_tui.ui.ink import Drawing, Point, ink, line_ink
from cnn_tui.ui.widgets.half_blocks import coloured_line, shaded_line

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

LONGEST_SIDE = 40
"""Pixels of the longer side: what 80 by 24 cells have room for."""
STEP = 2
"""Pixels that a key moves the pen: one line, two columns."""
PEN_UP, PEN_DOWN = "+", "●"
MOVE = Binding.Group("Pen", compact=True)
_WAYS = {
    "up": (0, -1),
    "down": (0, 1),
    "left": (-1, 0),
    "right": (1, 0),
    "home": (-1, -1),
    "pageup": (1, -1),
    "end": (-1, 1),
    "pagedown": (1, 1),
}


class Canvas(Widget, can_focus=True):
    """Draws with the mouse, or with the arrows while the pen is down; keeps strokes, so that they can be undone."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(
                key,
                f"move({x}, {y})",
                "Pen",
                tooltip="Move the pen; home, end and the page keys go aslant",
                id=f"canvas.{key}",
                group=MOVE if x * y == 0 else None,
                show=x * y == 0,
            )
            for key, (x, y) in _WAYS.items()
        ),
        Binding("space", "pen", "Down/up", tooltip="Set the pen down, or lift it", id="canvas.pen"),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    Canvas { width: auto; height: auto; }
    """

    @dataclass
    class Changed(Message):
        """The drawing is another one."""

        drawing: Drawing

    drawing: reactive[Drawing] = reactive(Drawing(LONGEST_SIDE, LONGEST_SIDE))

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._ink: Array | None = None
        self._pen: Point = (LONGEST_SIDE / 2, LONGEST_SIDE / 4)
        self._is_down = False
        self._by_keys = True

    def fit(self, height: int, width: int) -> None:
        """Takes the proportions of a picture; what was drawn in others is cleared."""
        scale = LONGEST_SIDE / max(height, width)
        size = max(2, round(height * scale / 2) * 2), max(2, round(width * scale))
        if size != (self.drawing.height, self.drawing.width):
            self._draw(Drawing(*size), None)
            self._pen = size[1] / 2, size[0] / 4
            self.refresh(layout=True)

    @property
    def ink(self) -> "Array":
        """What is drawn, uint8 [height, width]."""
        if self._ink is None:
            self._ink = ink(self.drawing)
        return self._ink

    @property
    def can_undo(self) -> bool:
        """Whether there is a stroke."""
        return bool(self.drawing.strokes)

    def undo(self) -> None:
        """Takes the last stroke back."""
        self._is_down = False
        self._draw(self.drawing.undone(), None)

    def clear(self) -> None:
        """Takes all strokes away."""
        self._is_down = False
        self._draw(Drawing(self.drawing.height, self.drawing.width), None)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """A column a pixel."""
        return self.drawing.width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A line two pixels."""
        return -(-self.drawing.height // 2)

    def render_line(self, y: int) -> Strip:
        """Two rows of pixels, and the pen where keys move it."""
        import numpy as np

        if 2 * y >= self.drawing.height:
            return Strip.blank(self.size.width, self.rich_style)
        picture = np.repeat(self.ink[..., None], 3, axis=-1)
        strip = Strip((shaded_line if self.app.no_color else coloured_line)(picture, y))
        if self.has_focus and self._by_keys and int(self._pen[1]) // 2 == y:
            at = int(self._pen[0])
            mark = Segment(PEN_DOWN if self._is_down else PEN_UP, self._pen_style(y, at))
            strip = Strip.join([strip.crop(0, at), Strip([mark]), strip.crop(at + 1)])
        return strip.adjust_cell_length(self.size.width).apply_style(self.rich_style)

    def action_move(self, across: int, down: int) -> None:
        """Moves the pen; one that is down draws."""
        self._by_keys = True
        drawing = self.drawing
        before = self._pen
        self._pen = (
            min(max(before[0] + STEP * across, 1.0), drawing.width - 1.0),
            min(max(before[1] + STEP * down, 1.0), drawing.height - 1.0),
        )
        if self._is_down:
            self._go_on(self._pen)
        self.refresh()

    def action_pen(self) -> None:
        """Sets the pen down, which leaves a dot, or lifts it."""
        self._by_keys, self._is_down = True, not self._is_down
        if self._is_down:
            self._begin(self._pen)
        self.refresh()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begins a stroke."""
        self.capture_mouse()
        self._by_keys, self._is_down = False, True
        self._begin(self._place(event))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Goes on with it."""
        if self._is_down and not self._by_keys:
            self._go_on(self._place(event))

    def on_mouse_up(self) -> None:
        """Ends it."""
        self.release_mouse()
        if not self._by_keys:
            self._is_down = False

    def on_focus(self) -> None:
        """Shows the pen."""
        self.refresh()

    def on_blur(self) -> None:
        """Hides the pen."""
        self.refresh()

    def _begin(self, point: Point) -> None:
        self._draw(self.drawing.begun(point), (point, point))

    def _go_on(self, point: Point) -> None:
        if point != (before := self.drawing.strokes[-1][-1]):
            self._draw(self.drawing.drawn_to(point), (before, point))

    def _draw(self, drawing: Drawing, line: tuple[Point, Point] | None) -> None:
        """Takes another drawing; one line more is added to the ink that is there, anything else is drawn anew."""
        import numpy as np

        self._ink = np.maximum(self.ink, line_ink(drawing, *line)) if line else None
        self.drawing = drawing
        self.post_message(self.Changed(drawing))

    def _place(self, event: events.MouseEvent) -> Point:
        """Where the mouse is, in pixels: the middle of its cell, or finer where the terminal says so."""
        across, down = (pointer - int(pointer) or 0.5 for pointer in (event.pointer_x, event.pointer_y))
        x = event.screen_x - self.content_region.x + across
        y = event.screen_y - self.content_region.y + down
        return min(max(x, 0.0), self.drawing.width), min(max(2 * y, 0.0), self.drawing.height)

    def _pen_style(self, line: int, column: int) -> Style:
        """A sign that is seen on light and on dark."""
        light = int(self.ink[2 * line : 2 * line + 2, column].max())
        return Style(color="black" if light > 127 else "white", bgcolor=f"rgb({light},{light},{light})", bold=True)
