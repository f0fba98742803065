"""A simulated history as real records in a store: enterprises, products, served lists and events.

So the whole path from the log to a promoted model can be walked with known truth. Every record says that it
is made up: ``synthetic`` with the mark 模拟数据, ids that begin with SIM, versions that begin with
``simulated``.
"""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from recommender.domain import Enterprise, Solution
from recommender.domain.served_list import ServedItem, ServedList
from recommender.feedback.event_log import EventLog
from recommender.ranking.priors import load_priors
from recommender.simulation.history import EVENTS, History
from recommender.simulation.identity import (
    TARGET,
    enterprise_id,
    list_id,
    moment,
    product_id,
    vendor_id,
)
from recommender.simulation.settings import MARK
from recommender.simulation.world import SUB_INDUSTRIES, World, feature_names
from recommender.store import Store

_MARKED = {"synthetic": True, "mark": MARK}
_BATCH = 1_000


def record(history: History, store: Store, day: float) -> int:
    """Write what happened up to a day.

    Parameters
    ----------
    store : Store
        Its clock must have reached that day; the event log refuses events of the future. Lists and events
        written before may be written again only as the same ones: lists that exist are left alone.
    day : float
        Days since the start.

    Returns
    -------
    int
        Events in the log for the first time.

    Raises
    ------
    ValueError
        If the log refuses an event.
    """
    with store.begin() as work:
        work.enterprises.put_many(enterprises(history.world))
        work.solutions.put_many(solutions(history.world))
        served = list(served_lists(history, day))
        known = work.served_lists.exists([one.recommendation_id for one in served])
        for one in served:
            if one.recommendation_id not in known:
                work.served_lists.save(one)
    log, inserted = EventLog(store), 0
    bodies = list(events(history, day))
    for start in range(0, len(bodies), _BATCH):
        result = log.append(bodies[start : start + _BATCH])
        if result.rejected:
            raise ValueError(f"the log refuses a simulated event: {result.rejected[0]}")
        inserted += result.inserted
    return inserted


def enterprises(world: World) -> Iterator[Enterprise]:
    """Yield the enterprises of a world."""
    people = world.people
    for number, (sub_industry, district) in enumerate(zip(people.sub_industry, people.district, strict=True)):
        yield Enterprise.model_validate(
            {
                "uscc": enterprise_id(number),
                "name": f"{MARK}·企业{number}",
                "sub_industry": sub_industry,
                "district": district,
                **_MARKED,
            }
        )


def solutions(world: World) -> Iterator[Solution]:
    """Yield the products of a world."""
    for number, vendor in enumerate(world.people.vendor.tolist()):
        made_for = np.flatnonzero(world.people.made_for[number]).tolist()
        yield Solution.model_validate(
            {
                "id": product_id(number),
                "name": f"{MARK}·方案{number}",
                "provider": {"id": vendor_id(vendor), "name": f"{MARK}·服务商{vendor}"},
                "sub_industries": tuple(SUB_INDUSTRIES[code] for code in made_for),
                **_MARKED,
            }
        )


def served_lists(history: History, day: float) -> Iterator[ServedList]:
    """Yield the lists served up to a day, by time."""
    world, lines = history.world, history.lines
    starts = np.flatnonzero(lines.rank == 1)
    for start, stop in zip(starts, np.append(starts[1:], history.count), strict=True):
        visit = int(lines.visit[start])
        if world.day[visit] > day:
            return
        subject = enterprise_id(int(world.enterprise[visit]))
        items = tuple(_item(history, line) for line in range(start, stop))
        request = {"enterprise": subject, "target": TARGET, "k": world.settings.list_length}
        response = {"items": [item.object_id for item in items], "note": MARK}
        yield ServedList(
            recommendation_id=list_id(world.seed, visit),
            served_at=moment(float(world.day[visit])),
            target=TARGET,
            subject=subject,
            model_version=history.versions[visit],
            policy_version=history.versions[visit],
            index_version="simulated",
            request=json.dumps(request, ensure_ascii=False),
            response=json.dumps(response, ensure_ascii=False),
            items=items,
        )


def _item(history: History, line: int) -> ServedItem:
    world, lines = history.world, history.lines
    visit, place = int(lines.visit[line]), int(lines.place[line])
    values = zip(feature_names(), world.features[visit, place].tolist(), strict=True)
    told = {name: None if np.isnan(value) else value for name, value in values}
    return ServedItem(
        rank=int(lines.rank[line]),
        object_id=product_id(int(world.candidates[visit, place])),
        score=float(lines.score[line]),
        propensity=float(lines.propensity[line]),
        features=dict.fromkeys(load_priors().solution) | told,
        applies=feature_names(),
    )


def events(history: History, day: float) -> Iterator[dict[str, Any]]:
    """Yield the events up to a day as they would be reported, in order of time."""
    world, lines = history.world, history.lines
    reported = world.reports[lines.visit] & lines.seen
    happens = {"impression": np.where(reported, world.day[lines.visit], np.inf)}
    happens |= {name: history.happens[name][: history.count] for name in EVENTS}
    names = list(happens)
    times = np.stack([happens[name] for name in names])
    kind, line = np.nonzero(times <= day)
    for one in np.lexsort((kind, line, times[kind, line])).tolist():
        yield _event(history, names[kind[one]], int(line[one]), float(times[kind[one], line[one]]))


def _event(history: History, name: str, line: int, day: float) -> dict[str, Any]:
    world, lines = history.world, history.lines
    visit = int(lines.visit[line])
    recommendation = list_id(world.seed, visit)
    subject = enterprise_id(int(world.enterprise[visit]))
    return {
        "event_id": f"{recommendation}-{int(lines.rank[line])}-{name}",
        "type": name,
        "recommendation_id": recommendation,
        "subject": subject,
        "object": product_id(int(world.candidates[visit, int(lines.place[line])])),
        "actor": subject,
        "occurred_at": moment(day).isoformat(),
        "attributes": {"reason": MARK, "simulated": True},
    }
