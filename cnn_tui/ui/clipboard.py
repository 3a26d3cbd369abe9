"""What a panel shows, as plain text: for the clipboard, for a message, for a reader of screens."""

from rich.segment import Segment
from textual.app import App
from textual.geometry import Region
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Footer

from cnn_tui.ui.widgets.half_blocks import SHADES, UPPER
from cnn_tui.ui.widgets.rail import Rail


def copy_panel(app: App[None]) -> str:
    """Puts what has the focus, with the panel around it, into the clipboard; a sentence that says what was done."""
    text = panel_text(app.screen)
    if not text:
        return "There is nothing to copy here."
    app.copy_to_clipboard(text)
    lines = text.count("\n") + 1
    return f"{lines:,} line{'' if lines == 1 else 's'} of text are in the clipboard, if this terminal allows that."


def panel_text(screen: Screen[object]) -> str:
    """The text of the panel that has the focus; without a focus, of the whole place but for its rail and its keys."""
    focused = screen.focused
    panel = _panel_around(focused) if focused else None
    return widget_text(panel) if panel else widget_text(screen)


def widget_text(widget: Widget) -> str:
    """What a widget shows, line by line as it stands on the screen, without its frame and without what is empty."""
    whole = widget.content_region if widget.has_class("panel") else widget.region
    canvas = [[" "] * whole.width for _ in range(whole.height)]
    for shown in _shown(widget):
        _paint(shown, whole, canvas)
    lines = ["".join(row).rstrip() for row in canvas]
    while lines and not lines[-1]:
        lines.pop()
    while lines and not lines[0]:
        lines.pop(0)
    title = str(widget.border_title or "")
    return "\n".join([title, *lines] if title and lines else lines)


def _panel_around(widget: Widget) -> Widget:
    """The nearest panel that holds it; else what has the focus itself."""
    around = (one for one in widget.ancestors_with_self if isinstance(one, Widget) and one.has_class("panel"))
    return next(around, widget)


def _shown(widget: Widget) -> list[Widget]:
    """The widget and all in it that can be seen, those on top last."""
    below = [one for one in widget.walk_children(Widget, with_self=True) if one.region.area and one.is_on_screen]
    bars = [one for one in below if isinstance(one, Rail | Footer)]
    return [one for one in below if not any(bar in one.ancestors_with_self for bar in bars)]


def _paint(widget: Widget, whole: Region, canvas: list[list[str]]) -> None:
    """Writes the characters of one widget over those of the widgets below it."""
    if widget.border_title and widget.region.y >= whole.y:
        _write(str(widget.border_title), widget.region.x + 2, widget.region.y, whole, canvas)
    if widget.children:  # what holds others has no text of its own
        return
    region, gutter = widget.content_region, widget.gutter
    seen = region.intersection(whole)
    strips = widget.render_lines(Region(gutter.left, gutter.top, region.width, region.height))
    for y, strip in enumerate(strips, start=region.y):
        if not seen.y <= y < seen.bottom:
            continue
        _write("".join(map(_as_text, strip)), region.x, y, seen, canvas, whole)


def _write(text: str, x: int, y: int, seen: Region, canvas: list[list[str]], whole: Region | None = None) -> None:
    """Writes a line from a place of the screen on, as far as it is seen."""
    whole = whole or seen
    if not whole.y <= y < whole.bottom:
        return
    row = canvas[y - whole.y]
    for character, cells in _cells(text):
        if seen.x <= x < seen.right:
            row[x - whole.x] = character
            for covered in range(x + 1, min(x + cells, seen.right)):
                row[covered - whole.x] = ""
        x += cells


def _as_text(segment: Segment) -> str:
    """The text of a segment; pixels, which are colours, as shades."""
    style = segment.style
    if not style or not segment.text.startswith(UPPER) or segment.text.strip(UPPER):
        return segment.text
    colours = [colour for colour in (style.color, style.bgcolor) if colour and colour.triplet]
    light = sum(sum(colour.get_truecolor()) for colour in colours) / (3 * len(colours)) if colours else 0
    return SHADES[int(light * len(SHADES) / 256)] * len(segment.text)


def _cells(text: str) -> list[tuple[str, int]]:
    """The characters with what follows them without a width of its own, and the cells that they take."""
    from rich.cells import cell_len

    found: list[tuple[str, int]] = []
    for character in text:
        width = cell_len(character)
        if width or not found:
            found.append((character, width))
        else:
            before, cells = found[-1]
            found[-1] = before + character, cells
    return found
