"""The diagnosis after a project: drawn until it reaches the level that the project brought."""

from recommender.diagnosis.instrument import load_instrument
from recommender.diagnosis.scoring import score
from recommender.domain import Diagnosis
from recommender.domain.calendar import local_day
from recommender.domain.diagnosis import DiagnosisMethod
from recommender.domain.record import SYNTHETIC_MARK
from recommender.pilot_run.desk import Desk, Dice
from recommender.sample.maturity import draw_content

_TRIES, _STEP = 40, 0.1


def draw_after(desk: Desk, dice: Dice, before: Diagnosis, least_level: int, number: int) -> Diagnosis:
    """Return an on-site diagnosis of today; its level is the wanted one or more, if it can be reached."""
    instrument = load_instrument()
    latent = 0.2
    for _ in range(_TRIES):
        content = draw_content(latent, instrument, dice.draw)
        grades = {code.value: grade for code, grade in content.scenarios.items()}
        if (score(content.answers, grades, instrument).level or 0) >= least_level:
            break
        latent += _STEP
    return Diagnosis(
        id=f"{before.id}-A{number}",
        uscc=before.uscc,
        assessed_on=local_day(desk.agenda.clock()),
        method=DiagnosisMethod.ON_SITE,
        answers=content.answers,
        scenarios=content.scenarios,
        synthetic=True,
        mark=SYNTHETIC_MARK,
    )
