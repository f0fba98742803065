"""What can go wrong in a selection."""

from recommender.errors import Conflict, InvalidInput, NotFound, SmematchError


class UnknownSelection(NotFound):
    """No round of selection has this id."""

    code = "selection_not_found"
    title = "找不到遴选批次"


class UnknownApplication(NotFound):
    """The round has no such application."""

    code = "selection_application_not_found"
    title = "找不到申报"


class SelectionExists(Conflict):
    """The id is taken by a round with another content."""

    code = "selection_exists"
    title = "批次编号已被使用"


class SelectionNotOpen(Conflict):
    """The step belongs to another time: before or after a deadline."""

    code = "selection_not_open"
    title = "不在办理时间内"


class SelectionMoveNotAllowed(Conflict):
    """The step is not the one that comes next."""

    code = "selection_move_not_allowed"
    title = "当前状态不能这样办理"


class SelectionFormFaulty(InvalidInput):
    """An application that cannot be taken; the sentence names everything that is wrong."""

    code = "selection_form_faulty"
    title = "申报内容不符合要求"


class SelectionSheetFaulty(InvalidInput):
    """A score sheet that does not fit the declared one."""

    code = "selection_sheet_faulty"
    title = "评分表不符合要求"


class SelectionReasonMissing(InvalidInput):
    """The step needs a reason and none was given."""

    code = "reason_missing"
    title = "缺少理由"


class PlacesFull(Conflict):
    """More lead units than a sub-industry has places."""

    code = "selection_places_full"
    title = "名额已满"


class NotSelectable(Conflict):
    """An application that nobody can select as it stands."""

    code = "selection_not_selectable"
    title = "不能入选"


class NotTheApplicant(SmematchError):
    """Someone acts for a firm that is another's."""

    code = "not_the_applicant"
    status = 403
    title = "不能代其他单位办理"


class ExpertConflict(SmematchError):
    """An expert who has a part in what is to be judged."""

    code = "expert_conflict"
    status = 403
    title = "应当回避"


class NotOnPanel(SmematchError):
    """Someone scores who was not named as an expert of the round."""

    code = "not_on_panel"
    status = 403
    title = "不是本批次的评审专家"
