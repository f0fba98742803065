"""Why a product is not in a list: the rule that leaves it out, or its place below the last line."""

from pydantic import BaseModel, ConfigDict

from recommender.matching.ranked import Engine, Wishes
from recommender.matching.solutions import find_solutions, order_solutions
from recommender.retrieval.situation import Situation


class Absence(BaseModel):
    """Where a product stands for an enterprise.

    Attributes
    ----------
    rule : str, optional
        Chinese text of the rule that leaves it out.
    place, score : int and float, optional
        Among all that no rule leaves out, 1 for the best, and its score (0–1); None where a rule does, and
        for a product that is not indexed yet.
    last_score : float, optional
        Of the last line of the list; None for an empty list.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    synthetic_mark: str | None
    rule: str | None
    place: int | None
    score: float | None
    last_score: float | None


def absences(
    engine: Engine, situation: Situation, wishes: Wishes, text: str, most: int
) -> tuple[Absence, ...]:
    """Say of the products whose name holds a text where they stand, by id.

    Parameters
    ----------
    most : int
        Products to tell of.

    Notes
    -----
    Places are by score alone; where a list is explored, near-equals may have changed theirs.
    """
    named = sorted(key for key, one in engine.snapshot.catalogue.solutions.items() if text in one.name)
    candidates = find_solutions(engine, situation, wishes)
    ordered, _ = order_solutions(engine, situation, wishes, candidates)
    standing = {one.owner: (place, one.scored.score) for place, one in enumerate(ordered, start=1)}
    rules = {
        candidates.index.owners[position]: excluded.rule.text
        for excluded in candidates.excluded
        for position in excluded.positions.tolist()
    }
    last = ordered[: wishes.k][-1].scored.score if ordered else None
    found = []
    for key in named[:most]:
        solution = engine.snapshot.catalogue.solutions[key]
        place, score = standing.get(key, (None, None))
        found.append(
            Absence(
                id=key,
                name=solution.name,
                synthetic_mark=solution.face_mark,
                rule=rules.get(key),
                place=place,
                score=score,
                last_score=last,
            )
        )
    return tuple(found)
