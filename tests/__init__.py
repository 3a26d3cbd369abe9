from pathlib import Path

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
"""Reference files that some machines have; tests that use them say so when they are skipped."""
