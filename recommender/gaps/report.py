"""Pool gaps: scenario × sub-industry × budget cells in which enterprises find no product, or hardly any."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import lru_cache

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from recommender.diagnosis.instrument import Instrument
from recommender.domain.level import LEVEL_NAMES
from recommender.domain.taxonomy import Scenario, SubIndustry, load_taxonomy
from recommender.gaps.demand import Demand, demands_of
from recommender.gaps.supply import LACK_NAMES, Lack, Supply, Wanted, supply_of
from recommender.index.snapshot import Snapshot
from recommender.learning.intervals import Figure, wilson
from recommender.ranking.solution_reasons import level_wording
from recommender.settings import data_dir


class GapRules(BaseModel):
    """What counts as a gap, from ``data/pool/gaps.json``.

    Attributes
    ----------
    few : int
        So many choices are enough.
    least_enterprises : int
        From so many enterprises without a choice on a cell is called for.
    budget_bands_yuan : tuple of Decimal
        Upper ends of the bands, rising.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: str
    few: int = Field(ge=1)
    least_enterprises: int = Field(ge=1)
    budget_bands_yuan: tuple[Decimal, ...]

    def band(self, budget: Decimal | None) -> str:
        """Name the band of a budget."""
        if budget is None:
            return "未填预算"
        below = Decimal(0)
        for top in self.budget_bands_yuan:
            if budget <= top:
                return (
                    f"{top / 10000:f} 万元以内" if not below else f"{below / 10000:f}～{top / 10000:f} 万元"
                )
            below = top
        return f"{below / 10000:f} 万元以上"


@lru_cache(maxsize=1)
def load_gap_rules() -> GapRules:
    """Read the shipped rules once."""
    return GapRules.model_validate_json((data_dir() / "pool" / "gaps.json").read_text(encoding="utf-8"))


class Cell(BaseModel):
    """Enterprises of one kind that need one scenario at one level.

    Attributes
    ----------
    enterprises : int
        How many need it.
    without : int
        Those that find no product at all.
    few : int
        Those that find one, but fewer than enough.
    share_without : Figure
        Share without a choice; Wilson interval, the enterprises taken as a sample of their kind.
    median_choices : float
    unpriced : int
        Of those with a choice, the ones whose choices all hide their price.
    lacks : dict of str to int
        Enterprises without a choice by what stands in the way, most frequent first.
    wording : str
        What the instrument asks of the scenario at this level.
    """

    model_config = ConfigDict(frozen=True)

    scenario: Scenario
    scenario_name: str
    required: bool
    level: int
    sub_industry: SubIndustry | None
    sub_industry_name: str
    budget: str
    enterprises: int
    without: int
    few: int
    share_without: Figure
    median_choices: float
    unpriced: int
    lacks: dict[str, int]
    nearest: int
    wording: str

    @property
    def level_name(self) -> str:
        """Chinese name of the level."""
        return LEVEL_NAMES[self.level]

    @property
    def scenario_title(self) -> str:
        """Name of the scenario, marked where it is 约束性."""
        return f"{self.scenario_name}（约束性）" if self.required else self.scenario_name

    @property
    def obstacles(self) -> tuple[str, ...]:
        """What stands in the way, each with the enterprises that it keeps from a choice."""
        return tuple(f"{LACK_NAMES[Lack(lack)]}（{count} 家）" for lack, count in self.lacks.items())

    @property
    def called_for(self) -> str:
        """Say in one Chinese sentence what is looked for."""
        lack = next(iter(self.lacks), Lack.NOTHING)
        near = f"；最接近的：{LACK_NAMES[Lack(lack)]}" + (f"（{self.nearest} 个）" if self.nearest else "")
        return (
            f"{self.scenario_name}达到{self.level_name}，面向{self.sub_industry_name}，{self.budget}："
            f"{self.enterprises} 家企业需要，{self.without} 家找不到可选产品{near}"
        )


