"""What the health report says."""

from datetime import date, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from recommender.exposure.report import SliceKind
from recommender.learning.intervals import Figure


class Verdict(StrEnum):
    """How a line of the report is judged."""

    NORMAL = "normal"
    UNKNOWN = "unknown"
    NOTICE = "notice"
    ALARM = "alarm"


VERDICT_NAMES = {
    Verdict.NORMAL: "正常",
    Verdict.UNKNOWN: "样本不足",
    Verdict.NOTICE: "留意",
    Verdict.ALARM: "异常",
}
TARGET_NAMES = {
    "solution": "方案清单",
    "lead_unit": "牵引单位清单",
    "prospect": "企业清单",
    "plan": "升级方案",
}


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Judged(_Frozen):
    """A line with its verdict.

    Attributes
    ----------
    advice : str
        What was found and what to do, or why nothing was judged, in Chinese; empty where all is normal.
    """

    verdict: Verdict = Verdict.NORMAL
    advice: str = ""


class VolumeLine(Judged):
    """The lists of one target in one period.

    Attributes
    ----------
    period : str
        ``recent`` or ``reference``.
    subjects : int
        Different ones that asked; questions without a record count as one each.
    degraded : Figure
        Share of lists that something could not be used for; ``degraded_codes`` counts them by code.
    reported : Figure, optional
        Share of lists with an ``impression``; None for plans, which nobody reports as seen.
    with_outcome, waiting : int, optional
        Lists that led to a contact or more, and lists that did not so far but still may.
    varied : Figure, optional
        Share of lines whose propensity is below 1: without any, no other order can be judged by this log.
    """

    target: str
    period: str
    lists: int
    lines: int
    subjects: int
    lists_a_day: float
    degraded: Figure
    degraded_codes: dict[str, int]
    reported: Figure | None
    with_outcome: int | None
    waiting: int | None
    varied: Figure | None


class Bin(_Frozen):
    """A row of a reliability table.

    Attributes
    ----------
    low, high : float
        Smallest and largest prediction in it.
    effective_lines : float
        Independent lines that would say as much: those of one enterprise are alike.
    happened : Figure
        Share of lines that reached the step, with its Wilson interval on the effective number of lines.
    """

    low: float
    high: float
    lines: int
    enterprises: int
    effective_lines: float
    predicted: float
    happened: Figure


class CalibrationLine(Judged):
    """A prediction against what came, in one slice, on lists whose horizon is over.

    Attributes
    ----------
    is_probability : bool
        Whether the number claims to be a probability; only then is it judged.
    lines, enterprises : int
        Seen lines with a prediction.
    waiting : int
        Lines of younger lists, left out: not yet is not no.
    unseen : int
        Lines left out because nobody reported that they were seen.
    unpredicted : int
        Seen lines without a logged prediction.
    gap : Figure
        Mean prediction less the share that came; above 0 it promises too much.
    brier, ece : Figure
        Mean squared error, and the expected calibration error over the bins.
    ece_by_chance : float, optional
        What the latter would be on average if the prediction were right.
    bins : tuple of Bin
        Reliability table; only for the slice of all.
    """

    target: str
    feature: str
    title: str
    step: str
    is_probability: bool
    kind: SliceKind
    code: str | None
    name: str
    lines: int
    enterprises: int
    waiting: int
    unseen: int
    unpredicted: int
    predicted: Figure
    happened: Figure
    gap: Figure
    brier: Figure
    ece: Figure
    ece_by_chance: float | None
    bins: tuple[Bin, ...] = ()


class NeverShown(_Frozen):
    """An item of the pool that no list of the recent period held, and why.

    Attributes
    ----------
    reason : str
        Code of the rule that left it out for most of the enterprises that were served, or ``ranked_low``.
    open_to : int
        Enterprises among ``looked_at`` for which no rule left it out.
    """

    id: str
    name: str
    mark: str | None
    reason: str
    text: str
    open_to: int
    looked_at: int


class CoverageLine(Judged):
    """How much of a pool was shown in the recent period.

    Attributes
    ----------
    pool : int
        Items that may be recommended now.
    shown, in_top, contacted : int
        Items in any list, among the first ``top_k``, and contacted through one of these lists.
    gini, top_ten : Figure
        Concentration of the places, and the share of them that the ten most shown items have.
    """

    target: str
    pool: int
    shown: int
    in_top: int
    top_k: int
    contacted: int
    lists: int
    gini: Figure
    top_ten: Figure
    never_shown: tuple[NeverShown, ...]


class ScenarioSupply(_Frozen):
    """Admitted products for a scenario, by code of the sub-industry they may be shown to."""

    scenario: str
    name: str
    required: bool
    products: dict[str, int]


class DistrictCoverage(_Frozen):
    """One district: who asked, what it was shown, and who could serve it."""

    code: str
    name: str
    enterprises: int
    lists: int
    solutions_shown: int
    solutions_pool: int
    lead_units: int


class NewcomerLine(Judged):
    """Exposure of new items against their share of the pool, in the recent period.

    Attributes
    ----------
    new, pool : int
        Items now; new are those stored for less than ``days``.
    exposure, due : Figure
        Share of places that held an item new at that moment, and the share of the pool that was.
    ratio : Figure
        One over the other: below 1 they are shown less than their number.
    """

    target: str
    days: int
    new: int
    pool: int
    exposure: Figure
    due: Figure
    ratio: Figure


class DriftLine(Judged):
    """One logged feature in one slice: the recent period against the reference.

    Attributes
    ----------
    lines, reference_lines, enterprises, reference_enterprises : int
    psi : float, optional
        Population stability index less what is expected of it when nothing changed; at least 0.
    ks : float, optional
        Two-sample Kolmogorov–Smirnov distance.
    ks_q, mean_q, unknown_q : float, optional
        False discovery rate, over all tests of the report, of a change of the distribution, of the mean, and
        of the share of unknown values.
    unknown, reference_unknown : float
        Share of lines without a value.
    mean, reference_mean : float, optional
    change : Figure
        Of the mean.
    """

    target: str
    feature: str
    title: str
    kind: SliceKind
    code: str | None
    name: str
    lines: int
    reference_lines: int
    enterprises: int
    reference_enterprises: int
    psi: float | None
    ks: float | None
    ks_q: float | None
    mean_q: float | None
    unknown: float
    reference_unknown: float
    unknown_q: float | None
    mean: float | None
    reference_mean: float | None
    change: Figure


class VersionShare(_Frozen):
    """How much of the recent lists of a target one version served; ``kind`` is model, policy or index."""

    target: str
    kind: str
    version: str
    lists: int
    share: float
    first_served: datetime
    last_served: datetime


class HealthReport(_Frozen):
    """The report; both days of each period included.

    Attributes
    ----------
    verdict : Verdict
        The worst of any line.
    findings : tuple of Judged
        Advice of the lines that are not normal, alarms first; a slice only where it is worse than the whole.
    index_age_days : float, optional
        Days since the newest list's index was first logged; None without lists.
    """

    as_of: datetime
    since: date
    until: date
    reference_since: date
    reference_until: date
    limits_version: str
    verdict: Verdict
    findings: tuple[Judged, ...]
    volume: tuple[VolumeLine, ...]
    calibration: tuple[CalibrationLine, ...]
    coverage: tuple[CoverageLine, ...]
    supply: tuple[ScenarioSupply, ...]
    districts: tuple[DistrictCoverage, ...]
    newcomers: tuple[NewcomerLine, ...]
    drift: tuple[DriftLine, ...]
    versions: tuple[VersionShare, ...]
    index_age_days: float | None
    notes: tuple[str, ...]
