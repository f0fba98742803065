"""Lead units, by id."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from recommender.domain import LeadUnit
from recommender.store import tables
from recommender.store.failures import OfficeDecided, SuspensionDecided
from recommender.store.repositories.record_history import chunks
from recommender.store.repositories.records import RecordRepository, plain

#: Sub-industry to whether the newest decision put the unit into office there.
Offices = Mapping[str, bool]


class LeadUnitRepository(RecordRepository[LeadUnit]):
    """Lead units; filters: mode, synthetic."""

    model = LeadUnit
    table = tables.lead_unit
    filters = frozenset({"mode", "synthetic"})

    def decided_offices(self, keys: Iterable[str]) -> dict[str, Offices]:
        """Return what selections decided on each unit that any decided on."""
        event = tables.event.c
        found: dict[str, dict[str, bool]] = {}
        for chunk in chunks(sorted(set(keys))):
            statement = (
                select(event.subject, event.type, event.document)
                .where(event.subject.in_(chunk), event.type.in_(("lead_unit_selected", "lead_unit_left")))
                .order_by(event.sequence)
            )
            for key, kind, document in self._connection.execute(statement):
                sub_industry = json.loads(document)["attributes"]["sub_industry"]
                found.setdefault(key, {})[sub_industry] = kind == "lead_unit_selected"
        return dict(found)

    def decided_suspensions(self, keys: Iterable[str]) -> dict[str, bool]:
        """Return whether dynamic adjustment keeps each unit suspended that it ever decided on."""
        event = tables.event.c
        types = ("adjustment_decided", "adjustment_appeal_decided")
        found: dict[str, bool] = {}
        for chunk in chunks(sorted(set(keys))):
            statement = (
                select(event.subject, event.type, event.document)
                .where(event.subject.in_(chunk), event.type.in_(types))
                .order_by(event.sequence)
            )
            for key, kind, document in self._connection.execute(statement):
                told = json.loads(document)["attributes"]
                if told["side"] != "lead_unit" or told.get("action") == "dismiss":
                    continue
                if kind == "adjustment_decided":
                    found[key] = told["action"] == "suspend"
                elif told["upheld"]:
                    found[key] = False
        return found

    def _check(self, records: Sequence[LeadUnit], first: int | None) -> None:
        decided = self.decided_offices(record.id for record in records)
        suspended = self.decided_suspensions(record.id for record in records)
        for offset, record in enumerate(records):
            if record.suspended is not suspended.get(record.id, record.suspended):
                place = {"field": "suspended"} | ({} if first is None else {"index": first + offset})
                raise SuspensionDecided(suspension_decided(record.id), place=place)
            if (wrong := against_decision(record, decided.get(record.id, {}))) is not None:
                place = {"field": "sub_industries"} | ({} if first is None else {"index": first + offset})
                raise OfficeDecided(wrong, place=place)

    def _columns(self, record: LeadUnit) -> dict[str, Any]:
        return {"name": record.name, "mode": plain(record.mode)}


def suspension_decided(key: str) -> str:
    """Say that the suspension of a unit is not changed by a load."""
    return f"牵引单位 {key} 是否暂停由动态调整决定，不能随资料改动；请到动态调整办理"


def against_decision(record: LeadUnit, decided: Offices) -> str | None:
    """Say in Chinese how a record contradicts what selections decided, None where it does not."""
    own = {sub.value for sub in record.sub_industries}
    held = {sub for sub, holds in decided.items() if holds}
    ended = decided.keys() - held
    if not decided or (held <= own and not ended & own and record.term_ended == (not own)):
        return None
    return (
        f"牵引单位 {record.id} 的细分行业和任期由遴选决定（在任：{'、'.join(sorted(held)) or '无'}；"
        f"已结束：{'、'.join(sorted(ended)) or '无'}），不能随资料改动；请到遴选办理"
    )
