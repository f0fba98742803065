"""A project as one row: what it consists of, and what was told of it."""

from datetime import date
from decimal import Decimal

from recommender.diagnosis.value import Value
from recommender.domain.taxonomy import Scenario


class DeclaredLink(Value):
    """A link (环节) that was reported as transformed.

    Attributes
    ----------
    level : int
        Declared, 0–4.
    """

    scenario: Scenario
    level: int
    on: date
    event_id: str


class EvidenceFile(Value):
    """A file that was put on record; ``by`` is who reported it."""

    file: str
    sha256: str
    about: str
    on: date
    by: str
    event_id: str


class ProjectStep(Value):
    """A state that the project entered; ``event_id`` is the event that led to it."""

    state: str
    stage: str | None
    on: date
    event_id: str | None


class Project(Value):
    """One project: one contract of one enterprise.

    Attributes
    ----------
    project : str, optional
        Its id; None while no event has named one. Then enterprise and partner name it.
    partner : str
        Id of the lead unit or vendor; empty where no event tells.
    solutions : tuple of str
        Products of the contract.
    contract_yuan, invoice_yuan, paid_yuan : Decimal, optional
        None while nothing was told, so never a 0 that nobody reported. Invoices without tax.
    approved_yuan : Decimal, optional
        The least of the three, None while one of them is missing.
    stage, state : str
        Codes of ``data/course/stages.json``.
    since : date
        Day on which the state was entered; ``days`` since then, ``overdue_days`` past ``due_by``.
    accepted_on : date, optional
        None again where the acceptance was not the last word.
    withdrawn_cause : str, optional
        Whose doing the withdrawal was, ``enterprise``, ``provider`` or ``other``; None where nobody but the
        partner itself says.
    level_before, level_after : int, optional
        By the last diagnosis up to the beginning, and by the one that the acceptance names, else the last one
        after the beginning and up to the acceptance; ``diagnosis_before`` and ``diagnosis_after`` say which.
    rating : float, optional
        The last one given.
    complaints, complaints_open, complaints_upheld : int
        Reported, not closed yet, closed as justified.
    subsidy_paid_yuan : Decimal, optional
        Sum of the payments.
    irregular : tuple of str
        What came out of order, in Chinese.
    """

    enterprise: str
    project: str | None
    partner: str
    solutions: tuple[str, ...]
    contract_yuan: Decimal | None
    contract_on: date | None
    due_on: date | None
    target_level: int | None
    invoice_yuan: Decimal | None
    paid_yuan: Decimal | None
    approved_yuan: Decimal | None
    stage: str
    state: str
    since: date
    days: int
    due_by: date | None
    overdue_days: int
    closed: bool
    steps: tuple[ProjectStep, ...]
    filed_on: date | None
    registered_on: date | None
    started_on: date | None
    acceptance_requested_on: date | None
    accepted_on: date | None
    rejections: int
    withdrawn_on: date | None
    withdrawn_cause: str | None
    links: tuple[DeclaredLink, ...]
    level_before: int | None
    level_after: int | None
    diagnosis_before: str | None
    diagnosis_after: str | None
    rating: float | None
    rated_on: date | None
    complaints: int
    complaints_open: int
    complaints_upheld: int
    evidence: tuple[EvidenceFile, ...]
    subsidy_requested_on: date | None
    subsidy_requested_yuan: Decimal | None
    subsidy_paid_on: date | None
    subsidy_paid_yuan: Decimal | None
    irregular: tuple[str, ...]

    @property
    def evidence_files(self) -> int:
        """How many different files are on record."""
        return len({file.sha256 for file in self.evidence})

    @property
    def excused(self) -> bool:
        """Whether it was withdrawn by no fault of the providing side."""
        return self.withdrawn_on is not None and self.withdrawn_cause in {"enterprise", "other"}

    @property
    def settled(self) -> bool | None:
        """Whether it was accepted; False when failed or withdrawn, None when open or excused."""
        if self.accepted_on is not None:
            return True
        failed = self.state in {"rectifying", "withdrawn"} and not self.excused
        return False if failed else None

    @property
    def days_over_plan(self) -> int | None:
        """Days from the agreed day to the acceptance, negative when early; None while either is unknown."""
        if self.accepted_on is None or self.due_on is None:
            return None
        return (self.accepted_on - self.due_on).days
