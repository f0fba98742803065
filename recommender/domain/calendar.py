"""The calendar of the place where the pilot runs: by it consents hold and rules apply."""

from datetime import date, datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


def local_day(moment: datetime) -> date:
    """Return the day of a moment, which must have its zone."""
    return moment.astimezone(SHANGHAI).date()
