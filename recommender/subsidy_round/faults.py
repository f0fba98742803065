"""What can go wrong in a round, and who may act in it."""

from recommender.errors import Conflict, InvalidInput, NotFound, SmematchError


class UnknownSubsidyRound(NotFound):
    """No round has this id."""

    code = "subsidy_round_not_found"
    title = "找不到奖补批次"


class UnknownClaim(NotFound):
    """No such project, or it is not in the round."""

    code = "subsidy_claim_not_found"
    title = "找不到项目"


class SubsidyRoundExists(Conflict):
    """The id is taken by a round with other particulars."""

    code = "subsidy_round_exists"
    title = "批次编号已被使用"


class SubsidyRoundClosed(Conflict):
    """The round has ended."""

    code = "subsidy_round_closed"
    title = "批次已结束"


class SubsidyMoveNotAllowed(Conflict):
    """The step is not the one that comes next."""

    code = "subsidy_move_not_allowed"
    title = "当前状态不能这样办理"


class SubsidyCheckFailed(Conflict):
    """A check that blocks is not passed."""

    code = "subsidy_check_failed"
    title = "核对未通过"


class SubsidyReasonMissing(InvalidInput):
    """The decision needs a reason and none was given."""

    code = "reason_missing"
    title = "缺少说明"


class SubsidyAmountTooHigh(InvalidInput):
    """More than the rules allow."""

    code = "subsidy_amount_too_high"
    title = "金额超过可补上限"


class NotTheOffice(SmematchError):
    """Someone else acts in an office's name."""

    code = "not_the_office"
    status = 403
    title = "不能代主管部门操作"


def require_office(code: str, actor: str) -> None:
    """Raise unless an office acts for itself: the one place that decides who may.

    Parameters
    ----------
    code : str
        Six digits of the district or the city.
    actor : str
        That code, or ``code:person``.

    Raises
    ------
    NotTheOffice
        For any other actor. Whether the caller is who it says it is, is for authentication to tell.
    """
    if actor.partition(":")[0] != code:
        raise NotTheOffice(f"只能由主管部门（{code}）办理，收到的办理人为“{actor}”", place={"field": "actor"})
