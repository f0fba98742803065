from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from recommender.encoder.build import NAME
from recommender.encoder.delta import CARD, DELTA, default_delta_folder, delta_manifest, restore

MOST_BYTES = 40 * 1024 * 1024


@pytest.fixture
def folder() -> Path:
    return default_delta_folder()


def test_shipped_delta_is_whole_and_small(folder: Path) -> None:
    manifest = delta_manifest(folder)
    assert manifest["base"]["name"] == NAME
    assert (folder / DELTA).stat().st_size < MOST_BYTES
    assert manifest["data"]["sha256"][:16] in (folder / CARD).read_text(encoding="utf-8")


def test_shipped_delta_changes_the_upper_layers_only_and_a_little(folder: Path) -> None:
    difference = restore(load_file(folder / DELTA))
    assert {name.split(".")[2] for name in difference} == {"8", "9", "10", "11"}
    assert all(np.isfinite(values).all() for values in difference.values())
    assert max(float(np.abs(values).max()) for values in difference.values()) < 0.05
