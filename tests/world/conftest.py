"""The worlds of ``quality/`` may be used by the tests here."""

import sys
from pathlib import Path

QUALITY = Path(__file__).resolve().parents[2] / "quality"
sys.path.insert(0, str(QUALITY))
