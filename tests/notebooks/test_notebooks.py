"""Every notebook runs from top to bottom on the sample, shows pictures, and is one with its script."""

import re
from pathlib import Path

import jupytext
import pytest

from recommender.encoder.build import build_encoder
from recommender.encoder.delta import default_delta_folder
from recommender.installation import initialise
from recommender.settings import Settings
from tests.conftest import ROOT
from tests.notebooks.running import FOLDER, NAMES, QUICK, outputs, pictures, run


@pytest.fixture(scope="module")
def notebook_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the sample, indexed by hashing, and the bundled encoder to be tuned."""
    home = tmp_path_factory.mktemp("notebooks") / "home"
    initialise(Settings(home=home, encoder="hashing"))
    build_encoder(home / "encoder", delta=default_delta_folder())
    return home


def test_there_are_notebooks() -> None:
    assert NAMES


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_runs_from_top_to_bottom(name: str, notebook_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMEMATCH_HOME", str(notebook_home))
    monkeypatch.setenv("SMEMATCH_ENCODER", "default" if name in QUICK else "hashing")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")  # two threads are far slower on a busy machine
    notebook = run(name, QUICK.get(name))
    assert pictures(notebook) >= 1
    written = [output.text for output in outputs(notebook) if output.get("name") == "stderr"]
    assert not written, "a missing glyph, a warning or a log line would confuse who reads the notebook"


@pytest.mark.parametrize("name", NAMES)
def test_the_pair_is_one(name: str) -> None:
    script, paired = jupytext.read(FOLDER / f"{name}.py"), jupytext.read(FOLDER / f"{name}.ipynb")
    assert [(cell.cell_type, cell.source) for cell in paired.cells] == [
        (cell.cell_type, cell.source) for cell in script.cells
    ], f"run: python -m tests.notebooks.refresh {name}"
    assert pictures(paired) >= 1, "the notebook is kept with its pictures"
    assert re.match(r"# [\u4e00-\u9fff]", script.cells[0].source), "a Chinese heading comes first"
