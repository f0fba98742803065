from pathlib import Path

import pytest

from .tiny import pool, with_manifest, write_tiny_model


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    catalogue, needs = pool()
    texts = [one.name + one.text for one in catalogue.solutions.values()] + [need.text for need in needs]
    return with_manifest(write_tiny_model(tmp_path_factory.mktemp("tiny"), texts))
