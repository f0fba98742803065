"""The products of one provider or lead unit: in the pool, or only handed in."""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

from recommender.domain import Solution
from recommender.domain.solution import AuditState
from recommender.pool.course import POOL_EVENTS, read_course
from recommender.pool.states import load_machine
from recommender.pool.submission import Submission
from recommender.store import UnitOfWork


class Owned(BaseModel):
    """One product.

    Attributes
    ----------
    solution : Solution
        As the pool holds it; as it was handed in while the pool does not hold it.
    audit_state : AuditState, optional
        None for one that is not in the pool.
    text : str
        Where it stands, in Chinese.
    newest : Submission, optional
        None for one that staff loaded.
    reason : str, optional
        Of the newest decision against it.
    can_appeal : bool
    """

    model_config = ConfigDict(frozen=True)

    solution: Solution
    audit_state: AuditState | None
    text: str
    newest: Submission | None
    reason: str | None
    can_appeal: bool


def portfolio(work: UnitOfWork, party: str, offered: Iterable[str] = ()) -> tuple[Owned, ...]:
    """Return the products of a party, by id.

    Parameters
    ----------
    offered : iterable of str
        Products of others that it offers.
    """
    keys = {stored.record.id for stored in work.solutions.iterate(provider_id=party)} | set(offered)
    keys |= {one.event.subject for one in work.events.of_types(POOL_EVENTS) if one.event.actor == party}
    return tuple(one for key in sorted(keys) for one in [_owned(work, key)] if one is not None)


def _owned(work: UnitOfWork, key: str) -> Owned | None:
    course, stored = read_course(work, key), work.solutions.get(key)
    newest = course.submissions[-1] if course.submissions else None
    solution = stored.record if stored else newest.solution if newest else None
    if solution is None:
        return None
    adverse = course.adverse[-1].event if course.adverse else None
    reason = adverse.attributes.get("reason") if adverse else None
    return Owned(
        solution=solution,
        audit_state=course.standing.audit_state,
        text=load_machine().told(course.standing),
        newest=newest,
        reason=str(reason) if reason else None,
        can_appeal=adverse is not None and course.appeal is None,
    )
