"""What can go wrong in an appraisal."""

from recommender.errors import Conflict, InvalidInput, NotFound, SmematchError


class AppraisalSheetFaulty(InvalidInput):
    """A score sheet that does not hold together; ``place`` says where."""

    code = "appraisal_sheet_faulty"
    title = "评分表有误"


class UnknownAppraisal(NotFound):
    """No appraisal has this id."""

    code = "appraisal_not_found"
    title = "找不到考评"


class UnknownAppraised(NotFound):
    """The unit is not appraised here."""

    code = "appraised_not_found"
    title = "不是考评对象"


class UnknownReviewer(NotFound):
    """The reviewer was not appointed."""

    code = "reviewer_not_found"
    title = "找不到评审人"


class AppraisalExists(Conflict):
    """The id is taken by an appraisal with other particulars."""

    code = "appraisal_exists"
    title = "考评编号已被使用"


class AppraisalMoveNotAllowed(Conflict):
    """The step is not one that can be taken now."""

    code = "appraisal_move_not_allowed"
    title = "当前状态不能这样办理"


class TooFewReviewers(Conflict):
    """Fewer reviewers have scored than the sheet asks for."""

    code = "too_few_reviewers"
    title = "评分人数不足"


class ConflictOfInterest(SmematchError):
    """A reviewer who belongs to the unit, or has scored what is appealed."""

    code = "conflict_of_interest"
    status = 403
    title = "应当回避"


class NotTheAppraised(SmematchError):
    """Someone else acts in a unit's name."""

    code = "not_the_appraised"
    status = 403
    title = "不能代被考评单位操作"


class InvalidScore(InvalidInput):
    """Points that the sheet does not allow."""

    code = "invalid_score"
    title = "评分有误"
