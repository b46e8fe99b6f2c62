"""Work that one process does for all: a turn is one holder's, and free again when the holder ends, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from warraq.app.turns import Turn

HOLD = """
import sys, time
from warraq.app.turns import Turn
turn = Turn(__import__("pathlib").Path(sys.argv[1]))
print(turn.taken(), flush=True)
time.sleep(60)
"""


def test_a_turn_is_one_holders(tmp_path: Path) -> None:
    first, second = Turn(tmp_path / "turn"), Turn(tmp_path / "turn")
    assert first.taken()
    assert first.taken()
    assert not second.taken()
    first.close()
    first.close()
    assert second.taken()
    second.close()


def test_a_killed_holder_gives_it_back(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path / "turn")], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline().strip() == "True"
    turn = Turn(tmp_path / "turn")
    assert not turn.taken()
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)
    process.stdout.close()
    assert turn.taken()
    turn.close()
