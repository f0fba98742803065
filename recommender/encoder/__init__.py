"""Passages to vectors: one small interface, its implementations, and the bundled model's builder.

Importing this package is cheap: torch, transformers and scikit-learn are imported on first use only.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from recommender.encoder.encoder import Encoder, Progress, require_vectors
from recommender.encoder.errors import (
    EncoderCorrupt,
    EncoderFolderOccupied,
    EncoderNotFound,
    EncoderSourceMissing,
    EncoderUnavailable,
)

if TYPE_CHECKING:
    from recommender.encoder.build import build_encoder
    from recommender.encoder.choose import choose_encoder
    from recommender.encoder.golden import GoldenAgreement, check_golden
    from recommender.encoder.hashing import HashingEncoder
    from recommender.encoder.null import NullEncoder
    from recommender.encoder.onnx import OnnxEncoder
    from recommender.encoder.onnx_graph import export_onnx
    from recommender.encoder.sentence import SentenceEncoder

_HOME = {
    "GoldenAgreement": "golden",
    "HashingEncoder": "hashing",
    "NullEncoder": "null",
    "OnnxEncoder": "onnx",
    "SentenceEncoder": "sentence",
    "build_encoder": "build",
    "check_golden": "golden",
    "choose_encoder": "choose",
    "export_onnx": "onnx_graph",
}

__all__ = [
    "Encoder",
    "EncoderCorrupt",
    "EncoderFolderOccupied",
    "EncoderNotFound",
    "EncoderSourceMissing",
    "EncoderUnavailable",
    "GoldenAgreement",
    "HashingEncoder",
    "NullEncoder",
    "OnnxEncoder",
    "Progress",
    "SentenceEncoder",
    "build_encoder",
    "check_golden",
    "choose_encoder",
    "export_onnx",
    "require_vectors",
]


def __getattr__(name: str) -> object:
    """Import an implementation when it is first asked for."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    return found
