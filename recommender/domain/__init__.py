"""The nouns of the pilot as typed, immutable values."""

from recommender.domain.diagnosis import Diagnosis
from recommender.domain.enterprise import Consent, Contact, Enterprise
from recommender.domain.event import Event
from recommender.domain.lead_unit import Capacity, Consortium, LeadUnit, Member
from recommender.domain.need import Need
from recommender.domain.notice import Notice
from recommender.domain.solution import PriceRange, Provider, ScenarioEffect, Solution

__all__ = [
    "Capacity",
    "Consent",
    "Consortium",
    "Contact",
    "Diagnosis",
    "Enterprise",
    "Event",
    "LeadUnit",
    "Member",
    "Need",
    "Notice",
    "PriceRange",
    "Provider",
    "ScenarioEffect",
    "Solution",
]
