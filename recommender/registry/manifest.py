"""What is recorded of a model when it is registered."""

import hashlib
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from recommender.ranking.feature_definitions import TARGETS, load_feature_definitions
from recommender.ranking.model_files import UnusableModel
from recommender.ranking.ranking_model import RankingModel
from recommender.store import Store

#: Also the name of a folder and a part of an address: no separator, no leading dot, no colon.
VERSION_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._+-]{0,99}$"
Version = Annotated[str, Field(pattern=VERSION_PATTERN)]
_KINDS = ("solutions", "enterprises", "lead_units", "diagnoses", "needs")


class FrozenFeatures(BaseModel):
    """The features that a model weighs, as they were when it was registered.

    Attributes
    ----------
    revisions : dict of str to dict of str to int
        By kind of ranking and name: revision of the computation, see ``data/ranking/features.json``.
    fingerprints : dict of str to str
        SHA-256 of all definitions of a kind of ranking.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    revisions: dict[str, dict[str, int]]
    fingerprints: dict[str, str]

    @classmethod
    def of(cls, model: RankingModel) -> "FrozenFeatures":
        """Freeze the features of a model.

        Raises
        ------
        UnusableModel
            If it weighs what nobody computes.
        """
        definitions = load_feature_definitions()
        revisions = {}
        for target in TARGETS:
            known, weighed = definitions.of(target), sorted(getattr(model.weights, target))
            if unknown := [name for name in weighed if name not in known]:
                raise UnusableModel(
                    f"模型用到程序没有的特征：{'、'.join(unknown)}", place={"field": f"weights.{target}"}
                )
            revisions[target] = {name: known[name].revision for name in weighed}
        return cls(revisions=revisions, fingerprints=definitions.fingerprints())


class DataFingerprint(BaseModel):
    """The data that an installation held at a moment.

    Attributes
    ----------
    last_event_sequence, catalogue_change : int
        Numbers of the last event and of the last change of a record.
    hash : str
        SHA-256 over every record and the numbers above.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    solutions: int
    enterprises: int
    lead_units: int
    diagnoses: int
    needs: int
    last_event_sequence: int
    catalogue_change: int
    hash: str

    @classmethod
    def of(cls, store: Store) -> "DataFingerprint":
        """Take the fingerprint of what is stored now, in one consistent view."""
        counts = dict.fromkeys(_KINDS, 0)
        digest = hashlib.sha256()
        with store.read() as work:
            for kind in _KINDS:
                for stored in getattr(work, kind).iterate():
                    counts[kind] += 1
                    digest.update(stored.record.model_dump_json().encode() + b"\n")
            last_event_sequence = work.events.last_sequence()
            catalogue_change = work.catalogue.version()
        digest.update(f"{last_event_sequence},{catalogue_change}".encode())
        return cls(
            **counts,
            last_event_sequence=last_event_sequence,
            catalogue_change=catalogue_change,
            hash=digest.hexdigest(),
        )


class Manifest(BaseModel):
    """The record of one version; together with the hashes in it, a version cannot change unnoticed.

    Attributes
    ----------
    parent : str, optional
        Version that was served when it was registered.
    created_at : datetime, optional
        None for the shipped model.
    data : DataFingerprint, optional
        Data of the installation when it was registered; None for the shipped model.
    seed : int, optional
        Of the training, where there was any.
    files : dict of str to str
        SHA-256 of every other file.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Version
    parent: str | None
    created_at: AwareDatetime | None
    created_by: str
    note: str
    features: FrozenFeatures
    data: DataFingerprint | None
    seed: int | None
    files: dict[str, str]

    def document(self) -> dict[str, Any]:
        """Return what is sealed on disk."""
        return self.model_dump(mode="json")
