"""Serving for real: the address is told, requests are answered, a signal ends it in good order."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from api.errors import AddressInUse, UnsafeBind
from api.server import TRUST_NETWORK, as_environment, is_loopback, refuse_unsafe, serve
from recommender.errors import NotSetUp
from recommender.settings import Settings
from tests.e2e.api.asking import eventually
from tests.e2e.api.catalogue import CONSENTING

_SERVE = """
import sys
from api.server import serve
from recommender.settings import Settings
if __name__ == "__main__":
    settings = Settings(home=sys.argv[1], encoder="hashing", refresh_seconds=0.05)
    serve(settings, port=0, workers=int(sys.argv[2]), announce=lambda line: print(line, flush=True))
"""


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.parametrize(
    ("workers", "stop"),
    [(1, signal.SIGINT), (1, signal.SIGTERM), pytest.param(2, signal.SIGTERM, marks=pytest.mark.slow)],
)
def test_serving_and_stopping(settings: Settings, tmp_path: Path, workers: int, stop: signal.Signals) -> None:
    script = tmp_path / "serving.py"
    script.write_text(_SERVE)
    root = Path(__file__).parents[3]
    process = subprocess.Popen(
        [sys.executable, str(script), str(settings.home), str(workers)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    try:
        assert process.stdout is not None
        found = re.fullmatch(r"服务地址：(http://127\.0\.0\.1:\d+)\n", process.stdout.readline())
        assert found is not None
        address = found[1]
        eventually(lambda: _answers(address), seconds=40)
        answer = httpx.post(f"{address}/v1/recommendations", json={"text": "排产"}, timeout=20)
        assert answer.status_code == 200
        assert httpx.get(f"{address}/v1/enterprises/{CONSENTING}", timeout=20).status_code == 200
        too_large = httpx.put(f"{address}/v1/solutions/a", content=iter([b"x" * 1_000_000] * 20), timeout=20)
        assert too_large.status_code in {413, 415}
    finally:
        process.send_signal(stop)
        _, errors = process.communicate(timeout=40)
    assert process.returncode in {0, -stop}
    assert "Traceback" not in errors
    assert "Application shutdown complete" in errors
    assert re.search(r"smematch.access POST /v1/recommendations 200 \d", errors)
    assert "/v1/enterprises/{uscc} 200" in errors
    assert CONSENTING not in errors


def test_addresses_others_can_reach_are_refused() -> None:
    for host in ("0.0.0.0", "::", "10.1.2.3", "example.com", "fe80::1", "127.0.0.1.example.com"):
        with pytest.raises(UnsafeBind) as refused:
            refuse_unsafe(host, {})
        assert TRUST_NETWORK in refused.value.detail
        refuse_unsafe(host, {TRUST_NETWORK: "1"})
        with pytest.raises(UnsafeBind):
            refuse_unsafe(host, {TRUST_NETWORK: "yes"})
    assert all(is_loopback(host) for host in ("127.0.0.1", "127.9.9.9", "::1", "localhost"))


def test_what_keeps_it_from_serving_is_told(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(UnsafeBind):
        serve(settings, host="0.0.0.0")
    with pytest.raises(AddressInUse):
        serve(settings, host="127.0.0.1", port=70_000)
    for workers in (1, 2):
        with pytest.raises(NotSetUp):
            serve(Settings(home=tmp_path / "nothing", encoder="none"), port=0, workers=workers)


def test_workers_get_the_same_settings(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in as_environment(settings).items():
        monkeypatch.setenv(name, value)
    assert Settings() == settings
