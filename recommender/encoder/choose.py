"""From the ``encoder`` setting to an encoder."""

from pathlib import Path

from recommender.encoder.encoder import Encoder
from recommender.encoder.hashing import HashingEncoder
from recommender.encoder.null import NullEncoder
from recommender.encoder.sentence import SentenceEncoder


def choose_encoder(choice: str, *, folder: Path, allow_hub: bool = False, threads: int = 1) -> Encoder:
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
        Torch threads.

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
        return SentenceEncoder(folder.absolute(), name="multilingual-e5-small-zh", threads=threads)
    return SentenceEncoder(choice, allow_hub=allow_hub, threads=threads)
