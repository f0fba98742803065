"""Notices of the course: told to apply, returned, called to acceptance, urged, told of the subsidy.

Their texts are data (``data/letters/notices.json``); what they say comes from the case file.
"""

from datetime import date
from functools import lru_cache
from string import Formatter
from typing import Annotated, Self

from pydantic import Field, model_validator

from recommender.course.case_file import CaseFile, ProjectEntry
from recommender.course.parts import project_name
from recommender.course.stages import ROLE_NAMES, load_course
from recommender.course.standing import Standing
from recommender.diagnosis.value import Value
from recommender.errors import Conflict, InvalidInput
from recommender.letters.writing import Letter
from recommender.policy.estimate import yuan_text
from recommender.settings import data_dir

FIELDS = frozenset(
    {
        "name",
        "uscc",
        "subject",
        "stage",
        "state",
        "since",
        "days",
        "due",
        "overdue_days",
        "next",
        "missing",
        "reason",
        "paid",
        "paid_on",
    }
)


class UnknownNotice(InvalidInput):
    """No notice has this name."""

    code = "unknown_notice"
    title = "没有这种通知"


class NoticeNotDue(Conflict):
    """What the notice would say is not so now."""

    code = "notice_not_due"
    title = "现在不需要这份通知"


class ProjectNotNamed(InvalidInput):
    """Several projects could be meant."""

    code = "project_not_named"
    title = "没有指明项目"


class Notice(Value):
    """A kind of notice.

    Attributes
    ----------
    states : tuple of str
        States in which it makes sense; empty for all.
    overdue : bool
        Whether it takes an overdue step that is the enterprise's own to do.
    reason : str, optional
        Kind of event whose newest one gives the reason.
    refusal : str
        Why it is not written, in Chinese.
    paragraphs : tuple of str
        With the names of :data:`FIELDS` in braces.
    """

    code: str
    title: str
    states: tuple[str, ...] = ()
    overdue: bool = False
    reason: str | None = None
    refusal: str
    paragraphs: Annotated[tuple[str, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _can_be_written(self) -> Self:
        for text in self.paragraphs:
            for _, name, spec, conversion in Formatter().parse(text):
                if name is not None and (name not in FIELDS or spec or conversion):
                    raise ValueError(f"notice {self.code} has an unknown field: {{{name}}}")
        course = load_course()
        if unknown := set(self.states) - {state.code for state in course.states}:
            raise ValueError(f"notice {self.code} names no state: {sorted(unknown)}")
        if self.reason is not None and course.move(self.reason) is None:
            raise ValueError(f"notice {self.code} names no move: {self.reason}")
        return self

    def suits(self, standing: Standing) -> bool:
        """Whether it makes sense where an enterprise or a project stands."""
        urged = standing.overdue and ROLE_NAMES["enterprise"] in standing.waits_for
        return (not self.states or standing.state in self.states) and (urged or not self.overdue)


class Notices(Value):
    """All kinds."""

    version: str
    note: str
    notices: tuple[Notice, ...]

    def named(self, kind: str) -> Notice:
        """Return the notice of a code or a Chinese title.

        Raises
        ------
        UnknownNotice
        """
        for notice in self.notices:
            if kind in {notice.code, notice.title}:
                return notice
        known = "、".join(f"{notice.code}（{notice.title}）" for notice in self.notices)
        raise UnknownNotice(f"没有“{kind}”这种通知，可用：{known}", place={"field": "kind"})


@lru_cache(maxsize=1)
def load_notices() -> Notices:
    """Read the shipped texts once."""
    return Notices.model_validate_json((data_dir() / "letters" / "notices.json").read_text(encoding="utf-8"))


def notice_letter(file: CaseFile, notice: Notice, project: str | None = None) -> bytes:
    """Return a notice to an enterprise as the content of a docx file, of the day of the case file.

    Parameters
    ----------
    project : str, optional
        Id of the project that is meant, or of its partner, where several suit.

    Raises
    ------
    NoticeNotDue
        If nothing stands so that the notice makes sense.
    ProjectNotNamed
        If several projects do.
    """
    standing = _meant(file, notice, project)
    told = _fields(file, notice, standing)
    letter = Letter(notice.title, file.mark)
    for text in notice.paragraphs:
        letter.paragraph(text.format_map(told))
    return letter.signed(file.as_of)


def _meant(file: CaseFile, notice: Notice, project: str | None) -> Standing:
    found = [
        one for one in file.standings if notice.suits(one) and project in {None, one.project, one.partner}
    ]
    if not found:
        where = "、".join(f"{one.project or '企业'}：{one.state_name}" for one in file.standings)
        raise NoticeNotDue(
            f"不能写{notice.title}：{notice.refusal}（{file.name}现在的状态：{where}）",
            place={"field": "project" if project else "kind"},
        )
    if len(found) > 1:
        names = "、".join(f"{one.project or one.partner}" for one in found)
        raise ProjectNotNamed(f"有 {len(found)} 个项目符合，请指明一个：{names}", place={"field": "project"})
    return found[0]


def _fields(file: CaseFile, notice: Notice, standing: Standing) -> dict[str, str]:
    entry = _entry(file, standing)
    subsidy = entry.subsidy if entry else None
    paid = subsidy.paid_yuan if subsidy else None
    return {
        "name": file.name,
        "uscc": file.uscc,
        "subject": _subject(file, standing),
        "stage": standing.stage_name,
        "state": standing.state_name,
        "since": _day(standing.since),
        "days": str(standing.days),
        "due": _due(notice, standing),
        "overdue_days": str(standing.overdue_days),
        "next": standing.next,
        "missing": "；".join(missing.text for missing in standing.missing) or "无，材料已齐备",
        "reason": _reason(file, notice, standing),
        "paid": "（金额未登记）" if paid is None else yuan_text(paid),
        "paid_on": _day(subsidy.paid_on if subsidy else None),
    }


def _entry(file: CaseFile, standing: Standing) -> ProjectEntry | None:
    return next((entry for entry in file.projects if entry.standing == standing), None)


def _subject(file: CaseFile, standing: Standing) -> str:
    entry = _entry(file, standing)
    return f"项目（{project_name(entry)}）" if entry else "试点工作"


def _reason(file: CaseFile, notice: Notice, standing: Standing) -> str:
    told = [
        entry.text
        for entry in file.timeline
        if entry.kind == notice.reason and entry.project == standing.project and entry.text
    ]
    return told[-1].rstrip("。") if told else "（未登记，请补写）"


def _due(notice: Notice, standing: Standing) -> str:
    """Return the last day; one that is over is the office's to set anew, unless the notice urges."""
    if standing.overdue and not notice.overdue:
        return f"　　　年　　月　　日（原期限{_day(standing.due_by)}已过，请另定）"
    return _day(standing.due_by)


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else "（日期未登记）"