class PoolGaps(BaseModel):
    """What the diagnosed demand needs and the pool lacks.

    Attributes
    ----------
    enterprises : int
        Diagnosed enterprises below their target.
    synthetic : int
        Those among them that are made up.
    without_any : int
        Those that lack a choice for at least one scenario they need.
    cells : tuple of Cell
        Most enterprises without a choice first.
    calls : tuple of Cell
        Those to call for solutions for.
    """

    model_config = ConfigDict(frozen=True)

    index_version: str
    rules_version: str
    enterprises: int
    synthetic: int
    without_any: int
    cells: tuple[Cell, ...]
    calls: tuple[Cell, ...]


def pool_gaps(
    snapshot: Snapshot,
    instrument: Instrument,
    *,
    level: int | None = None,
    rules: GapRules | None = None,
    keeps: Callable[[Demand], bool] = lambda _: True,
) -> PoolGaps:
    """Compare the demand of the diagnosed enterprises with the pool.

    Parameters
    ----------
    level : int, optional
        As for :func:`recommender.gaps.demand.demands_of`.
    keeps : callable
        Which demands to look at: a district's, a sub-industry's.
    """
    rules = rules or load_gap_rules()
    answer = supply_of(snapshot.catalogue.solutions.values())
    groups: dict[tuple[Scenario, int, SubIndustry | None, str], list[tuple[Demand, Supply]]] = defaultdict(
        list
    )
    for demand in demands_of(snapshot, instrument, level=level):
        if keeps(demand):
            wanted = Wanted(
                demand.scenario, demand.grade, demand.level, demand.sub_industry, demand.budget_yuan
            )
            key = demand.scenario, demand.level, demand.sub_industry, rules.band(demand.budget_yuan)
            groups[key].append((demand, answer(wanted)))
    cells = sorted(
        (_cell(pairs, rules, instrument) for pairs in groups.values()),
        key=lambda cell: (-cell.without, -cell.few, -cell.enterprises, cell.scenario, cell.budget),
    )
    answered = [pair for pairs in groups.values() for pair in pairs]
    firms = {demand.enterprise for demand, _ in answered}
    return PoolGaps(
        index_version=snapshot.version,
        rules_version=rules.version,
        enterprises=len(firms),
        synthetic=sum(snapshot.catalogue.enterprises[uscc].synthetic for uscc in firms),
        without_any=len({demand.enterprise for demand, supply in answered if not supply.choices}),
        cells=tuple(cells),
        calls=tuple(cell for cell in cells if cell.without >= rules.least_enterprises),
    )


def _cell(pairs: Sequence[tuple[Demand, Supply]], rules: GapRules, instrument: Instrument) -> Cell:
    taxonomy = load_taxonomy()
    first = pairs[0][0]
    lacking = [supply for _, supply in pairs if supply.lack is not None]
    lacks = Counter(str(supply.lack) for supply in lacking)
    main = next(iter(dict(lacks.most_common())), None)
    return Cell(
        scenario=first.scenario,
        scenario_name=taxonomy.scenario_name(first.scenario),
        required=first.required,
        level=first.level,
        sub_industry=first.sub_industry,
        sub_industry_name=taxonomy.sub_industry_name(first.sub_industry)
        if first.sub_industry
        else "其他行业",
        budget=rules.band(first.budget_yuan),
        enterprises=len(pairs),
        without=len(lacking),
        few=sum(0 < supply.choices < rules.few for _, supply in pairs),
        share_without=Figure(value=len(lacking) / len(pairs), ci95=wilson(len(lacking), len(pairs))),
        median_choices=float(np.median([supply.choices for _, supply in pairs])),
        unpriced=sum(supply.choices == supply.unpriced > 0 for _, supply in pairs),
        lacks=dict(lacks.most_common()),
        nearest=max((supply.nearest for supply in lacking if supply.lack == main), default=0),
        wording=level_wording(instrument, first.scenario, first.level),
    )


def by_scenario(cells: Iterable[Cell]) -> dict[str, tuple[int, int]]:
    """Return enterprises that need a scenario and those without a choice, by scenario name."""
    totals: dict[str, tuple[int, int]] = {}
    for cell in cells:
        needing, without = totals.get(cell.scenario_name, (0, 0))
        totals[cell.scenario_name] = needing + cell.enterprises, without + cell.without
    return dict(sorted(totals.items(), key=lambda entry: -entry[1][1]))
