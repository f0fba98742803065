"""Synthetic enterprises with one diagnosis each, the same for the same seed."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from recommender.diagnosis import DiagnosisResult, load_instrument, score
from recommender.domain import Consent, Diagnosis, Enterprise
from recommender.domain.diagnosis import DiagnosisMethod
from recommender.domain.enterprise import ConsentPurpose
from recommender.domain.record import SYNTHETIC_MARK
from recommender.domain.taxonomy import SubIndustry
from recommender.sample.draw import Draw
from recommender.sample.firms import (
    Firm,
    credit_code,
    draw_address,
    draw_business_scope,
    draw_contact,
    draw_day,
    draw_deployment,
    draw_firm,
    draw_name,
    draw_registration,
)
from recommender.sample.maturity import draw_content, leave_out
from recommender.sample.phrases import Phrases, load_phrases
from recommender.sample.records import load_lead_units
from recommender.sample.wants import WantsWriter

#: Seed of the shipped sample.
SEED = 202_611

_SHARES: tuple[tuple[SubIndustry | None, float], ...] = (
    (None, 0.06),
    (SubIndustry.NEV_PARTS, 0.17),
    (SubIndustry.MACHINE_TOOLS_ROBOTS, 0.15),
    (SubIndustry.COSMETICS, 0.165),
    (SubIndustry.CUSTOM_FURNITURE, 0.145),
    (SubIndustry.LUGGAGE, 0.145),
    (SubIndustry.APPAREL, 0.165),
)
#: How often an optional field is really missing.
_MISSING = {
    "registered_on": 0.05,
    "place": 0.04,
    "business_scope": 0.06,
    "gb4754": 0.08,
    "sub_industry": 0.08,
    "employees": 0.07,
    "revenue_yuan": 0.08,
    "budget_yuan": 0.09,
    "needs": 0.07,
    "contact": 0.05,
}
_CONSENTS = (("open", 0.61), ("one_unit", 0.04), ("revoked", 0.04), ("none", 0.31))
_LAST_DAY = date(2026, 10, 31)
_TRIES = 50


def make_enterprises(count: int = 360, seed: int = SEED) -> list[tuple[Enterprise, Diagnosis]]:
    """Make synthetic enterprises, each with its diagnosis.

    Parameters
    ----------
    count : int
        How many, at least 1. Up to about 3,000 no name and no need repeats; for a larger sample, such
        as one for load tests, the phrases run out.
    seed : int
        The same count and seed give equal records on every machine.

    Returns
    -------
    list of (Enterprise, Diagnosis)
        In the order of their running number; nothing is stored.
    """
    return _Generator(count, seed).make()


class _Generator:
    def __init__(self, count: int, seed: int) -> None:
        self._draw = Draw(seed)
        self._count = count
        self._phrases: Phrases = load_phrases()
        self._writer = WantsWriter(self._phrases, self._draw)
        self._instrument = load_instrument()
        self._lead_units = load_lead_units()
        self._names: set[str] = set()
        self._scopes: set[str] = set()

    def make(self) -> list[tuple[Enterprise, Diagnosis]]:
        latents = self._draw.standard_normals(self._count)
        sizes = self._draw.standard_normals(self._count)
        trades = self._draw.spread(self._count, _SHARES)
        missing = {
            field: self._draw.spread(self._count, [(True, share), (False, 1)])
            for field, share in _MISSING.items()
        }
        consents = self._draw.spread(self._count, _CONSENTS)
        pairs: list[tuple[Enterprise, Diagnosis]] = []
        for at in range(self._count):
            firm = draw_firm(at + 1, latents[at], sizes[at], trades[at], self._phrases, self._draw)
            diagnosis, result = self._diagnosis(firm)
            gone = {field for field, flags in missing.items() if flags[at]}
            consent = self._consents(consents[at], firm, diagnosis.assessed_on)
            pairs.append((self._enterprise(firm, result, consent, gone), diagnosis))
        return pairs

    def _diagnosis(self, firm: Firm) -> tuple[Diagnosis, DiagnosisResult]:
        content = draw_content(firm.latent, self._instrument, self._draw)
        method = DiagnosisMethod.ON_SITE if self._draw.chance(0.35) else DiagnosisMethod.SELF
        if method is DiagnosisMethod.SELF and self._draw.chance(0.08):
            content = leave_out(content, self._draw)
        diagnosis = Diagnosis(
            id=f"SYN-G{firm.number:04d}",
            uscc=credit_code(firm.number),
            assessed_on=draw_day(self._draw, 2026, self._draw.between(1, 10)),
            method=method,
            answers=content.answers,
            scenarios=content.scenarios,
            synthetic=True,
            mark=SYNTHETIC_MARK,
        )
        grades = {code.value: grade for code, grade in content.scenarios.items()}
        return diagnosis, score(content.answers, grades, self._instrument)

    def _enterprise(
        self, firm: Firm, result: DiagnosisResult, consents: tuple[Consent, ...], gone: set[str]
    ) -> Enterprise:
        draw = self._draw
        scope = self._scope(firm)
        needs = () if "needs" in gone else self._writer.write(firm, result)
        return Enterprise(
            uscc=credit_code(firm.number),
            name=self._name(firm),
            registered_on=None if "registered_on" in gone else draw_registration(draw),
            district=None if "place" in gone else firm.district,
            address=None if "place" in gone else draw_address(firm, self._phrases, draw),
            business_scope=None if "business_scope" in gone else scope,
            gb4754=None if "gb4754" in gone else firm.gb4754,
            sub_industry=None if "sub_industry" in gone else firm.sub_industry,
            employees=None if "employees" in gone else firm.employees,
            revenue_yuan=None if "revenue_yuan" in gone else Decimal(firm.revenue_yuan),
            needs=needs,
            budget_yuan=None if "budget_yuan" in gone else Decimal(firm.budget_yuan),
            deployment_preference=draw_deployment(firm, draw),
            contact=None if "contact" in gone else draw_contact(firm, draw),
            consents=consents,
            synthetic=True,
            mark=SYNTHETIC_MARK,
        )

    def _name(self, firm: Firm) -> str:
        return _fresh(self._names, lambda: draw_name(firm, self._phrases, self._draw))

    def _scope(self, firm: Firm) -> str:
        return _fresh(self._scopes, lambda: draw_business_scope(firm, self._draw))

    def _consents(self, kind: str, firm: Firm, assessed_on: date) -> tuple[Consent, ...]:
        if kind == "none":
            return ()
        granted_on = min(assessed_on + timedelta(days=self._draw.between(0, 20)), _LAST_DAY)
        fitting = [unit.id for unit in self._lead_units if firm.sub_industry in unit.sub_industries]
        only = self._draw.pick(fitting) if kind == "one_unit" and fitting else None
        revoked_on = granted_on + timedelta(days=self._draw.between(15, 90)) if kind == "revoked" else None
        to_lead_units = Consent(
            purpose=ConsentPurpose.SHOW_TO_LEAD_UNITS,
            granted_on=granted_on,
            # Nothing in the sample lies after October 2026.
            revoked_on=min(revoked_on, _LAST_DAY) if revoked_on else None,
            lead_unit=only,
        )
        if kind != "open" or firm.number % 2:
            return (to_lead_units,)
        return (to_lead_units, to_lead_units.model_copy(update={"purpose": ConsentPurpose.SHOW_TO_VENDORS}))


def _fresh(seen: set[str], make: Callable[[], str]) -> str:
    """Return a text not made before; a repeated one only where the words are used up."""
    for _ in range(_TRIES):
        if (text := make()) not in seen:
            break
    seen.add(text)
    return text
