"""Settings of one installation, read from the environment (``SMEMATCH_…``) or a ``.env`` file."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

_PACKAGE = Path(__file__).resolve().parent


class Settings(BaseSettings):
    """Where things live and how the engine runs.

    Attributes
    ----------
    home : Path
        Folder for the database, the encoder, the index snapshots and the ranking models.
    database_url : str, optional
        SQLAlchemy address; empty means SQLite in ``home``.
    encoder : str
        ``default`` (the bundled model built into ``home/encoder``), ``none`` (lexical only),
        ``hashing`` (character n-gram hashing, for tests and tiny machines), or the name or folder of
        any SentenceTransformer.
    allow_hub : bool
        Whether a named encoder may be fetched from a model hub.
    encoder_runtime : {"onnx", "torch"}
        What runs the bundled encoder: its graph of 8-bit integers, or torch with the 32-bit weights. Vectors
        of one are not compared with vectors of the other; a change makes a new index.
    encoder_threads : int
        Threads per worker; more than one is slower on a busy machine.
    exploration : bool
        Whether near-equals change places from day to day in lists of solutions and lead units, within the
        limits of ``data/ranking/exploration.json``; what was shown can then be evaluated for another order.
    experiment : Path, optional
        File of an experiment with other ranking weights (``{"name", "share", "weights"}``); none by default.
    refresh_seconds : float
        How often a serving process looks for changed records and for another ranking model, in seconds.
    sign_in : {"none", "required"}
        ``none``: whoever reaches the machine works as whom he says to be; loopback only. ``required``:
        accounts and keys.
    oidc_issuer, oidc_audience, oidc_jwks_url : str
        Identity provider whose bearer tokens are taken, beside keys; none by default.
    max_body_bytes, max_import_rows : int
        Size limits for requests and import files.
    """

    model_config = SettingsConfigDict(env_prefix="SMEMATCH_", env_file=".env", extra="ignore", frozen=True)

    home: Path = Path("var")
    database_url: str | None = None
    encoder: str = "default"
    allow_hub: bool = False
    encoder_runtime: Literal["onnx", "torch"] = "onnx"
    encoder_threads: Annotated[int, Field(ge=1, le=64)] = 1
    exploration: bool = False
    experiment: Path | None = None
    refresh_seconds: Annotated[float, Field(gt=0, le=3600)] = 1.0
    sign_in: Literal["none", "required"] = "none"
    oidc_issuer: str | None = None
    oidc_audience: str = "smematch"
    oidc_jwks_url: str | None = None
    max_body_bytes: Annotated[int, Field(ge=1024)] = 16 * 1024 * 1024
    max_import_rows: Annotated[int, Field(ge=1)] = 200_000

    @property
    def encoder_folder(self) -> Path:
        """Folder of the bundled encoder."""
        return self.home / "encoder"

    @property
    def snapshot_folder(self) -> Path:
        """Folder of the immutable index snapshots."""
        return self.home / "snapshots"

    @property
    def models_folder(self) -> Path:
        """Folder of the ranking models and of the record which one is served."""
        return self.home / "models"

    @property
    def own_gates(self) -> Path:
        """File of gates that takes the place of ``data/registry/gates.json`` where it is there."""
        return self.home / "gates.json"

    @property
    def effective_database_url(self) -> str:
        """SQLAlchemy address actually used."""
        return self.database_url or f"sqlite:///{(self.home / 'smematch.db').resolve()}"


@lru_cache(maxsize=1)
def data_dir() -> Path:
    """Return the folder of shipped data: ``data/`` of a checkout, or the copy inside an installed wheel."""
    checkout = _PACKAGE.parent / "data"
    return checkout if (checkout / "taxonomy").is_dir() else _PACKAGE / "_data"
