"""What a caller gets: who is proposed to whom and why, what every unit has, who is left and what helps."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from recommender.assignment.problem import Objective
from recommender.assignment.solving import Status
from recommender.domain.enterprise import PartnerKind


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PairReason(_Answer):
    """Why one side suits the other.

    Attributes
    ----------
    side : str
        ``enterprise`` for what speaks for the unit, ``unit`` for what speaks for the enterprise.
    """

    side: str
    code: str
    text: str


class AssignedPair(_Answer):
    """One proposal.

    Attributes
    ----------
    fixed : bool
        Decided before; it stays and is not proposed again.
    p_match, forward, reverse : float, optional
        0–1; None for a fixed pair that may not be shown and so was not scored.
    rank_for_enterprise, rank_for_unit : int, optional
        1 for the best of the units that may be proposed to the enterprise, and of the batch for the unit.
    """

    enterprise: str
    enterprise_name: str
    unit: str
    unit_name: str
    unit_kind: PartnerKind = PartnerKind.LEAD_UNIT
    fixed: bool
    p_match: float | None
    forward: float | None
    reverse: float | None
    rank_for_enterprise: int | None
    rank_for_unit: int | None
    reasons: tuple[PairReason, ...]
    synthetic_mark: str | None


class UnitLine(_Answer):
    """What one unit has.

    Attributes
    ----------
    assigned : int
        Enterprises of the batch, ``fixed`` ones included.
    min, max : int
        Limits that were applied.
    share : float
        Part of all assigned enterprises, 0–1.
    expected_matches : float
    wanted : int
        Enterprises that like this unit better than what they got.
    blocked : int, optional
        Those among them whom the unit would take as well; None where limits by sub-industry and by district
        cross, so that this has no meaning.
    reason : str
        Why it has no more.
    """

    id: str
    name: str
    kind: PartnerKind = PartnerKind.LEAD_UNIT
    assigned: int
    fixed: int
    min: int
    max: int
    share: float
    expected_matches: float
    wanted: int
    blocked: int | None
    new: bool
    reason: str
    synthetic_mark: str | None


class Unplaced(_Answer):
    """An enterprise without a proposal: why, and what would help."""

    enterprise: str
    name: str
    code: str
    reason: str
    would_help: str | None = None


class RelaxedLimit(_Answer):
    """A limit that could not be kept, and the nearest one that can."""

    unit: str
    kind: str
    wanted: int
    possible: int
    text: str


class Totals(_Answer):
    """Sums over the batch; ``hhi`` is the sum of squared shares of the units, 0–1."""

    enterprises: int
    assigned: int
    fixed: int
    unassigned: int
    left_out: int
    units: int
    expected_matches: float
    largest_share: float
    hhi: float
    blocking_pairs: int | None


class Moved(_Answer):
    """An enterprise whose unit differs from the base's."""

    enterprise: str
    before: str | None
    after: str | None


class Difference(_Answer):
    """An assignment less its base."""

    base: str
    expected_matches: float
    assigned: int
    largest_share: float
    moved: tuple[Moved, ...]
    text: str


class Assignment(_Answer):
    """A proposal for a batch. It signs nothing: every enterprise goes on to choose freely.

    Attributes
    ----------
    status : Status
        ``optimal`` (proven), ``within_gap``, ``stable`` (verified).
    gap : float
        Most that can be missing to the optimum, in proportion; see
        :class:`recommender.assignment.solving.Solution`.
    degraded : str, optional
        Stable code of what could not be used for the scores.
    unassigned : tuple of Unplaced
        In the batch, without a proposal.
    left_out : tuple of Unplaced
        Not in the batch.
    """

    assignment_id: str
    created_at: datetime
    committed_at: datetime | None
    dry_run: bool
    objective: Objective
    objective_text: str
    status: Status
    status_text: str
    gap: float
    seed: int
    model_version: str
    index_version: str
    degraded: str | None
    pairs: tuple[AssignedPair, ...]
    units: tuple[UnitLine, ...]
    unassigned: tuple[Unplaced, ...]
    left_out: tuple[Unplaced, ...]
    relaxations: tuple[RelaxedLimit, ...]
    totals: Totals
    difference: Difference | None
    notes: tuple[str, ...]
