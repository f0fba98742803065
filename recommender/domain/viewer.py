"""Who looks: a role and the one record that it may speak for."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, model_validator

#: Administrative division code of Guangzhou: the party that the city's office is in events.
CITY_OFFICE = "440100"


class Role(StrEnum):
    """What a person may see and do, as the pilot divides the work."""

    ENTERPRISE = "enterprise"
    LEAD_UNIT = "lead_unit"
    VENDOR = "vendor"
    DISTRICT = "district"
    CITY = "city"
    ADMIN = "admin"
    AUDITOR = "auditor"


#: Roles that speak for one record or one district.
SCOPED = frozenset({Role.ENTERPRISE, Role.LEAD_UNIT, Role.VENDOR, Role.DISTRICT})


class Viewer(BaseModel):
    """Someone who looks at pages or calls routes.

    Attributes
    ----------
    role : Role
    subject : str, optional
        Credit code of the enterprise, id of the lead unit or vendor, code of the district; None for roles
        that see the whole city.
    name : str
        As shown on the page and written into events of staff.

    Raises
    ------
    ValueError
        If a scoped role names no record, or another role names one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Role
    subject: str | None = Field(default=None, min_length=1, max_length=100)
    name: str = Field(min_length=1, max_length=100)

    @model_validator(mode="after")
    def _subject_fits_role(self) -> "Viewer":
        if (self.role in SCOPED) != (self.subject is not None):
            raise ValueError(
                "这种身份应写明所属的单位或区" if self.subject is None else "这种身份不属于某个单位"
            )
        return self

    @property
    def actor(self) -> str:
        """Party that events name: the record or office spoken for; the person for roles without one."""
        return CITY_OFFICE if self.role is Role.CITY else self.subject or self.name

    def speaks_for(self, role: Role, subject: str) -> bool:
        """Whether the viewer is this very enterprise, unit, vendor or district."""
        return self.role is role and self.subject == subject
