"""The announcement of a selection: who was selected in each sub-industry, with scores, and how to appeal."""

from datetime import datetime

from recommender.exchange.workbooks import shown_moment
from recommender.letters.writing import Letter
from recommender.selection.result_table import marked_name, stability_text
from recommender.selection.views import EntryView, SelectionView, SubIndustryView


def announcement(view: SelectionView, at: datetime) -> bytes:
    """Return the announcement of a round as the content of a docx file.

    Parameters
    ----------
    at : datetime
        Day of the announcement, with its zone.
    """
    marks = {entry.mark for part in view.parts for entry in part.entries if entry.mark}
    letter = Letter(f"{view.name}数字化牵引单位遴选结果公示", next(iter(sorted(marks)), None))
    letter.paragraph(
        f"本批次共 {view.applications} 份申报，{view.experts} 位专家评审，"
        f"每个细分行业不超过 {view.places} 家，任期 {view.term_from} 至 {view.term_until}。"
    )
    for part in view.parts:
        _tell(letter, part)
    return letter.signed(at)


def _tell(letter: Letter, part: SubIndustryView) -> None:
    letter.heading(part.name)
    if part.decision is None:
        letter.paragraph(f"{part.phase_name}，尚未公布。")
        return
    rows = [_row(entry) for entry in part.entries if entry.scored is not None]
    letter.table(("单位名称", "牵引模式", "名次", "得分", "结果"), rows)
    letter.paragraph(_sentence(f"理由：{part.decision.reason}"))
    if part.decision.deviation_reason:
        letter.paragraph(_sentence(f"不按排名的理由：{part.decision.deviation_reason}"))
    letter.paragraph(f"{stability_text(part)}。")
    letter.paragraph(f"申报单位如有异议，请在 {shown_moment(part.decision.appeal_until)} 前申诉。")


def _row(entry: EntryView) -> tuple[str, ...]:
    scored = entry.scored
    rank = str(scored.rank) if scored and scored.rank else ""
    score = f"{scored.score}" if scored and scored.score is not None else ""
    return marked_name(entry), entry.mode_name, rank, score, entry.state_name


def _sentence(text: str) -> str:
    return f"{text.rstrip('。')}。"
