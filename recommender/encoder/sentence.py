"""Any SentenceTransformer as an encoder, loaded from this machine on first use."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from threading import Lock, RLock
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from recommender.encoder.batching import encode_in_batches
from recommender.encoder.encoder import Progress
from recommender.encoder.errors import EncoderNotFound
from recommender.encoder.local_model import fingerprint, locate, stay_offline

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

logger = logging.getLogger(__name__)

Task = Literal["query", "document"]
_PROMPT_NAMES: dict[Task, tuple[str, ...]] = {
    "query": ("query",),
    "document": ("passage", "document", "corpus"),
}


@contextmanager
def _no_progress_bar() -> Iterator[None]:
    # stderr carries the log, and a bar of a hundredth of a second tells nobody anything.
    from transformers.utils import logging as bars

    shown = bars.is_progress_bar_enabled()
    bars.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        if shown:
            bars.enable_progress_bar()  # type: ignore[no-untyped-call]


class SentenceEncoder:
    """A SentenceTransformer from a local folder or the local model cache.

    Thread-safe: the tokenizer does not bear concurrent use, so one batch runs at a time and a query waits
    for the running batch, not for the whole job.

    Parameters
    ----------
    model : str or Path
        A folder, or a name looked up in the local cache.
    name : str, optional
        What to call it; by default the last part of `model`.
    allow_hub : bool, default False
        Whether a name may be fetched from the model hub. Otherwise no network is touched.
    threads : int, default 1
        Torch threads; holds for the whole process. More than one is slower on a busy machine.
    max_tokens : int, default 512
        Longest window; texts beyond it are cut. A model's own smaller window prevails.
    device : str, default "cpu"
        Torch device.
    """

    available = True

    def __init__(
        self,
        model: str | Path,
        *,
        name: str | None = None,
        allow_hub: bool = False,
        threads: int = 1,
        max_tokens: int = 512,
        device: str = "cpu",
    ) -> None:
        self.name = name or Path(model).name
        self._source = model
        self._allow_hub = allow_hub
        self._threads = threads
        self._max_tokens = max_tokens
        self._device = device
        self._loading = RLock()
        self._running = Lock()

    @property
    def fingerprint(self) -> str:
        """Hash over the model's files and the window; reads the files once, does not load the model."""
        with self._loading:
            return self._fingerprint

    @property
    def dimension(self) -> int:
        """Length of a vector; loads the model."""
        with self._loading:
            return self._dimension

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode what is looked for, with the model's own query prompt if it has one."""
        return self._encode(texts, "query", batch=8, progress=None)

    def encode_passages(
        self, texts: Sequence[str], *, batch: int = 8, progress: Progress | None = None
    ) -> NDArray[np.float32]:
        """Encode what is searched, with the model's own passage prompt if it has one."""
        return self._encode(texts, "document", batch=batch, progress=progress)

    def _encode(
        self, texts: Sequence[str], task: Task, *, batch: int, progress: Progress | None
    ) -> NDArray[np.float32]:
        return encode_in_batches(
            texts,
            lambda some: self._encode_batch(some, task),
            dimension=self.dimension,
            batch=batch,
            progress=progress,
        )

    def _encode_batch(self, texts: list[str], task: Task) -> NDArray[np.float32]:
        model = self._loaded
        encode = model.encode_query if task == "query" else model.encode_document
        prompt = self._prompt(task)
        with self._running:
            vectors: NDArray[np.float32] = encode(
                texts,
                prompt=prompt,
                batch_size=len(texts),
                normalize_embeddings=True,
                show_progress_bar=False,
            )
        return vectors

    def _prompt(self, task: Task) -> str:
        # Loaders add an empty "document" beside a model's own "passage": take the first that says something.
        prompts = self._loaded.prompts
        return next((text for name in _PROMPT_NAMES[task] if (text := prompts.get(name))), "")

    @property
    def _loaded(self) -> "SentenceTransformer":
        with self._loading:
            return self._model

    @cached_property
    def _folder(self) -> Path:
        return locate(self._source, allow_hub=self._allow_hub)

    @cached_property
    def _fingerprint(self) -> str:
        return fingerprint(self._folder, self._max_tokens)

    @cached_property
    def _dimension(self) -> int:
        # Asked of a vector: not every module chain declares it, and the first call warms the model up.
        return int(self._encode_batch(["尺寸"], "query").shape[1])

    @cached_property
    def _model(self) -> "SentenceTransformer":
        identity = self._fingerprint  # verifies the files before they are trusted
        if not self._allow_hub:
            stay_offline()
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(self._threads)
        try:
            with _no_progress_bar():
                model = SentenceTransformer(
                    str(self._folder),
                    device=self._device,
                    local_files_only=True,
                    model_kwargs={"use_safetensors": True},  # never a pickle
                )
        except (OSError, ValueError, KeyError) as error:
            logger.exception("cannot load encoder from %s", self._folder)
            raise EncoderNotFound(
                f"无法读取文件夹 {self._folder} 中的文本编码模型（权重须为 safetensors 格式，且文件完整）。",
                place={"file": str(self._folder)},
            ) from error
        model.max_seq_length = min(model.max_seq_length or self._max_tokens, self._max_tokens)
        logger.info("loaded encoder %s (%s) from %s", self.name, identity, self._folder)
        return model
