"""Consents in plain words: what each lets whom see, and the firms that can be named."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from api.web.translations import marked
from recommender.domain import Enterprise
from recommender.domain.enterprise import ConsentPurpose, PartnerKind
from recommender.installation import Installation

_MOST_VENDORS = 5_000


class Firm(NamedTuple):
    """A lead unit or vendor as the form names it: ``lead_unit:ID`` or ``vendor:ID``."""

    kind: PartnerKind
    id: str
    name: str

    @property
    def value(self) -> str:
        """What the form sends."""
        return f"{self.kind.value}:{self.id}"


class Switch(NamedTuple):
    """A consent to all firms that a purpose names, on or off.

    Attributes
    ----------
    shows : str
        Message of the templates: what it lets whom see.
    """

    purpose: ConsentPurpose
    title: str
    shows: str
    on: bool


_SWITCHES = (
    (
        ConsentPurpose.SHOW_TO_LEAD_UNITS,
        marked("让所有牵引单位看到我"),
        marked("牵引单位能看到企业名称、所在区、行业、规模、数字化等级和需求；看不到地址、联系人和电话。"),
    ),
    (
        ConsentPurpose.SHOW_TO_VENDORS,
        marked("让所有服务商看到我"),
        marked("服务商能看到企业名称、所在区、行业、规模、数字化等级和需求；看不到地址、联系人和电话。"),
    ),
)


def switches(firm: Enterprise, today: date) -> tuple[Switch, ...]:
    """Return the consents to all, as they stand today."""
    return tuple(
        Switch(purpose, title, shows, _to_all(firm, purpose, today)) for purpose, title, shows in _SWITCHES
    )


def _to_all(firm: Enterprise, purpose: ConsentPurpose, today: date) -> bool:
    return any(
        one.purpose is purpose and one.lead_unit is None and one.vendor is None and one.in_force(today)
        for one in firm.consents
    )


def firms(here: Installation) -> tuple[Firm, ...]:
    """Return every lead unit and vendor, by kind and name."""
    with here.store.read() as work:
        units = [(one.record.id, one.record.name) for one in work.lead_units.iterate()]
        vendors = work.solutions.providers(limit=_MOST_VENDORS).items()
    return (*_firms(PartnerKind.LEAD_UNIT, units), *_firms(PartnerKind.VENDOR, vendors))


def chosen(all_firms: Iterable[Firm], value: str | None) -> Firm | None:
    """Return the firm that a form or an address names; None for none, and for one that is not there."""
    return next((one for one in all_firms if one.value == value), None)


def _firms(kind: PartnerKind, named: Iterable[tuple[str, str]]) -> list[Firm]:
    return sorted((Firm(kind, key, name) for key, name in named), key=lambda one: (one.name, one.id))
