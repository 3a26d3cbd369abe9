"""The application starts without the heavy libraries: they would cost seconds before the first frame."""

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
    experiment = tutorial()

    begin = CnnApp._begin

    def tell_and_begin(app):
        print("first frame:", *sorted(WATCHED & set(sys.modules)))
        begin(app)

    CnnApp._begin = tell_and_begin

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


def test_the_first_frame_needs_no_heavy_library_and_the_places_neither_torch_nor_pandas(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, cwd=tmp_path, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    first, later = done.stdout.splitlines()
    assert first == "first frame:"
    assert set(later.split()[1:]) <= {"numpy", "safetensors", "plotext", "textual_plotext"}
