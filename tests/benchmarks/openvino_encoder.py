"""An encoder folder's transformer run by OpenVINO; for the speed benchmark only."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.encoder.encoder import Progress
from recommender.encoder.manifest import file_hash
from recommender.encoder.model_card import PROMPTS


class OpenVinoEncoder:
    """BERT of an encoder folder, traced by torch, compiled for the processor on one thread."""

    available = True

    def __init__(self, folder: Path, precision: str) -> None:
        import openvino
        import torch
        from tokenizers import Tokenizer
        from transformers import AutoModel

        model: Any = AutoModel.from_pretrained(folder, attn_implementation="eager").eval()
        example = {
            "input_ids": torch.ones((2, 8), dtype=torch.long),
            "attention_mask": torch.ones((2, 8), dtype=torch.long),
        }
        converted = openvino.convert_model(model, example_input=example)
        settings = {
            "INFERENCE_NUM_THREADS": 1,
            "INFERENCE_PRECISION_HINT": precision,
            "PERFORMANCE_HINT": "LATENCY",
        }
        self._compiled = openvino.Core().compile_model(converted, "CPU", settings)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(512)
        self._tokenizer.enable_padding(pad_id=1, pad_token="<pad>")
        self.name = f"openvino-{precision}"
        identity = f"{self.name} {file_hash(folder / 'model.safetensors')}"
        self.fingerprint = hashlib.sha256(identity.encode()).hexdigest()[:32]
        self.dimension = int(model.config.hidden_size)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `Encoder`."""
        return self._encode([PROMPTS["query"] + text for text in texts])

    def encode_passages(
        self, texts: Sequence[str], *, batch: int = 8, progress: Progress | None = None
    ) -> NDArray[np.float32]:
        """See `Encoder`."""
        parts = []
        for start in range(0, len(texts), batch):
            parts.append(self._encode([PROMPTS["passage"] + text for text in texts[start : start + batch]]))
            if progress:
                progress(min(len(texts), start + batch), len(texts))
        return np.vstack(parts)

    def _encode(self, texts: list[str]) -> NDArray[np.float32]:
        found = self._tokenizer.encode_batch(texts)
        ids = np.asarray([one.ids for one in found], np.int64)
        mask = np.asarray([one.attention_mask for one in found], np.int64)
        hidden = self._compiled({"input_ids": ids, "attention_mask": mask})[0]
        summed = (hidden * mask[..., None]).sum(axis=1)
        return np.asarray(summed / np.linalg.norm(summed, axis=1, keepdims=True), np.float32)
