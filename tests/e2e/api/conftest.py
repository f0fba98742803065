"""A real installation behind the application, copied for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.app import create_app
from recommender.installation import initialise, open_installation
from recommender.settings import Settings
from tests.e2e.api.catalogue import fill


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of an installation with the small catalogue."""
    home = tmp_path_factory.mktemp("prepared") / "home"
    settings = Settings(home=home, encoder="hashing")
    initialise(settings, with_sample=False)
    here = open_installation(settings)
    fill(here)
    here.close()
    return home


@pytest.fixture
def settings(prepared: Path, tmp_path: Path) -> Settings:
    """Settings of a copy of it."""
    shutil.copytree(prepared, tmp_path / "home")
    return Settings(home=tmp_path / "home", encoder="hashing", refresh_seconds=0.05, max_body_bytes=200_000)


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    """The application, not started yet."""
    return create_app(settings)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """A client of the started application."""
    with TestClient(app) as opened:
        yield opened
