"""Pool gaps of a running installation."""

from recommender.domain import Solution
from recommender.domain.taxonomy import SubIndustry
from recommender.gaps.advice import Advice, advice_on
from recommender.gaps.demand import Demand
from recommender.gaps.report import PoolGaps, pool_gaps
from recommender.matching.service import MatchingService


class GapService:
    """Compares what enterprises need with what the pool offers, as both stand now.

    A report is made once for each state of the index.
    """

    def __init__(self, matching: MatchingService) -> None:
        self._matching = matching
        #: State of the index, and the reports on it by what they were asked for.
        self._made: tuple[str, dict[tuple[object, ...], PoolGaps]] = ("", {})

    def report(
        self,
        *,
        level: int | None = None,
        sub_industry: SubIndustry | None = None,
        district: str | None = None,
    ) -> PoolGaps:
        """Return the gaps, of all or of one sub-industry's or district's enterprises.

        Parameters
        ----------
        level : int, optional
            Target for all, 1–4; each enterprise's own next level when left out.
        """

        def keeps(demand: Demand) -> bool:
            return (sub_industry is None or demand.sub_industry == sub_industry) and (
                district is None or demand.district == district
            )

        engine = self._matching.engine()
        version, made = self._made
        if version != engine.snapshot.version:
            made = {}
            self._made = (engine.snapshot.version, made)
        asked = (level, sub_industry, district)
        if asked not in made:
            made[asked] = pool_gaps(engine.snapshot, engine.instrument, level=level, keeps=keeps)
        return made[asked]

    def advice(self, solution: Solution) -> tuple[Advice, ...]:
        """Return what would make a product match more, the farthest reaching first."""
        engine = self._matching.engine()
        return advice_on(solution, engine.snapshot, engine.instrument)
