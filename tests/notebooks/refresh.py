"""Runs notebooks on the installation in var/ and writes them with their pictures.

``python -m tests.notebooks.refresh [NAME …]``, from the root of the checkout; all by default.
"""

import os
import sys

from tests.conftest import ROOT
from tests.notebooks.running import NAMES, run, write_pair


def main() -> None:
    """Refresh the notebooks named on the command line."""
    os.environ.setdefault("SMEMATCH_HOME", str(ROOT / "var"))
    os.environ["PYTHONPATH"] = str(ROOT)
    for name in sys.argv[1:] or NAMES:
        print(name, file=sys.stderr, flush=True)
        print(write_pair(name, run(name, timeout=3600)))


if __name__ == "__main__":
    main()
