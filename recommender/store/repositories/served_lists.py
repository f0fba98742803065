"""Served lists, written before they are answered and never changed after."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from recommender.domain.served_list import ServedItem, ServedList
from recommender.store.failures import RecommendationExists
from recommender.store.repositories.columns import Columns, blocks
from recommender.store.repositories.records import chunks
from recommender.store.tables import served_item, served_list

_PAGE = 500


class ServedListRepository:
    """Reads and writes served lists; request and response come back exactly as they were given."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, served: ServedList) -> None:
        """Store a list with its lines.

        Raises
        ------
        RecommendationExists
            If the id is taken.
        ValueError
            If a feature is NaN or infinite: an unknown feature is None.
        """
        if self.exists([served.recommendation_id]):
            raise RecommendationExists(f"推荐编号 {served.recommendation_id} 已存在，所展示的清单不可改写")
        self._connection.execute(insert(served_list), [served.model_dump(exclude={"items"})])
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
            for position, item in enumerate(served.items)
        ]
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

    def for_subject(self, subject: str, limit: int = 100) -> list[ServedList]:
        """Return the newest lists served to a subject, newest first."""
        statement = (
            select(served_list)
            .where(served_list.c.subject == subject)
            .order_by(served_list.c.served_at.desc(), served_list.c.recommendation_id.desc())
            .limit(limit)
        )
        return self._load(self._connection.execute(statement).mappings())

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

    def heads(self, target: str, until: datetime) -> Iterator[Columns]:
        """Yield the lists of one target served by a moment, as columns, a block at a time, by time and id.

        Returns
        -------
        iterator of columns
            ``recommendation_id``, ``served_at``, ``subject``, ``model_version``, ``policy_version`` and
            ``request``.
        """
        lists = served_list.c
        columns = (lists.recommendation_id, lists.served_at, lists.subject)
        statement = (
            select(*columns, lists.model_version, lists.policy_version, lists.request)
            .where(lists.target == target, lists.served_at <= until)
            .order_by(lists.served_at, lists.recommendation_id)
        )
        yield from blocks(self._connection, statement)

    def lines(self, target: str, until: datetime) -> Iterator[Columns]:
        """Yield the lines of those lists, as columns, a block at a time.

        Returns
        -------
        iterator of columns
            ``recommendation_id``, ``rank``, ``object_id``, ``propensity``, and the texts ``features`` and
            ``applies``.
        """
        items = served_item.c
        columns = (items.recommendation_id, items.rank, items.object_id, items.propensity)
        statement = (
            select(*columns, items.features, items.applies)
            .join_from(served_item, served_list)
            .where(served_list.c.target == target, served_list.c.served_at <= until)
        )
        yield from blocks(self._connection, statement)

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
