"""A kill -9 while models are registered and promoted leaves the old model or the new one, never a mixture."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.conftest import ROOT, child_environment
from tests.unit.registry.making import registry

ROUNDS = 6


def run_and_kill(folder: Path, prefix: str, after_seconds: float) -> list[list[str]]:
    """Return what the promoter said it had done."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.fault.model_promoter", str(folder), prefix],
        env=child_environment(),
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(after_seconds)
    process.send_signal(signal.SIGKILL)
    output, _ = process.communicate(timeout=20)
    assert process.returncode == -signal.SIGKILL, "the promoter stopped by itself"
    return [line.split() for line in output.split("\n")[:-1]]


def test_killed_at_any_moment(tmp_path: Path) -> None:
    chance = random.Random(20260301)
    models = registry(tmp_path)
    promoted: dict[int, str] = {}
    added: list[str] = []
    for turn in range(ROUNDS):
        for word, *told in run_and_kill(tmp_path, f"r{turn}", chance.uniform(0.0, 0.3)):
            if word == "promoted":
                promoted[int(told[0])] = told[1]
            else:
                added.append(told[0])
        entries = {entry.version: entry for entry in models.entries()}
        assert set(added) <= entries.keys(), "a registered version was lost"
        assert not [entry for entry in entries.values() if entry.problem], "half a version is listed"
        told = {change.sequence: change.version for change in models.history()}
        assert promoted.items() <= told.items(), "an acknowledged promotion was lost"
        assert sorted(told) == list(range(1, len(told) + 1))
        # One more than acknowledged may be on disk: it was killed before it could say so.
        assert len(told) - len(promoted) <= turn + 1
        if told:
            assert models.served().model.version == told[max(told)]
    assert len(promoted) > ROUNDS
