"""What can go wrong when a decision is made or appealed."""

from recommender.errors import Conflict, InvalidInput, NotFound, SmematchError


class UnknownParty(NotFound):
    """No product, vendor or lead unit has this id."""

    code = "adjustment_party_not_found"
    title = "找不到对象"


class NotImpartial(SmematchError):
    """Someone decides who has a part in it, or decided before."""

    code = "not_impartial"
    status = 403
    title = "应当回避"


class NotYours(SmematchError):
    """Someone appeals for another."""

    code = "not_your_decision"
    status = 403
    title = "不是本单位的决定"


class NothingToAppeal(Conflict):
    """No decision is in force that could be appealed in this way."""

    code = "nothing_to_appeal"
    title = "没有可申诉的决定"


class AppealTooLate(Conflict):
    """The time for appealing is over, or the decision was appealed before."""

    code = "appeal_too_late"
    title = "不能再申诉"


class NothingInForce(Conflict):
    """No decision is in force that could be cleared."""

    code = "nothing_in_force"
    title = "没有生效的决定"


class AdjustmentReasonMissing(InvalidInput):
    """A decision or an appeal without a reason."""

    code = "reason_missing"
    title = "缺少理由"
