"""The records as they stood at one moment, without what matching must never see."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from recommender.domain import Diagnosis, Enterprise, LeadUnit, Notice, Solution
from recommender.store import Store


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Records that a snapshot indexes and ranks.

    Attributes
    ----------
    version : int
        The store's change number when the records were read.
    enterprises : mapping of str to Enterprise
        By credit code; contact data is taken out, personal fields are never features.
    diagnoses : mapping of str to Diagnosis
        The newest of each enterprise, by credit code.
    """

    version: int
    solutions: Mapping[str, Solution] = field(default_factory=dict)
    lead_units: Mapping[str, LeadUnit] = field(default_factory=dict)
    enterprises: Mapping[str, Enterprise] = field(default_factory=dict)
    diagnoses: Mapping[str, Diagnosis] = field(default_factory=dict)
    notices: Mapping[str, Notice] = field(default_factory=dict)

    @property
    def units_in_office(self) -> dict[str, LeadUnit]:
        """Lead units whose term has not ended and that are not suspended, by id."""
        units = self.lead_units.items()
        return {key: unit for key, unit in units if not (unit.term_ended or unit.suspended)}


def without_contact(enterprise: Enterprise) -> Enterprise:
    """Drop the contact data."""
    return enterprise.model_copy(update={"contact": None}) if enterprise.contact else enterprise


def read_catalogue(store: Store) -> Catalogue:
    """Read all records in one consistent view of the store."""
    with store.read() as unit:
        return Catalogue(
            version=unit.catalogue.version(),
            solutions={stored.record.id: stored.record for stored in unit.solutions.iterate()},
            lead_units={stored.record.id: stored.record for stored in unit.lead_units.iterate()},
            enterprises={
                stored.record.uscc: without_contact(stored.record) for stored in unit.enterprises.iterate()
            },
            diagnoses={stored.record.uscc: stored.record for stored in unit.diagnoses.latest_all()},
            notices={stored.record.id: stored.record for stored in unit.notices.iterate()},
        )


def with_changes(store: Store, catalogue: Catalogue) -> Catalogue:
    """Return the catalogue with what changed since it was read; the same object when nothing did.

    A revoked consent or a suspended product counts at once, not when the next index is ready.
    """
    with store.read() as unit:
        version = unit.catalogue.version()
        if version == catalogue.version:
            return catalogue
        changed = unit.catalogue.changed_since(catalogue.version)
        firms = unit.enterprises.get_many(changed["enterprise"])
        diagnosed = {stored.record.uscc for stored in unit.diagnoses.get_many(changed["diagnosis"]).values()}
        newest = [latest.record for uscc in sorted(diagnosed) if (latest := unit.diagnoses.latest(uscc))]
        solutions = unit.solutions.get_many(changed["solution"])
        units = unit.lead_units.get_many(changed["lead_unit"])
        notices = unit.notices.get_many(changed["notice"])
    return Catalogue(
        version=version,
        solutions={**catalogue.solutions, **{key: stored.record for key, stored in solutions.items()}},
        lead_units={**catalogue.lead_units, **{key: stored.record for key, stored in units.items()}},
        enterprises={
            **catalogue.enterprises,
            **{key: without_contact(stored.record) for key, stored in firms.items()},
        },
        diagnoses={**catalogue.diagnoses, **{diagnosis.uscc: diagnosis for diagnosis in newest}},
        notices={**catalogue.notices, **{key: stored.record for key, stored in notices.items()}},
    )
