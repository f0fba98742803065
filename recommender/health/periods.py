"""The two periods of a report: a recent one, and an earlier one to compare it with."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from recommender.domain.calendar import SHANGHAI
from recommender.exposure.service import BadPeriod
from recommender.health.limits import PeriodLimits

#: Days of both periods together; more would take longer than a person waits.
MOST_DAYS = 3 * 366


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``since`` to ``until``, both included."""

    since: date
    until: date

    @property
    def start(self) -> datetime:
        """First moment."""
        return _midnight(self.since)

    @property
    def end(self) -> datetime:
        """First moment after it."""
        return _midnight(self.until + timedelta(days=1))

    @property
    def days(self) -> int:
        """Number of days."""
        return (self.until - self.since).days + 1


@dataclass(frozen=True, slots=True)
class Periods:
    """What is compared, and the moment as of which the log is read.

    Attributes
    ----------
    as_of : datetime
        End of the recent period, or now where that is earlier; what happened later is not looked at.
    """

    recent: Period
    reference: Period
    as_of: datetime


def periods_of(
    now: datetime,
    limits: PeriodLimits,
    *,
    since: date | None = None,
    until: date | None = None,
    reference_days: int | None = None,
) -> Periods:
    """Return the periods; the reference is the days just before the recent ones.

    Parameters
    ----------
    now : datetime
        Present moment with its zone.
    since, until : date, optional
        First and last recent day; the days up to today by default.
    reference_days : int, optional

    Raises
    ------
    BadPeriod
    """
    today = now.astimezone(SHANGHAI).date()
    until = until or today
    length = reference_days if reference_days is not None else limits.reference_days
    try:
        since = since or until - timedelta(days=limits.recent_days - 1)
        reference = Period(since - timedelta(days=max(length, 1)), since - timedelta(days=1))
    except OverflowError as error:
        raise BadPeriod("日期超出可表示的范围", place={"field": "from"}) from error
    if since > until:
        raise BadPeriod(f"开始日期 {since} 晚于结束日期 {until}", place={"field": "from"})
    if until > today:
        raise BadPeriod(f"结束日期 {until} 还没有到", place={"field": "to"})
    recent = Period(since, until)
    if length < 1 or recent.days + length > MOST_DAYS:
        raise BadPeriod(f"对照期至少 1 天，两段合计最多 {MOST_DAYS} 天", place={"field": "reference_days"})
    return Periods(recent, reference, min(now, recent.end))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
