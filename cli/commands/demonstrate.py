"""``demo``: the main job once through on the sample, everything computed now."""

from typing import TYPE_CHECKING, Any

from rich.text import Text

from cli import streams
from cli.commands.diagnose import diagnosis_document, worth
from cli.options import AsJson
from cli.session import installation
from recommender.diagnosis import DiagnosisResult
from recommender.domain import Enterprise
from recommender.domain.enterprise import PartnerKind
from recommender.errors import NotFound
from recommender.matching.answer import Recommendation
from recommender.matching.request import ProspectRequest, RecommendationRequest, Target

if TYPE_CHECKING:
    from recommender.index.snapshot import Snapshot
    from recommender.installation import Installation

_AIM = 2
_SHOWN = 3
_REASONS = 3


class NothingToShow(NotFound):
    """The installation holds no sample enterprise below level 2."""

    code = "no_sample"
    title = "没有可演示的样本"


def demo(as_json: AsJson = False) -> None:
    """Diagnose a sample enterprise, recommend to it, and look from the other side."""
    with installation() as here:
        uscc = sample_enterprise(here.keeper.current)
        solutions, units, prospects = _lists(here, uscc)
        firm = here.keeper.current.catalogue.enterprises[uscc]
        diagnosis = here.keeper.current.catalogue.diagnoses[uscc]
    result, missing = worth(diagnosis)
    if as_json:
        lists = {"solutions": solutions, "lead_units": units, "prospects": prospects}
        streams.emit(
            {
                "diagnosed": diagnosis_document(firm, diagnosis, result, missing),
                **{name: answer.model_dump(mode="json") for name, answer in lists.items() if answer},
            }
        )
        return
    from cli.views.diagnosis import show_diagnosis
    from cli.views.recommendation import show_recommendation
    from cli.views.text import paragraph

    out = streams.console()
    out.print(Text("以下企业、方案和牵引单位都是合成样本，结果为现场计算。", style="note"))
    show_diagnosis(out, firm, diagnosis, result, missing)
    if firm.needs:
        paragraph(out, f"企业自述：{' / '.join(firm.needs)}")
    show_recommendation(out, solutions, title="一、给这家企业的解决方案", reasons=_REASONS)
    show_recommendation(out, units, title="二、给这家企业的牵引单位", reasons=_REASONS)
    if prospects:
        title = f"三、反过来：{prospects.subject['name']}可联系的企业"
        show_recommendation(out, prospects, title=title, reasons=_REASONS)
    _go_on(uscc, units)


def sample_enterprise(snapshot: "Snapshot") -> str:
    """Choose the enterprise to show: a synthetic one below level 2 that says what hurts and may be shown.

    Raises
    ------
    NothingToShow
        If there is none.
    """
    fitting = [
        (_preference(firm, result), uscc)
        for uscc, result in snapshot.results.items()
        if (firm := snapshot.catalogue.enterprises.get(uscc)) is not None
        and firm.synthetic
        and result.level < _AIM
    ]
    if not fitting:
        raise NothingToShow(
            "没有低于二级的合成样本企业；请换一个空目录（SMEMATCH_HOME）运行 smematch init 后再试"
        )
    return min(fitting)[1]


def _preference(firm: Enterprise, result: DiagnosisResult) -> tuple[bool, bool, bool, int]:
    return (not firm.needs, firm.budget_yuan is None, not firm.consents, -result.level)


def _lists(here: "Installation", uscc: str) -> tuple[Recommendation, Recommendation, Recommendation | None]:
    ask: dict[str, Any] = {"enterprise": uscc, "k": _SHOWN}
    solutions = here.matching.recommend(RecommendationRequest(**ask, target=Target.SOLUTION))
    units = here.matching.recommend(RecommendationRequest(**ask, target=Target.LEAD_UNIT))
    if not units.items:
        return solutions, units, None
    return (
        solutions,
        units,
        here.matching.prospects(PartnerKind.LEAD_UNIT, units.items[0].id, ProspectRequest(k=_SHOWN)),
    )


def _go_on(uscc: str, units: Recommendation) -> None:
    lines = [
        "接着可以：",
        f"  smematch recommend solutions --enterprise {uscc} --target-level 3 -k 5",
        '  smematch match --text "订单靠手工排产，交期经常延误" -k 5',
        f"  smematch prospects --lead-unit {units.items[0].id} -k 10" if units.items else "",
        "  smematch template enterprises 企业.xlsx   填写后用 smematch import enterprises 企业.xlsx 导入",
        "  smematch serve   启动接口服务",
    ]
    out = streams.console()
    out.print()
    for line in filter(None, lines):
        out.print(line, soft_wrap=True)
