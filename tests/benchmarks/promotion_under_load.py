"""Promotions and rollbacks while requests come in: ``python -m tests.benchmarks.promotion_under_load``.

A real server (``smematch serve``, two workers) on the sample answers recommendations for some threads. First
nothing is changed, then one of two models is promoted or the other gone back to every two seconds over the
API, and now and then the pointer is damaged and mended on disk. Counted are answers that failed, answers by
neither model, and, for a sample, answers that are not replayed to the byte or whose scores are not those of
the very model that they name. Prints one JSON document.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from recommender.installation import Installation, initialise, open_installation
from recommender.matching.lead_units import rank_lead_units
from recommender.matching.ranked import Wishes
from recommender.matching.solutions import rank_solutions
from recommender.registry.folder import Draft
from recommender.registry.manifest import DataFingerprint
from recommender.retrieval.situation import situation_of, situation_of_text
from recommender.settings import Settings, data_dir
from tests.conftest import ROOT, child_environment
from tests.unit.registry.making import model

VERSIONS = ("load-a", "load-b")
_TEXTS = ("订单靠手工排产，交期经常延误", "仓库账实不符", "电费高，峰谷说不清", "质量追溯靠翻纸质单据")


@dataclass(slots=True)
class Answer:
    """One request and what came of it."""

    request: dict[str, Any]
    seconds: float
    phase: str
    status: int
    body: dict[str, Any]
    content: bytes


@dataclass(slots=True)
class Outcome:
    """All answers, and how often the served model changed."""

    answers: list[Answer] = field(default_factory=list)
    switches: int = 0
    damages: int = 0


def prepare(settings: Settings) -> None:
    """Register two models that score alike requests differently, and open all gates of this installation."""
    rules = json.loads((data_dir() / "registry" / "gates.json").read_text(encoding="utf-8"))
    for gate in ("offline", "off_policy", "fairness", "latency"):
        rules[gate]["on"] = False
    settings.own_gates.write_text(json.dumps(rules), encoding="utf-8")
    here = open_installation(settings)
    try:
        data = DataFingerprint.of(here.store)
        for version, weight in zip(VERSIONS, (0.1, 0.9), strict=True):
            here.models.add(Draft(model(version, text_match=weight)), data, by="测量")
    finally:
        here.close()


@contextmanager
def serving(settings: Settings, workers: int) -> Iterator[str]:
    """Serve in processes of their own; yield the address once it answers."""
    environment = child_environment() | {
        "SMEMATCH_HOME": str(settings.home.resolve()),
        "SMEMATCH_ENCODER": settings.encoder,
        "SMEMATCH_REFRESH_SECONDS": str(settings.refresh_seconds),
        "OMP_NUM_THREADS": "1",
    }
    command = [sys.executable, "-m", "cli", "serve", "--port", "0", "--workers", str(workers)]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=log, text=True
        )
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip().removeprefix("服务地址：")
            for _ in range(600):
                try:
                    if httpx.get(f"{address}/readyz", timeout=60).status_code == 200:
                        break
                except httpx.TransportError:
                    time.sleep(0.1)
            yield address
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)


def requests_of(settings: Settings) -> list[dict[str, Any]]:
    """Questions of stored enterprises, for both targets, and bare words."""
    here = open_installation(settings)
    known = sorted(here.keeper.current.catalogue.enterprises)[:40]
    here.close()
    asked = [{"enterprise": key, "target": target} for key in known for target in ("solution", "lead_unit")]
    return [{**one, "k": 5} for one in (*asked, *({"text": text} for text in _TEXTS))]


def drive(
    address: str,
    settings: Settings,
    questions: Sequence[dict[str, Any]],
    *,
    seconds: float,
    threads: int,
    every: float,
) -> Outcome:
    """Ask for as long without changes, then for as long with them."""
    outcome, phase, done = Outcome(), ["quiet"], threading.Event()

    def ask(number: int) -> None:
        order = random.Random(number)
        with httpx.Client(base_url=address, timeout=60) as client:
            while not done.is_set():
                question = order.choice(questions)
                now, started = phase[0], time.perf_counter()
                try:
                    response = client.post("/v1/recommendations", json=question)
                    body = response.json() if response.status_code == 200 else {}
                    found = Answer(question, 0.0, now, response.status_code, body, response.content)
                except (httpx.HTTPError, ValueError) as error:
                    found = Answer(question, 0.0, now, 0, {}, repr(error).encode())
                found.seconds = time.perf_counter() - started
                outcome.answers.append(found)

    _operate(address, f"{VERSIONS[0]}:promote")
    # Every worker follows within the time between two looks.
    time.sleep(2 * settings.refresh_seconds)
    crowd = [threading.Thread(target=ask, args=(number,)) for number in range(threads)]
    for one in crowd:
        one.start()
    try:
        time.sleep(seconds)
        phase[0] = "changing"
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            _change(address, settings, outcome, every)
    finally:
        done.set()
        for one in crowd:
            one.join()
    return outcome


def _change(address: str, settings: Settings, outcome: Outcome, every: float) -> None:
    """Promote, damage and mend the pointer, go back."""
    _operate(address, f"{VERSIONS[1]}:promote")
    time.sleep(every)
    pointer = settings.models_folder / "SERVED"
    content = pointer.read_bytes()
    pointer.write_bytes(content[: len(content) // 2])
    outcome.damages += 1
    time.sleep(every / 2)
    pointer.write_bytes(content)
    time.sleep(every / 2)
    _operate(address, f"{VERSIONS[1]}:rollback")
    outcome.switches += 2
    time.sleep(every)


def _operate(address: str, action: str) -> None:
    # A connection of its own: one that idles for seconds is closed by the server.
    httpx.post(f"{address}/v1/models/{action}", json={"reason": "测量"}, timeout=60).raise_for_status()


def inconsistent(settings: Settings, address: str, answers: Sequence[Answer]) -> list[str]:
    """Return the ids of lists that are not replayed as shown, or that their model would not have made."""
    here = open_installation(settings)
    try:
        with httpx.Client(base_url=address, timeout=60) as client:
            return [
                one.body["recommendation_id"]
                for one in answers
                if not _is_replayed(client, one) or not _is_of_its_model(here, one)
            ]
    finally:
        here.close()


def _is_replayed(client: httpx.Client, one: Answer) -> bool:
    replay = client.get(f"/v1/recommendations/{one.body['recommendation_id']}")
    return b'"response":' + one.content + b"," in replay.content


def _is_of_its_model(here: Installation, one: Answer) -> bool:
    engine = here.matching.engine().ranking_with(here.models.load(one.body["model_version"]))
    if "text" in one.request:
        situation = situation_of_text(one.request["text"])
    else:
        firm = engine.snapshot.catalogue.enterprises[one.request["enterprise"]]
        situation = situation_of(firm, engine.snapshot.results.get(firm.uscc), engine.instrument)
    rank = rank_lead_units if one.request.get("target") == "lead_unit" else rank_solutions
    ranked = rank(engine, situation, Wishes(k=one.request["k"]))
    shown = [(item["id"], item["score"]) for item in one.body["items"]]
    return shown == [(item.id, item.score) for item in ranked.items]


def told(outcome: Outcome, wrong: Sequence[str], checked: int) -> dict[str, Any]:
    """Return what was counted."""
    good = [one for one in outcome.answers if one.status == 200]
    failures = {one.content.decode(errors="replace")[:200] for one in outcome.answers if one.status != 200}
    return {
        "requests": len(outcome.answers),
        "failed": len(outcome.answers) - len(good),
        "failures": sorted(failures)[:5],
        "by_neither_model": sum(one.body["model_version"] not in VERSIONS for one in good),
        "by_model": dict(Counter(one.body["model_version"] for one in good)),
        "degraded": dict(Counter(one.body["degraded"] or "" for one in good)),
        "switches": outcome.switches,
        "damaged_pointers": outcome.damages,
        "checked": checked,
        "inconsistent": len(wrong),
        "latency_ms": {
            phase: {
                "n": len(own),
                **{f"p{q}": round(float(np.percentile(own, q)) * 1000, 1) for q in (50, 95)},
            }
            for phase in ("quiet", "changing")
            if (own := [one.seconds for one in good if one.phase == phase])
        },
    }


def measure(
    settings: Settings, *, seconds: float, threads: int, every: float, workers: int, sample: int
) -> dict[str, Any]:
    """Prepare, serve, ask, check; return what was counted."""
    prepare(settings)
    questions = requests_of(settings)
    with serving(settings, workers) as address:
        outcome = drive(address, settings, questions, seconds=seconds, threads=threads, every=every)
        good = [one for one in outcome.answers if one.status == 200]
        checked = random.Random(1).sample(good, min(sample, len(good)))
        wrong = inconsistent(settings, address, checked)
    return told(outcome, wrong, len(checked))


def main() -> None:
    """Measure on a new installation with the sample and print one JSON document."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.promotion_under_load", description=__doc__
    )
    parser.add_argument("--seconds", type=float, default=60.0, help="of each phase")
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--every", type=float, default=2.0, help="seconds between two changes")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--sample", type=int, default=200, help="answers that are made once more")
    parser.add_argument("--encoder", default="hashing")
    found = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder) / "home", encoder=found.encoder)
        initialise(settings)
        report = measure(
            settings,
            seconds=found.seconds,
            threads=found.threads,
            every=found.every,
            workers=found.workers,
            sample=found.sample,
        )
    load = os.getloadavg()[0]
    print(json.dumps({**report, "load_average_at_end": round(load, 1)}, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
