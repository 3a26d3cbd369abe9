"""The application starts with little: what the first frame does not show is imported and made after it."""

import subprocess
import sys
import textwrap

PROGRAM = textwrap.dedent(
    """
    import asyncio, sys
    from pathlib import Path
    from cnn_tui.settings import Settings
    from cnn_tui.spec.presets import tutorial
    from cnn_tui.ui.app import CnnApp
    from cnn_tui.ui.session import Session

    WATCHED = {"torch", "pandas", "sklearn", "pyarrow", "plotext", "textual_plotext", "h5py", "numpy", "safetensors"}
    LATE = {"typer", "click", "psutil", "cnn_tui.cli.commands", "cnn_tui.spec.checks", "cnn_tui.spec.advice"}
    LATE |= {f"cnn_tui.ui.{name}" for name in ("autosave", "widgets.form", "widgets.pictures", "dialogs.confirm")}
    experiment = tutorial()

    display = CnnApp._display
    frames = []

    def tell_and_display(app, screen, update):
        if update is not None and not app._batch_count and not frames:
            frames.append(update)
            print("first frame:", *sorted((WATCHED | LATE) & set(sys.modules)))
            print("own modules:", sum(name.partition(".")[0] == "cnn_tui" for name in sys.modules))
            print("widgets:", *sorted({type(widget).__name__ for widget in screen.walk_children()}))
        display(app, screen, update)

    CnnApp._display = tell_and_display

    async def main():
        app = CnnApp(Session(model=experiment.model, data=experiment.data), Settings(), Path("runs"))
        async with app.run_test(size=(80, 24)) as pilot:
            while app.current_session.is_reading:
                await pilot.pause()
            await pilot.pause()
            for place in "123457":
                await pilot.press(place)
                await pilot.pause()
        print("later:", *sorted(WATCHED & set(sys.modules)))
        assert app.current_session.report.train.images == 8000

    asyncio.run(main())
    """
)


OWN_MODULES = 90
"""So many of our modules may be read before the first frame: each takes its time, most of all when it is compiled."""


def test_the_first_frame_needs_little_and_the_places_neither_torch_nor_pandas(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, cwd=tmp_path, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    first, own, widgets, later = done.stdout.splitlines()
    assert first == "first frame:"
    assert int(own.split()[-1]) <= OWN_MODULES
    assert {"Rail", "SourceList", "FoundPanel", "FooterKey"} <= set(widgets.split())
    assert not {"DataForm", "ProblemList", "FoundImages"} & set(widgets.split())
    assert set(later.split()[1:]) <= {"numpy", "safetensors", "plotext", "textual_plotext"}
