"""What was answered ``inserted`` survives kill -9 at any moment, and a retry adds it no second time."""

import random
import signal
import subprocess
import sys
import time

from recommender.feedback.event_log import EventLog
from recommender.store import Store
from tests.conftest import ROOT, child_environment
from tests.synthetic_records import event_body

ROUNDS = 12


def run_and_kill(url: str, prefix: str, after_seconds: float) -> list[str]:
    """Return the ids that the writer acknowledged before it was killed."""
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "tests" / "fault" / "event_writer.py"), url, prefix],
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
    assert process.returncode == -signal.SIGKILL, "the writer stopped by itself"
    # A last line without its end was cut by the kill.
    return output.split("\n")[:-1]


def test_acknowledged_events_survive_kill(store: Store, database_url: str) -> None:
    chance = random.Random(20260301)
    acknowledged: list[str] = []
    for turn in range(ROUNDS):
        acknowledged += run_and_kill(database_url, f"r{turn}", chance.uniform(0.0, 0.25))
        with store.read() as work:
            stored = [logged.event.event_id for logged in work.events.iterate()]
            sequences = [logged.sequence for logged in work.events.iterate()]
        assert set(acknowledged) <= set(stored), "an acknowledged event was lost"
        assert len(stored) == len(set(stored)), "an event was doubled"
        assert sequences == list(range(1, len(stored) + 1))
    assert len(acknowledged) > ROUNDS

    # Whoever was killed cannot know what arrived, so it sends everything again.
    result = EventLog(store).append([event_body(0, event_id=name, value=1) for name in acknowledged])
    assert (result.inserted, result.duplicates) == (0, len(acknowledged))
