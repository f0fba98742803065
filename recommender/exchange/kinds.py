"""The kinds of records that files carry, and what each is in the domain."""

from enum import StrEnum

from recommender.domain import Diagnosis, Enterprise, LeadUnit, Need, Notice, Solution

#: Any record that a file can carry.
ExchangeRecord = Enterprise | Diagnosis | Solution | LeadUnit | Need | Notice


class Kind(StrEnum):
    """A kind of record, named as on the command line."""

    ENTERPRISES = "enterprises"
    DIAGNOSES = "diagnoses"
    SOLUTIONS = "solutions"
    LEAD_UNITS = "lead-units"
    NEEDS = "needs"
    NOTICES = "notices"

    @property
    def label(self) -> str:
        """Chinese name, used for sheets and messages."""
        return _TITLES[self]

    @property
    def model(self) -> type[ExchangeRecord]:
        """Class of the records."""
        return _MODELS[self]

    @property
    def key_field(self) -> str:
        """Field that identifies a record."""
        return "uscc" if self is Kind.ENTERPRISES else "id"

    @property
    def store_name(self) -> str:
        """Name of the collection in the store."""
        return self.value.replace("-", "_")


_TITLES = {
    Kind.ENTERPRISES: "企业",
    Kind.DIAGNOSES: "诊断",
    Kind.SOLUTIONS: "解决方案",
    Kind.LEAD_UNITS: "牵引单位",
    Kind.NEEDS: "需求",
    Kind.NOTICES: "通知",
}
_MODELS: dict[Kind, type[ExchangeRecord]] = {
    Kind.ENTERPRISES: Enterprise,
    Kind.DIAGNOSES: Diagnosis,
    Kind.SOLUTIONS: Solution,
    Kind.LEAD_UNITS: LeadUnit,
    Kind.NEEDS: Need,
    Kind.NOTICES: Notice,
}
