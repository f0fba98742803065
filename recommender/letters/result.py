"""The letter that tells an enterprise its diagnosis: level, points, gap to the next level, what to do now."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from recommender.diagnosis import DiagnosisResult, Gap, gaps, load_instrument, score
from recommender.domain import Diagnosis, Enterprise
from recommender.letters.writing import Letter

_MOST_SCENARIOS = 8
_MOST_OPENINGS = 5


def result_letter(enterprise: Enterprise, diagnosis: Diagnosis, at: datetime) -> bytes:
    """Return the result letter as the content of a docx file.

    Parameters
    ----------
    enterprise, diagnosis : Enterprise, Diagnosis
        The diagnosis must be of the enterprise.
    at : datetime
        Day of the letter, with its zone.

    recommender.errors.InvalidInput
        If the answers do not fit the instrument.
    """
    instrument = load_instrument(diagnosis.instrument)
    grades = {scenario.value: grade for scenario, grade in diagnosis.scenarios.items()}
    result = score(diagnosis.answers, grades, instrument)
    missing = gaps(result, instrument)
    letter = Letter("数字化水平评测结果告知书", enterprise.face_mark)
    letter.paragraph(f"{enterprise.name}（统一社会信用代码 {enterprise.uscc}）：")
    least = "至少为" if result.level_is_lower_bound else "为"
    day = diagnosis.assessed_on
    letter.paragraph(
        f"根据{day.year}年{day.month}月{day.day}日的评测（{result.edition} 版指标），"
        f"贵单位的数字化水平{least}{result.level_name}，得 {result.total} 分。"
    )
    if result.note:
        letter.paragraph(result.note)
    letter.heading("一、各维度得分")
    letter.table(
        ("维度", "得分", "满分"), [(d.name, str(d.points), str(d.max_points)) for d in result.dimensions]
    )
    letter.heading("二、与更高等级的差距")
    if missing:
        headers = ("等级", "还差分数", "还差场景", "其中约束性场景")
        letter.table(headers, [_gap_row(gap) for gap in missing])
    else:
        letter.paragraph("已是最高等级。")
    letter.heading("三、建议的下一步")
    letter.points(tuple(_steps(result, missing)))
    return letter.signed(at)


def _gap_row(gap: Gap) -> tuple[str, ...]:
    return gap.name, str(gap.points_short), str(gap.scenarios_short), str(gap.required_short)


def _steps(result: DiagnosisResult, missing: Sequence[Gap]) -> Iterator[str]:
    if result.missing_items or result.missing_scenarios:
        count = len(result.missing_items) + len(result.missing_scenarios)
        yield f"还有 {count} 项没有填写，请补充后重新评测，结果可能更高。"
    if not missing:
        yield "保持现有做法，每年复评一次。"
        return
    nearest = missing[0]
    if nearest.scenarios_to_raise and nearest.scenarios_below:
        below = [f"{s.name}{'（约束性）' if s.required else ''}" for s in nearest.scenarios_below]
        more = f"等 {len(below)} 个场景" if len(below) > _MOST_SCENARIOS else ""
        yield (
            f"要达到{nearest.name}，从下列场景中至少提升 {nearest.scenarios_to_raise} 个，约束性的优先："
            f"{'、'.join(below[:_MOST_SCENARIOS])}{more}。"
        )
    # Openings come best first; of one item only the best is worth a line.
    best = {opening.item_id: opening for opening in reversed(nearest.openings)}
    for opening in sorted(best.values(), key=lambda each: each.adds, reverse=True)[:_MOST_OPENINGS]:
        yield f"{opening.item_name}：做到“{opening.text}”，可加 {opening.adds} 分。"
    yield "请向所在区主管部门或诊断人员了解适合的产品和补贴。"
