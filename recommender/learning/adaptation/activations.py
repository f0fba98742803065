"""A BERT encoder in two halves: frozen lower layers, run once, and upper layers that learn.

The states between the halves are kept in memory as float16; a training step then pays for the upper layers
only.
"""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch

Task = Literal["query", "passage"]
PROMPTS: dict[Task, str] = {"query": "query: ", "passage": "passage: "}
States = list[NDArray[np.float16]]
Done = Callable[[int, int], None]


@dataclass(slots=True)
class SplitEncoder:
    """The two halves of one model.

    Attributes
    ----------
    upper : torch.nn.ModuleList
        A copy of the last layers, free to be trained.
    first_upper : int
        Number of the first of them; names the tensors of a delta.
    """

    tokenizer: Any
    lower: Any
    upper: "torch.nn.ModuleList"
    first_upper: int
    device: "torch.device"
    half: bool

    @classmethod
    def load(
        cls, folder: Path, trained_layers: int = 4, *, device: str | None = None, half: bool | None = None
    ) -> "SplitEncoder":
        """Load a model folder and split it.

        Parameters
        ----------
        folder : Path
            A BERT model with safetensors weights; nothing is fetched.
        trained_layers : int
            Layers of the upper half.
        device : str, optional
            Torch device; a GPU when there is one, else the CPU.
        half : bool, optional
            Whether matrices are multiplied in bfloat16; by default where the processor does so itself, which
            nearly halves a step. Weights, pooling and loss stay float32.
        """
        from recommender.encoder.local_model import stay_offline

        stay_offline()
        import torch
        from transformers import AutoTokenizer, BertModel

        tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
        model: Any = BertModel.from_pretrained(
            str(folder), local_files_only=True, use_safetensors=True, attn_implementation="sdpa"
        )
        layers = len(model.encoder.layer)
        if not 0 < trained_layers <= layers:
            raise ValueError(f"cannot train {trained_layers} of {layers} layers")
        place = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        model.eval().requires_grad_(False).to(place)
        first = layers - trained_layers
        upper = torch.nn.ModuleList(copy.deepcopy(layer) for layer in model.encoder.layer[first:])
        for name, module in upper.named_modules():
            if name.endswith("attention.self.dropout") and isinstance(module, torch.nn.Dropout):
                module.p = 0.0  # torch's fast attention on a CPU has none
        del model.encoder.layer[first:]
        fast = _multiplies_bfloat16(place) if half is None else half
        return cls(tokenizer, model, upper.requires_grad_(True).to(place), first, place, fast)

    def lower_states(
        self, texts: Sequence[str], task: Task, *, most_tokens: int, batch: int = 16, done: Done | None = None
    ) -> States:
        """Run the frozen half.

        Parameters
        ----------
        texts : sequence of str
            Without prompt.
        most_tokens : int
            Longer texts are cut.
        done : callable, optional
            Called with (texts done, texts in all).

        Returns
        -------
        list of float16 (tokens, width)
            In the order of `texts`.
        """
        import torch

        tokens = self.tokenizer(
            [PROMPTS[task] + text for text in texts], truncation=True, max_length=most_tokens
        )["input_ids"]
        order = sorted(range(len(texts)), key=lambda at: (-len(tokens[at]), at))
        states: States = [np.zeros((0, 0), np.float16)] * len(texts)
        for start in range(0, len(order), batch):
            rows = order[start : start + batch]
            longest = len(tokens[rows[0]])
            ids = torch.full((len(rows), longest), self.tokenizer.pad_token_id or 0, dtype=torch.long)
            mask = torch.zeros((len(rows), longest), dtype=torch.bool)
            for at, row in enumerate(rows):
                ids[at, : len(tokens[row])] = torch.tensor(tokens[row])
                mask[at, : len(tokens[row])] = True
            with torch.inference_mode():
                hidden = self.lower.embeddings(input_ids=ids.to(self.device))
                hidden = self._through(self.lower.encoder.layer, hidden, mask.to(self.device))
            found = hidden.to(torch.float16).cpu().numpy()
            for at, row in enumerate(rows):
                states[row] = found[at, : len(tokens[row])].copy()
            if done:
                done(start + len(rows), len(order))
        return states

    def embed(self, states: Sequence[NDArray[np.float16]], *, group: int = 16) -> "torch.Tensor":
        """Run the upper half and pool: float32 (texts, width), rows of unit length, differentiable.

        Texts of like length go through together, so that little is padded.
        """
        import torch

        order = sorted(range(len(states)), key=lambda at: (-len(states[at]), at))
        parts = [
            self._embed_group([states[at] for at in order[start : start + group]])
            for start in range(0, len(order), group)
        ]
        back = torch.tensor(np.argsort(order), device=self.device)
        return torch.cat(parts)[back]

    def _embed_group(self, states: Sequence[NDArray[np.float16]]) -> "torch.Tensor":
        import torch

        longest = max(len(state) for state in states)
        hidden = torch.zeros((len(states), longest, states[0].shape[1]), dtype=torch.float16)
        mask = torch.zeros((len(states), longest), dtype=torch.bool)
        for at, state in enumerate(states):
            hidden[at, : len(state)] = torch.from_numpy(state)
            mask[at, : len(state)] = True
        mask = mask.to(self.device)
        found = self._through(self.upper, hidden.to(self.device).float(), mask)
        weights = mask[:, :, None].float()
        mean = (found * weights).sum(dim=1) / weights.sum(dim=1)
        return torch.nn.functional.normalize(mean, dim=1)

    def vectors(self, states: Sequence[NDArray[np.float16]], *, batch: int = 16) -> NDArray[np.float32]:
        """As `embed`, for any number of texts, without gradients and without dropout."""
        import torch

        training = self.upper.training
        self.upper.eval()
        order = sorted(range(len(states)), key=lambda at: (-len(states[at]), at))
        vectors: NDArray[np.float32] = np.zeros((len(states), states[0].shape[1]), np.float32)
        with torch.inference_mode():
            for start in range(0, len(order), batch):
                rows = order[start : start + batch]
                vectors[rows] = self._embed_group([states[row] for row in rows]).cpu().numpy()
        self.upper.train(training)
        return vectors

    def _through(
        self,
        layers: Any,  # noqa: ANN401 - a ModuleList, as torch types it
        hidden: "torch.Tensor",
        mask: "torch.Tensor",
    ) -> "torch.Tensor":
        import torch

        attend = None if bool(mask.all()) else mask[:, None, None, :]
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.half):
            for layer in layers:
                hidden = layer(hidden, attention_mask=attend)
        return hidden.float()

    def weights(self) -> dict[str, "torch.Tensor"]:
        """Return a copy of the upper half's weights, under their names in the model's file."""
        return {
            f"encoder.layer.{self.first_upper + int(name.split('.', 1)[0])}.{name.split('.', 1)[1]}": (
                value.detach().clone()
            )
            for name, value in self.upper.state_dict().items()
        }

    def set_weights(self, weights: "dict[str, torch.Tensor]") -> None:
        """Put weights under the names of `weights` into the upper half."""
        import torch

        own = {}
        for name, value in weights.items():
            number, rest = name.removeprefix("encoder.layer.").split(".", 1)
            own[f"{int(number) - self.first_upper}.{rest}"] = torch.as_tensor(value)
        self.upper.load_state_dict(own)


def _multiplies_bfloat16(device: "torch.device") -> bool:
    import torch

    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    known = torch.cpu.get_capabilities()
    return bool(known.get("avx512_bf16") or known.get("amx_bf16"))
