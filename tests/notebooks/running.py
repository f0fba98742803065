"""Runs a notebook the way staff would: in its own folder, with the environment of this process."""

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbclient import NotebookClient
from traitlets.config import Config

from tests.conftest import ROOT

FOLDER = ROOT / "notebooks"
NAMES = sorted(path.stem for path in FOLDER.glob("*.py"))
#: What a quick run sets in the cell tagged ``parameters``; every other notebook runs as it is.
QUICK: Mapping[str, Mapping[str, Any]] = {"tune_encoder": {"MINUTES": 1.0, "SOLUTIONS": 40}}
_PICTURES = ("image/png", "image/svg+xml")


def run(
    name: str, parameters: Mapping[str, Any] | None = None, *, timeout: int = 300
) -> nbformat.NotebookNode:
    """Execute a notebook's script and return it with its outputs."""
    notebook = jupytext.read(FOLDER / f"{name}.py")
    if parameters:
        _set(notebook, parameters)
    # Over socket files: no port is opened. A short path, for their names may not be long.
    with tempfile.TemporaryDirectory() as folder:
        config = Config({"KernelManager": {"transport": "ipc", "ip": f"{folder}/kernel"}})
        NotebookClient(
            notebook, timeout=timeout, resources={"metadata": {"path": FOLDER}}, config=config
        ).execute()
    return notebook


def _set(notebook: nbformat.NotebookNode, parameters: Mapping[str, Any]) -> None:
    cells = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    assert len(cells) == 1, "one cell is tagged parameters"
    for name, value in parameters.items():
        changed, count = re.subn(rf"(?m)^{name} = \S+", f"{name} = {value!r}", cells[0].source)
        assert count == 1, f"{name} is a parameter"
        cells[0].source = changed


def outputs(notebook: nbformat.NotebookNode) -> list[Any]:
    """All outputs, in order."""
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def pictures(notebook: nbformat.NotebookNode) -> int:
    """How many outputs are pictures."""
    return sum(any(kind in output.get("data", {}) for kind in _PICTURES) for output in outputs(notebook))


def write_pair(name: str, notebook: nbformat.NotebookNode) -> Path:
    """Write the notebook beside its script, without anything that differs from run to run but the outputs."""
    notebook.metadata = nbformat.from_dict(
        {
            "jupytext": {"formats": "ipynb,py:percent"},
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        }
    )
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:02d}"
        cell.metadata = nbformat.from_dict({"tags": tags} if (tags := cell.metadata.get("tags")) else {})
        if cell.cell_type == "code":
            cell.execution_count = None
        for output in cell.get("outputs", []):
            if output.output_type == "execute_result":
                output.execution_count = None
    path = FOLDER / f"{name}.ipynb"
    nbformat.write(notebook, path)
    return path
