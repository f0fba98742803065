"""The diagnosis questionnaire to print and fill in by hand, with boxes to tick."""

from datetime import datetime

from recommender.exchange.questionnaire import (
    ITEMS,
    SCENARIOS,
    TICKS,
    StartedForm,
    answers_of,
    item_lines,
    scenario_lines,
)
from recommender.letters.writing import Letter

_BLANK = "____________"
_HEADERS = ("序号", "题目、说明与用途", "选项（在方框里打勾）", "佐证材料")
_WIDTHS = (1.2, 5.2, 6.4, 2.8)


def questionnaire_document(started: StartedForm, at: datetime) -> bytes:
    """Return the questionnaire as the content of a docx file.

    Parameters
    ----------
    started : StartedForm
        Its answers are ticked.
    at : datetime
        Day of printing, with its zone.
    """
    instrument, enterprise = started.instrument, started.enterprise
    told = answers_of(started.diagnosis, instrument)
    letter = Letter(f"{instrument.title} · 评测问卷", enterprise.face_mark if enterprise else None)
    name, code = (enterprise.name, enterprise.uscc) if enterprise else (_BLANK, _BLANK)
    letter.paragraph(f"企业名称：{name}　统一社会信用代码：{code}　评测日期：{_BLANK}　填写人：{_BLANK}")
    for title, lines in ((ITEMS, item_lines(instrument)), (SCENARIOS, scenario_lines(instrument))):
        letter.heading(title)
        rows: list[list[str]] = []
        for line in lines:
            answer = told.get(line.key)
            if "#" in line.key:
                options = f"{'☑' if answer == TICKS[0] else '☐'} {line.option}"
            else:
                options = "\n".join(f"{'☑' if answer == text else '☐'} {text}" for text in line.choices)
            if line.number:
                asked = f"{line.title}（{line.kind}）\n{line.why}"
                rows.append([line.number, asked, options, line.evidence])
            else:
                rows[-1][2] += f"\n{options}"
        letter.table(_HEADERS, rows, _WIDTHS)
    letter.paragraph(f"依据：{instrument.source.document}。")
    return letter.signed(at)
