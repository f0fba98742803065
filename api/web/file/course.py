"""The stages of a case as a picture."""

from api.web.charts.timeline import Progress, Stage, TimelineChart, timeline_chart
from recommender.course.case_file import CaseFile
from recommender.course.stages import load_course


def stages_picture(file: CaseFile) -> TimelineChart:
    """Return the stages of the furthest of the enterprise's projects."""
    course = load_course()
    furthest = max(file.standings, key=lambda one: course.place(one.stage))
    place = course.place(furthest.stage)
    return timeline_chart(
        "全过程",
        [
            Stage(
                stage.name,
                _progress(number, place, closed=furthest.closed),
                furthest.since if number == place else None,
                furthest.state_name if number == place else "",
            )
            for number, stage in enumerate(course.stages)
        ],
    )


def _progress(number: int, place: int, *, closed: bool) -> Progress:
    if number < place or (number == place and closed):
        return Progress.DONE
    return Progress.HERE if number == place else Progress.TO_COME
