"""Served lists, written before they are answered and never changed after."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, func, insert, select

from recommender.domain.served_list import ServedItem, ServedList
from recommender.store.failures import RecommendationExists
from recommender.store.repositories.columns import Columns, blocks
from recommender.store.repositories.record_history import chunks
from recommender.store.tables import served_item, served_list

_PAGE = 500


class Showing(NamedTuple):
    """A line of a served list that showed a record; ``subject`` is to whom."""

    recommendation_id: str
    served_at: datetime
    subject: str | None
    model_version: str
    policy_version: str
    rank: int


class ServedListRepository:
    """Reads and writes served lists; request and response come back exactly as they were given."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, served: ServedList) -> None:
        """Store a list with its lines; see :meth:`save_many`."""
        self.save_many([served])

    def save_many(self, lists: Sequence[ServedList]) -> None:
        """Store lists with their lines.

        Raises
        ------
        RecommendationExists
            If an id is taken.
        ValueError
            If a feature is NaN or infinite: an unknown feature is None.
        """
        taken = sorted(self.exists([served.recommendation_id for served in lists]))
        if taken:
            raise RecommendationExists(f"推荐编号 {taken[0]} 已存在，所展示的清单不可改写")
        heads = [served.model_dump(exclude={"items"}) for served in lists]
        lines = [
            {
                "recommendation_id": served.recommendation_id,
                "position": position,
                "rank": item.rank,
                "object_id": item.object_id,
                "score": item.score,
                "propensity": item.propensity,
                "features": json.dumps(item.features, ensure_ascii=False, allow_nan=False),
                "applies": None if item.applies is None else json.dumps(item.applies),
            }
            for served in lists
            for position, item in enumerate(served.items)
        ]
        if heads:
            self._connection.execute(insert(served_list), heads)
        if lines:
            self._connection.execute(insert(served_item), lines)

    def get(self, recommendation_id: str) -> ServedList | None:
        """Return one list, or None."""
        found = self._load(
            self._connection.execute(
                select(served_list).where(served_list.c.recommendation_id == recommendation_id)
            ).mappings()
        )
        return found[0] if found else None

    def for_subject(
        self, subject: str, limit: int | None = 100, *, until: datetime | None = None
    ) -> list[ServedList]:
        """Return the newest lists served to a subject, up to a moment if one is named, newest first."""
        conditions = [served_list.c.subject == subject]
        if until is not None:
            conditions.append(served_list.c.served_at <= until)
        statement = (
            select(served_list)
            .where(*conditions)
            .order_by(served_list.c.served_at.desc(), served_list.c.recommendation_id.desc())
            .limit(limit)
        )
        return self._load(self._connection.execute(statement).mappings())

    def showing(self, thing: str, target: str, until: datetime) -> list[Showing]:
        """Return where lists of one target showed a record up to a moment, oldest first."""
        lists = served_list.c
        statement = (
            select(
                lists.recommendation_id,
                lists.served_at,
                lists.subject,
                lists.model_version,
                lists.policy_version,
                served_item.c.rank,
            )
            .join_from(served_item, served_list)
            .where(served_item.c.object_id == thing, lists.target == target, lists.served_at <= until)
            .order_by(lists.served_at, lists.recommendation_id)
        )
        return [Showing._make(row) for row in self._connection.execute(statement)]

    def places(self, since: datetime, until: datetime) -> Iterator[tuple[str, str | None, str, int, int]]:
        """Yield (target, subject, object, rank, number of lists) of what was served in a half-open period."""
        lists, items = served_list.c, served_item.c
        columns = (lists.target, lists.subject, items.object_id, items.rank)
        statement = (
            select(*columns, func.count())
            .join_from(served_list, served_item)
            .where(lists.served_at >= since, lists.served_at < until)
            .group_by(*columns)
        )
        for target, subject, thing, rank, number in self._connection.execute(statement):
            yield target, subject, thing, int(rank), int(number)

    def counts(self, since: datetime, until: datetime) -> Iterator[tuple[str, str | None, int]]:
        """Yield (target, subject, number of lists) of the lists served in a half-open period."""
        lists = served_list.c
        statement = (
            select(lists.target, lists.subject, func.count())
            .where(lists.served_at >= since, lists.served_at < until)
            .group_by(lists.target, lists.subject)
        )
        for target, subject, number in self._connection.execute(statement):
            yield target, subject, int(number)

    def iterate(self, target: str) -> Iterator[ServedList]:
        """Yield all lists of one target in order of their ids, a page at a time."""
        key = served_list.c.recommendation_id
        after = ""
        while True:
            statement = (
                select(served_list)
                .where(served_list.c.target == target, key > after)
                .order_by(key)
                .limit(_PAGE)
            )
            page = self._load(self._connection.execute(statement).mappings())
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1].recommendation_id

    def heads(
        self, until: datetime, *, target: str | None = None, since: datetime | None = None
    ) -> Iterator[Columns]:
        """Yield the lists served by a moment, as columns, a block at a time, by time and id.

        Parameters
        ----------
        target : str, optional
            Of this target only.
        since : datetime, optional
            Not those served earlier.

        Returns
        -------
        iterator of columns
            ``recommendation_id``, ``served_at``, ``target``, ``subject``, ``model_version``,
            ``policy_version``, ``index_version``, ``degraded`` and ``request``.
        """
        lists = served_list.c
        columns = (lists.recommendation_id, lists.served_at, lists.target, lists.subject)
        versions = (lists.model_version, lists.policy_version, lists.index_version, lists.degraded)
        statement = (
            select(*columns, *versions, lists.request)
            .where(*_served(until, target, since))
            .order_by(lists.served_at, lists.recommendation_id)
        )
        yield from blocks(self._connection, statement)

    def lines(
        self, until: datetime, *, target: str | None = None, since: datetime | None = None
    ) -> Iterator[Columns]:
        """Yield the lines of those lists, as columns, a block at a time.

        Returns
        -------
        iterator of columns
            ``recommendation_id``, ``rank``, ``object_id``, ``score``, ``propensity``, and the texts
            ``features`` and ``applies``.
        """
        items = served_item.c
        columns = (items.recommendation_id, items.rank, items.object_id, items.score, items.propensity)
        statement = (
            select(*columns, items.features, items.applies)
            .join_from(served_item, served_list)
            .where(*_served(until, target, since))
        )
        yield from blocks(self._connection, statement)

    def count(self) -> int:
        """Return how many lists were served."""
        statement = select(func.count()).select_from(served_list)
        return int(self._connection.execute(statement).scalar_one())

    def exists(self, recommendation_ids: Sequence[str]) -> set[str]:
        """Return those of the ids that are stored."""
        column = served_list.c.recommendation_id
        found: set[str] = set()
        for chunk in chunks(sorted(set(recommendation_ids))):
            found |= set(self._connection.execute(select(column).where(column.in_(chunk))).scalars())
        return found

    def _load(self, rows: Any) -> list[ServedList]:  # noqa: ANN401 - SQLAlchemy's row mappings
        heads = [dict(row) for row in rows]
        lines: dict[str, list[ServedItem]] = {head["recommendation_id"]: [] for head in heads}
        columns = served_item.c
        for chunk in chunks(list(lines)):
            statement = (
                select(served_item)
                .where(columns.recommendation_id.in_(chunk))
                .order_by(columns.recommendation_id, columns.position)
            )
            for row in self._connection.execute(statement).mappings():
                lines[row["recommendation_id"]].append(
                    ServedItem(
                        rank=row["rank"],
                        object_id=row["object_id"],
                        score=row["score"],
                        propensity=row["propensity"],
                        features=json.loads(row["features"]),
                        applies=None if row["applies"] is None else json.loads(row["applies"]),
                    )
                )
        return [ServedList(**head, items=tuple(lines[head["recommendation_id"]])) for head in heads]


def _served(until: datetime, target: str | None, since: datetime | None) -> list[ColumnElement[bool]]:
    conditions = [served_list.c.served_at <= until]
    if target is not None:
        conditions.append(served_list.c.target == target)
    if since is not None:
        conditions.append(served_list.c.served_at >= since)
    return conditions
