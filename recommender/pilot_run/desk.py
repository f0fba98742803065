"""The installation as the simulated people use it: its services, and dice of their own for each of them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from recommender.course.moving import MoveRequest
from recommender.errors import SmematchError
from recommender.installation import Installation
from recommender.pilot_run.agenda import Agenda
from recommender.pilot_run.behaviour import Behaviour, Chance, Wait
from recommender.sample.draw import Draw

CITY = "440100"
REVIEWERS = ("合成审核员甲", "合成审核员乙", "合成审核员丙")


@dataclass(slots=True)
class Desk:
    """What every chapter works with.

    Attributes
    ----------
    refused : Counter
        What the services refused, by code: a run in order has few.
    """

    here: Installation
    agenda: Agenda
    behaviour: Behaviour
    seed: int
    refused: Counter[str] = field(default_factory=Counter)

    def draw(self, number: int) -> "Dice":
        """Return the dice of one person or firm, always the same for a seed."""
        return Dice(Draw(self.seed * 100_003 + number), self.behaviour)

    def move(
        self,
        uscc: str,
        event: str,
        role: str,
        actor: str,
        *,
        project: str | None = None,
        partner: str | None = None,
        recommendation: str | None = None,
        **attributes: Any,  # noqa: ANN401 - as the declaration of the event says
    ) -> bool:
        """Move a course on; say whether the service let it."""
        asked = {
            "uscc": uscc,
            "event": event,
            "role": role,
            "actor": actor,
            "project": project,
            "partner": partner,
            "recommendation_id": recommendation,
            "attributes": attributes,
        }
        try:
            self.here.course.advance(MoveRequest.model_validate(asked))
        except SmematchError as error:
            self.refused[f"{event}: {error.code}"] += 1
            return False
        return True

    def report(
        self,
        kind: str,
        subject: str,
        other: str,
        actor: str,
        *,
        value: float | None = None,
        recommendation: str | None = None,
        attributes: Mapping[str, Any] | None = None,
    ) -> str:
        """Report an event that happens now; return its id."""
        now = self.agenda.clock()
        event_id = f"{kind}-{subject}-{other}-{now:%Y%m%d%H%M%S%f}"[:100]
        body = {
            "event_id": event_id,
            "type": kind,
            "subject": subject,
            "object": other,
            "actor": actor,
            "occurred_at": now,
            "value": value,
            "recommendation_id": recommendation,
            "attributes": dict(attributes or {}),
        }
        for note in self.here.event_log.append([body]).rejected:
            self.refused[f"{kind}: {note.code}"] += 1
        # Two things never happen at one moment.
        self.agenda.clock.forward(now)
        return event_id


@dataclass(frozen=True, slots=True)
class Dice:
    """Draws by the behaviour of the pilot."""

    draw: Draw
    behaviour: Behaviour

    def days(self, wait: Wait) -> float:
        """Return how long a step waits, in days with a part of a day."""
        low, high = self.behaviour.days[wait]
        return self.draw.between(low, high) + 0.3 * self.draw.share()

    def chance(self, of: Chance) -> bool:
        """Return whether a choice is made."""
        return self.draw.chance(self.behaviour.chances[of])

    def within(self, span: tuple[float, float]) -> float:
        """Return a number of a span."""
        return span[0] + (span[1] - span[0]) * self.draw.share()
