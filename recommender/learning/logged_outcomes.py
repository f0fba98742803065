"""The product's own log in the form that the learner of weights takes."""

from datetime import datetime

import pandas as pd

from recommender.errors import InvalidInput
from recommender.feedback.labelled_lines import labelled_lines
from recommender.learning.examination import Examination, with_chances
from recommender.learning.outcome_delay import OutcomeDelay
from recommender.learning.posterior_scales import load_posterior_scales
from recommender.ranking.feature_definitions import Target
from recommender.store import UnitOfWork


class NothingLogged(InvalidInput):
    """No list was served that anything could be learned from."""

    code = "nothing_logged"
    title = "没有可学习的推荐记录"


def logged_outcomes(work: UnitOfWork, target: Target, now: datetime) -> dict[str, pd.DataFrame] | None:
    """Return the lines of all served lists of one target, by step of the ladder, with their chances.

    Parameters
    ----------
    now : datetime
        Present moment with its zone.

    Returns
    -------
    dict of str to DataFrame, optional
        As :func:`recommender.learning.ladder_lines.ladder_lines` takes them; None where none was served.

    Notes
    -----
    How long outcomes take is learned for each step, how far down a list people look once for all.
    """
    frames = {step: labelled_lines(work, target, step, now) for step in load_posterior_scales().ladder}
    first = next(iter(frames.values()))
    if first.empty:
        return None
    examination = Examination().fit(first)
    return {
        step: with_chances(frame, OutcomeDelay().fit(frame), examination) for step, frame in frames.items()
    }
