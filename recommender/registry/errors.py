"""What can go wrong with models."""

from recommender.errors import Conflict, InvalidInput, NotFound
from recommender.registry.gate import GateReport


class UnknownModel(NotFound):
    """No version of this name."""

    code = "model_not_found"
    title = "找不到模型"


class DamagedModel(Conflict):
    """Files that are not, byte for byte, what was registered; such a model is never served."""

    code = "model_damaged"
    title = "模型文件已损坏"


class DamagedPointer(Conflict):
    """The file that names the served model is missing or changed."""

    code = "model_pointer_damaged"
    title = "现用模型的记录已损坏"


class ModelExists(Conflict):
    """Another model was registered under this version; versions never change."""

    code = "model_exists"
    title = "模型版本已存在"


class GatesNotPassed(Conflict):
    """A gate holds the model back.

    Attributes
    ----------
    report : GateReport
        What all gates found.
    """

    code = "gates_not_passed"
    title = "未通过上线关口"

    def __init__(self, report: GateReport) -> None:
        held = [result.gate for result in report.gates if not result.lets_pass]
        super().__init__(report.text, place={"gates": held})
        self.report = report


class ReasonMissing(InvalidInput):
    """Going around the gates needs a reason on record."""

    code = "reason_missing"
    title = "缺少理由"


class NoPredecessor(Conflict):
    """There is nothing to go back to."""

    code = "nothing_to_roll_back"
    title = "没有可退回的版本"


class NotServed(Conflict):
    """The model is neither served nor was it before."""

    code = "model_never_served"
    title = "模型从未上线"


class ServedModelChanged(Conflict):
    """Another model was put to service while the gates were measuring."""

    code = "served_model_changed"
    title = "现用模型已更换"
