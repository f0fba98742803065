"""Which lead unit or vendor a viewer may open."""

from typing import Annotated, NamedTuple

from fastapi import Path

from api.web.failures import NotForThisRole
from recommender.domain import LeadUnit
from recommender.domain.enterprise import PartnerKind
from recommender.domain.record import RecordId
from recommender.domain.viewer import Role, Viewer
from recommender.installation import Installation
from recommender.matching.unknown import unknown_partner

#: Roles that read the pages of any partner and act on none.
READERS = (Role.CITY, Role.ADMIN, Role.AUDITOR)
#: Kind of partner by the first part of the address.
KINDS = {"lead-units": PartnerKind.LEAD_UNIT, "vendors": PartnerKind.VENDOR}
PartnerPath = Annotated[RecordId, Path()]


class Whose(NamedTuple):
    """A partner that may be opened.

    Attributes
    ----------
    unit : LeadUnit, optional
        None for a vendor.
    revision : int, optional
        Of the unit's record.
    own : bool
        Whether the viewer speaks for it; others only read.
    """

    kind: PartnerKind
    id: str
    name: str
    synthetic: bool
    unit: LeadUnit | None
    revision: int | None
    own: bool

    @property
    def address(self) -> str:
        """Of its first page."""
        return f"/{'lead-units' if self.kind is PartnerKind.LEAD_UNIT else 'vendors'}/{self.id}"


def partner_for(here: Installation, viewer: Viewer, kind: PartnerKind, key: str) -> Whose:
    """Return a lead unit or vendor that the viewer may open: its own, or any for the city.

    Raises
    ------
    NotForThisRole
        Whether there is such a partner is not told.
    recommender.matching.unknown.UnknownLeadUnit, recommender.matching.unknown.UnknownVendor
    """
    own = viewer.speaks_for(Role(kind.value), key)
    if not own and viewer.role not in READERS:
        raise NotForThisRole("您只能查看本单位的页面")
    with here.store.read() as work:
        if kind is PartnerKind.LEAD_UNIT:
            stored = work.lead_units.get(key)
            if stored is None:
                raise unknown_partner(kind, key)
            unit = stored.record
            return Whose(kind, key, unit.name, unit.synthetic, unit, stored.revision, own)
        products = [one.record for one in work.solutions.iterate(provider_id=key)]
    if not products or products[0].provider is None:
        raise unknown_partner(kind, key)
    synthetic = all(one.synthetic for one in products)
    return Whose(kind, key, products[0].provider.name, synthetic, None, None, own)
