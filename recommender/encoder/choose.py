"""From the ``encoder`` setting to an encoder."""

from pathlib import Path
from typing import Literal

from recommender.encoder.encoder import Encoder
from recommender.encoder.hashing import HashingEncoder
from recommender.encoder.null import NullEncoder
from recommender.encoder.onnx import OnnxEncoder
from recommender.encoder.onnx_graph import CONFIG, FOLDER
from recommender.encoder.sentence import SentenceEncoder

NAME = "multilingual-e5-small-zh"
Runtime = Literal["onnx", "torch"]


def choose_encoder(
    choice: str,
    *,
    folder: Path,
    allow_hub: bool = False,
    threads: int = 1,
    runtime: Runtime = "onnx",
) -> Encoder:
    """Return the encoder that a setting names; nothing is loaded yet.

    Parameters
    ----------
    choice : str
        ``default`` (the bundled model), ``none``, ``hashing``, or a SentenceTransformer's folder or name.
    folder : Path
        Where the bundled model is built.
    allow_hub : bool, default False
        Whether a named model may be fetched.
    threads : int, default 1
        Threads of one call.
    runtime : {"onnx", "torch"}, default "onnx"
        What runs a folder that carries a graph of 8-bit integers beside its weights, as the bundled model
        does; a folder without one, or a name, is always run by torch.

    Returns
    -------
    Encoder
        Ready to use; a missing model is reported at its first use.
    """
    if choice == "none":
        return NullEncoder()
    if choice == "hashing":
        return HashingEncoder()
    if choice == "default":
        if runtime == "onnx":
            return OnnxEncoder(folder.absolute(), name=NAME, threads=threads)
        return SentenceEncoder(folder.absolute(), name=NAME, threads=threads)
    if runtime == "onnx" and (Path(choice) / FOLDER / CONFIG).is_file():
        return OnnxEncoder(Path(choice).absolute(), threads=threads)
    return SentenceEncoder(choice, allow_hub=allow_hub, threads=threads)
