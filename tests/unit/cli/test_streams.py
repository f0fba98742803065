"""Standard output stays what the command writes."""

import subprocess
import sys

from tests.conftest import child_environment

PRINTS = """
import ctypes
from cli import streams
with streams.native_output_aside():
    ctypes.CDLL(None).printf(b"noise\\n")
print("document")
"""


def test_native_code_does_not_write_into_the_document() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PRINTS], capture_output=True, text=True, check=True, env=child_environment()
    )
    assert done.stdout == "document\n"
    assert done.stderr == "noise\n"
