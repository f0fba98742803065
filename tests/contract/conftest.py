from pathlib import Path

import pytest

from recommender.encoder.build import build_encoder
from recommender.encoder.sentence import SentenceEncoder


@pytest.fixture(scope="session")
def encoder_folder() -> Path:
    """The bundled model, built once and kept between test runs."""
    return build_encoder(Path(__file__).parents[2] / "var" / "test-encoder")


@pytest.fixture(scope="session")
def sentence_encoder(encoder_folder: Path) -> SentenceEncoder:
    return SentenceEncoder(encoder_folder)
