"""The state machine of a product in the pool, from ``data/pool/states.json``."""

from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from recommender.domain.solution import AuditState
from recommender.errors import Conflict
from recommender.settings import data_dir

Listing = Literal["absent", "admitted", "suspended", "retired"]
SubmissionState = Literal["none", "pending", "returned", "rejected"]
Appealed = Literal["none", "rejected", "suspended", "retired"]


class IllegalMove(Conflict):
    """An action that the present state of the product does not allow."""

    code = "illegal_pool_move"
    title = "当前状态不能这样办理"


class Standing(BaseModel):
    """Where a product stands; three tracks, because an admitted product can have a new version in review.

    Attributes
    ----------
    listing : str
        What the pool shows: only ``admitted`` is recommended.
    submission : str
        Of the newest submission since the last admission.
    appeal : str
        Against which kind of decision an appeal is open.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    listing: Listing = "absent"
    submission: SubmissionState = "none"
    appeal: Appealed = "none"

    @classmethod
    def of_record(cls, state: AuditState | None) -> "Standing":
        """Return where a product stands that has no events yet, by its record's audit state."""
        match state:
            case None:
                return cls()
            case AuditState.SUBMITTED:
                return cls(submission="pending")
            case AuditState.RETURNED:
                return cls(submission="returned")
            case AuditState.REJECTED:
                return cls(submission="rejected")
            case AuditState.ADMITTED:
                return cls(listing="admitted")
            case AuditState.SUSPENDED:
                return cls(listing="suspended")
            case AuditState.RETIRED:
                return cls(listing="retired")

    @property
    def audit_state(self) -> AuditState | None:
        """The one state that the product's record carries; None for a product that is not known."""
        if self.listing != "absent":
            return AuditState(self.listing)
        shown = {"pending": "submitted", "returned": "returned", "rejected": "rejected"}
        return AuditState(shown[self.submission]) if self.submission in shown else None


class Change(BaseModel):
    """What an action changes; None leaves a track as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    listing: Listing | None = None
    submission: SubmissionState | None = None
    appeal: Appealed | None = None


class Action(BaseModel):
    """One thing that can be done to a product.

    Attributes
    ----------
    event : str
        Type of the event that records it.
    against, upheld : optional
        Attributes of the event that tell this action from others with the same event.
    listing, submission, appeal : tuple of str
        Where it is allowed; empty means anywhere.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    event: str
    against: Appealed | None = None
    upheld: bool | None = None
    listing: tuple[Listing, ...] = ()
    submission: tuple[SubmissionState, ...] = ()
    appeal: tuple[Appealed, ...] = ()
    becomes: Change = Change()

    def allowed(self, standing: Standing) -> bool:
        """Say whether a product that stands like this may undergo the action."""
        return all(
            not where or getattr(standing, track) in where
            for track, where in (
                ("listing", self.listing),
                ("submission", self.submission),
                ("appeal", self.appeal),
            )
        )

    def records(self, event: str, against: object, upheld: object) -> bool:
        """Say whether an event with these attributes records this action."""
        return (
            event == self.event
            and (self.against is None or against == self.against)
            and (self.upheld is None or upheld == self.upheld)
        )


class Machine(BaseModel):
    """All actions, and the Chinese names of the states of each track."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    titles: dict[str, dict[str, str]]
    actions: tuple[Action, ...]

    def action(self, name: str) -> Action:
        """Return an action by name.

        Raises
        ------
        KeyError
            For a name that is not declared.
        """
        for action in self.actions:
            if action.name == name:
                return action
        raise KeyError(name)

    def recorded_by(self, event: str, against: object = None, upheld: object = None) -> Action | None:
        """Return the action that an event records, None for an event of something else."""
        return next((action for action in self.actions if action.records(event, against, upheld)), None)

    def after(self, standing: Standing, name: str) -> Standing:
        """Return where a product stands after an action.

        Raises
        ------
        IllegalMove
            If the action is not allowed now; the sentence says where the product stands.
        """
        action = self.action(name)
        if not action.allowed(standing):
            raise IllegalMove(
                f"产品目前是“{self.told(standing)}”，不能{action.title}",
                place={"action": name, "audit_state": str(standing.audit_state or "none")},
            )
        return standing.model_copy(update=action.becomes.model_dump(exclude_none=True))

    def told(self, standing: Standing) -> str:
        """Say in Chinese where a product stands."""
        parts = [self.titles["listing"][standing.listing]]
        if standing.submission != "none":
            parts.append(self.titles["submission"][standing.submission])
        if standing.appeal != "none":
            parts.append(self.titles["appeal"][standing.appeal])
        return "，".join(parts)


@lru_cache(maxsize=1)
def load_machine() -> Machine:
    """Read the state machine once."""
    return Machine.model_validate_json((data_dir() / "pool" / "states.json").read_text(encoding="utf-8"))
