"""The case file as a page to print."""

from datetime import date

from recommender.course.case_file import CaseFile
from recommender.course.parts import Cell, case_parts, cell_text
from recommender.course.picture import course_picture
from recommender.course.stages import load_course
from recommender.domain.calendar import SHANGHAI
from recommender.report.standalone import StandalonePage

PAGE = StandalonePage("recommender.course", "case_file.html.j2", "case_file.css")


def render_case_page(file: CaseFile) -> str:
    """Return the page as HTML; send it with ``PAGE.policy()``."""
    course = load_course()
    furthest = max(course.place(one.stage) for one in file.standings)
    here = {one.stage for one in file.standings if not one.closed}
    return PAGE.render(
        file=file,
        parts=case_parts(file),
        picture=course_picture(file),
        stages=[
            (stage, number <= furthest, stage.code in here) for number, stage in enumerate(course.stages)
        ],
        as_of=f"{file.as_of.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
        told=cell_text,
        is_day=_is_day,
        limits_note=course.note,
    )


def _is_day(cell: Cell) -> bool:
    return isinstance(cell, date)
