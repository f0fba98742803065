"""The stages of a case as a picture."""

from datetime import date

from api.web.charts.timeline import Progress, Stage, TimelineChart, timeline_chart
from recommender.course.case_file import CaseFile
from recommender.course.stages import load_course
from recommender.course.standing import Standing


def stages_picture(file: CaseFile) -> TimelineChart:
    """Return the stages of the furthest of the enterprise's projects, each with the day it was entered."""
    course = load_course()
    furthest = max(file.standings, key=lambda one: course.place(one.stage))
    place = course.place(furthest.stage)
    entered = _entered(file, furthest)
    return timeline_chart(
        "全过程",
        [
            Stage(
                stage.name,
                _progress(number, place, closed=furthest.closed),
                entered.get(stage.code),
                furthest.state_name if number == place else "",
            )
            for number, stage in enumerate(course.stages)
        ],
    )


def _entered(file: CaseFile, standing: Standing) -> dict[str, date]:
    """Return the first day in each stage, of the enterprise and of the one project."""
    own = [one.facts.steps for one in file.projects if one.standing == standing]
    days: dict[str, date] = {}
    for step in (*file.steps, *(step for steps in own for step in steps)):
        if step.stage is not None:
            days.setdefault(step.stage, step.on)
    return days


def _progress(number: int, place: int, *, closed: bool) -> Progress:
    if number < place or (number == place and closed):
        return Progress.DONE
    return Progress.HERE if number == place else Progress.TO_COME
