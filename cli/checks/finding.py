"""What a check found."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Finding(BaseModel):
    """One finding.

    Attributes
    ----------
    name : str
        Stable name of the check.
    label : str
        The same in Chinese.
    status : str
        ``ok``; ``note`` for what one should know; ``missing`` for what the product needs and does not have.
    mend : str, optional
        What to do, in Chinese.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    label: str
    status: Literal["ok", "note", "missing"]
    detail: str
    mend: str | None = None


class Broken(Exception):
    """Ends a check: something needed is missing.

    Parameters
    ----------
    detail : str
        What, in Chinese.
    mend : str
        What to do.
    """

    def __init__(self, detail: str, mend: str) -> None:
        super().__init__(detail)
        self.detail = detail
        self.mend = mend


class Noted(Exception):
    """Ends a check: nothing is broken, but one should know. Parameters as of :class:`Broken`."""

    def __init__(self, detail: str, mend: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.mend = mend
