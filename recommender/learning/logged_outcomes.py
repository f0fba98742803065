"""The product's own log in the form that the learner of weights takes."""

from datetime import datetime

import pandas as pd

from recommender.errors import InvalidInput
from recommender.feedback.labelled_lines import LoggedLines
from recommender.learning.examination import estimated_chances
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
    """
    logged = LoggedLines.read(work, target, now)
    frames = {step: logged.labelled(step) for step in load_posterior_scales().ladder}
    return None if next(iter(frames.values())).empty else estimated_chances(frames)
