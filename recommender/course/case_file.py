"""一企一档: everything that is known of one enterprise's course, in parts."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from recommender.course.missing import Missing
from recommender.course.project import EvidenceFile, Project, ProjectStep
from recommender.course.standing import Standing
from recommender.diagnosis.value import Points, Value
from recommender.domain import Contact
from recommender.domain.enterprise import ConsentPurpose, SizeClass
from recommender.domain.taxonomy import Scenario, SubIndustry


class Basics(Value):
    """基本情况, as the record said at that moment.

    Attributes
    ----------
    contact : Contact, optional
        Masked unless ``contact_open``.
    revision : int
        Number of the record's revision.
    """

    registered_on: date | None
    district: str | None
    district_name: str | None
    address: str | None
    business_scope: str | None
    gb4754: str | None
    sub_industry: SubIndustry | None
    sub_industry_name: str | None
    employees: int | None
    revenue_yuan: Decimal | None
    size_class: SizeClass | None
    size_name: str | None
    needs: tuple[str, ...]
    budget_yuan: Decimal | None
    contact: Contact | None
    contact_open: bool
    stored_on: date
    revision: int


class DimensionScore(Value):
    """Points of one dimension of the instrument."""

    name: str
    points: Points
    max_points: Points


class ScenarioStanding(Value):
    """Grade of one scenario; ``graded`` is False where nothing was given and 0 is assumed."""

    scenario: Scenario
    name: str
    required: bool
    grade: int
    graded: bool


class DiagnosisEntry(Value):
    """A diagnosis with what changed since the one before.

    Attributes
    ----------
    edition : str
        Of the instrument by which it is scored.
    level, points : optional
        None where it cannot be scored, which ``problem`` tells.
    complete : bool
        False where answers are missing: the level is a lower bound.
    level_change, points_change : optional
        None for the first, and where either cannot be scored.
    revision : int
        More than 1 where it was corrected after it was stored.
    """

    id: str
    on: date
    method: str
    method_name: str
    edition: str
    level: int | None
    level_name: str | None
    points: Decimal | None
    complete: bool
    level_change: int | None
    points_change: Decimal | None
    revision: int
    problem: str | None


class Foundation(Value):
    """数字化基础: the newest diagnosis in full."""

    diagnosis: DiagnosisEntry
    dimensions: tuple[DimensionScore, ...]
    scenarios: tuple[ScenarioStanding, ...]
    note: str | None


class ServedLine(Value):
    """One line of a list as it was shown."""

    rank: int
    id: str
    name: str


class ServedEntry(Value):
    """A list that was shown to the enterprise."""

    recommendation_id: str
    served_at: datetime
    target: str
    target_name: str
    model_version: str
    policy_version: str
    index_version: str
    degraded: str | None
    lines: tuple[ServedLine, ...]


class ShownEntry(Value):
    """A list of prospects in which a partner saw the enterprise."""

    partner: str
    partner_name: str
    recommendation_id: str
    served_at: datetime
    rank: int
    model_version: str
    policy_version: str


class ConsentEntry(Value):
    """A consent and whether it was in force on that day."""

    purpose: ConsentPurpose
    purpose_name: str
    partner: str | None
    partner_name: str | None
    granted_on: date
    revoked_on: date | None
    in_force: bool


class ContactEntry(Value):
    """A contact that the enterprise opened."""

    partner: str
    partner_name: str
    on: date
    recommendation_id: str | None
    event_id: str


class PlanEntry(Value):
    """A plan that was shown, from the log of served lists."""

    recommendation_id: str
    served_at: datetime
    target_level: int | None
    level_after: int | None
    planned_yuan: Decimal | None
    feasible: bool | None
    summary: str | None
    lines: tuple[ServedLine, ...]


Proof = Literal["proven", "below", "open"]
PROOF_NAMES: dict[Proof, str] = {
    "proven": "复评已证实",
    "below": "复评未达到申报等级",
    "open": "尚无改造后评测",
}


class LinkEntry(Value):
    """A transformed link: what was declared, and what the diagnosis after it says.

    Attributes
    ----------
    before, after : int, optional
        Grade of the scenario in the diagnoses before and after the project.
    """

    scenario: Scenario
    name: str
    declared: int
    on: date
    before: int | None
    after: int | None
    proof: Proof


class SubsidyEntry(Value):
    """Subsidy of a project: estimated by the rules of the day, asked for, paid.

    Attributes
    ----------
    estimated_yuan : Decimal, optional
        None where it cannot be told; ``text`` says why, and otherwise what the amount ends at.
    """

    policy_version: str | None
    estimated_yuan: Decimal | None
    at_most_yuan: Decimal | None
    text: str
    requested_yuan: Decimal | None
    requested_on: date | None
    paid_yuan: Decimal | None
    paid_on: date | None
    notice: str


class ProjectEntry(Value):
    """A project with the names and views that a reader needs."""

    facts: Project
    partner_name: str
    solutions: tuple[ServedLine, ...]
    standing: Standing
    links: tuple[LinkEntry, ...]
    subsidy: SubsidyEntry


class ComplaintEntry(Value):
    """A complaint and what became of it.

    Attributes
    ----------
    upheld : bool, optional
        None while it is open.
    """

    event_id: str
    on: date
    project: str | None
    against: str
    reason: str
    closed_on: date | None
    upheld: bool | None
    outcome: str | None


class TimelineEntry(Value):
    """Something that happened.

    Attributes
    ----------
    reported_on : date
        Day on which it was recorded; later than ``on`` where it was reported late.
    stage : str, optional
        Code of the stage that it led to.
    """

    on: date
    reported_on: date
    kind: str
    title: str
    text: str | None
    project: str | None
    partner_name: str | None
    stage: str | None


class Completeness(Value):
    """How much of what the file must hold by now is there.

    Attributes
    ----------
    needed, present : int
        Needs of the stages reached so far.
    """

    needed: int
    present: int
    missing: tuple[Missing, ...]


class CaseFile(Value):
    """The whole file as of one moment.

    Attributes
    ----------
    as_of : datetime
        What was recorded up to this moment counts; UTC.
    today : date
        Its day in Guangzhou, by which days are counted.
    mark : str, optional
        Synthetic mark.
    steps : tuple of ProjectStep
        States that the enterprise itself entered; those of its projects stand with them.
    notes : tuple of str
        What came out of order or is not clear, in Chinese.
    """

    uscc: str
    name: str
    mark: str | None
    as_of: datetime
    today: date
    basics: Basics
    standings: tuple[Standing, ...]
    steps: tuple[ProjectStep, ...]
    foundation: Foundation | None
    diagnoses: tuple[DiagnosisEntry, ...]
    served: tuple[ServedEntry, ...]
    shown_to: tuple[ShownEntry, ...]
    consents: tuple[ConsentEntry, ...]
    contacts: tuple[ContactEntry, ...]
    plans: tuple[PlanEntry, ...]
    projects: tuple[ProjectEntry, ...]
    evidence: tuple[EvidenceFile, ...]
    complaints: tuple[ComplaintEntry, ...]
    timeline: tuple[TimelineEntry, ...]
    completeness: Completeness
    notes: tuple[str, ...]
