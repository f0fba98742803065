"""A kill -9 while models are registered and promoted leaves the old model or the new one, never a mixture."""

import multiprocessing
import random
import signal
import time
from pathlib import Path

from tests.fault.model_promoter import promote_forever
from tests.unit.registry.making import registry

ROUNDS = 15
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.fault.model_promoter"])


def run_and_kill(
    folder: Path, prefix: str, messages: int, after_seconds: float
) -> list[tuple[str, int, str]]:
    """Return what the promoter said it had done; it is killed some time after so many messages."""
    receiving, sending = _PROCESSES.Pipe(duplex=False)
    process = _PROCESSES.Process(target=promote_forever, args=(folder, prefix, sending))
    process.start()
    sending.close()
    said = [receiving.recv() for _ in range(messages)]
    time.sleep(after_seconds)
    process.kill()
    process.join(timeout=20)
    assert process.exitcode == -signal.SIGKILL, "the promoter stopped by itself"
    try:
        while receiving.poll():
            said.append(receiving.recv())
    except (EOFError, OSError):
        pass
    finally:
        receiving.close()
        process.close()
    return said


def test_killed_at_any_moment(tmp_path: Path) -> None:
    chance = random.Random(20260301)
    models = registry(tmp_path)
    promoted: dict[int, str] = {}
    added: set[str] = set()
    for turn in range(ROUNDS):
        said = run_and_kill(tmp_path, f"r{turn}", chance.randint(1, 4), chance.uniform(0.0, 0.04))
        promoted |= {number: version for what, number, version in said if what == "promoted"}
        added |= {version for what, _, version in said if what == "added"}
        entries = {entry.version: entry for entry in models.entries()}
        assert added <= entries.keys(), "a registered version was lost"
        assert not [entry for entry in entries.values() if entry.problem], "half a version is listed"
        told = {change.sequence: change.version for change in models.history()}
        assert promoted.items() <= told.items(), "an acknowledged promotion was lost"
        assert sorted(told) == list(range(1, len(told) + 1))
        # One more than acknowledged may be on disk: it was killed before it could say so.
        assert len(told) - len(promoted) <= turn + 1
        if told:
            assert models.served().model.version == told[max(told)]
    assert len(promoted) >= ROUNDS
