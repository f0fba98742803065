"""Logged positive outcomes as training pairs: what was looked for, and what was contracted or accepted."""

import json
from collections.abc import Mapping

from recommender.domain import Enterprise
from recommender.domain.event import load_funnel
from recommender.learning.adaptation.pairs import Outcome
from recommender.store import Store
from recommender.text.profiles import needs_text

#: From a signed contract on; a click says little about what fits.
LEAST_WEIGHT = 0.7
#: From a failed acceptance or a withdrawal on, the contract before it is no example any more.
MOST_NEGATIVE = -0.5


def logged_outcomes(store: Store, enterprises: Mapping[str, Enterprise]) -> tuple[Outcome, ...]:
    """Return the positive outcomes of lists of solutions, in the order of the log.

    Parameters
    ----------
    store : Store
        Events and served lists.
    enterprises : mapping of str to Enterprise
        By credit code; their needs are the text where the request had none of its own.

    Returns
    -------
    tuple of Outcome
        One for each text and solution; an event for an unknown list, or for a list that was asked for
        without any words, says nothing here.
    """
    wanted = {step.name for step in load_funnel().types if step.weight >= LEAST_WEIGHT}
    failed = {step.name for step in load_funnel().types if step.weight <= MOST_NEGATIVE}
    found: dict[tuple[str, str], Outcome] = {}
    with store.read() as work:
        for logged in work.events.iterate():
            event = logged.event
            if event.type not in wanted | failed or not event.recommendation_id:
                continue
            served = work.served_lists.get(event.recommendation_id)
            if served is None or served.target != "solution":
                continue
            enterprise = enterprises.get(served.subject or "")
            text = json.loads(served.request).get("text") or (needs_text(enterprise) if enterprise else "")
            if event.type in failed:
                found.pop((text, event.object), None)
            elif text.strip():
                outcome = Outcome(str(event.event_id), text, event.object)
                found.setdefault((text, event.object), outcome)
    return tuple(found.values())
