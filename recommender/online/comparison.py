"""The state of an experiment with interleaved lists, read from the log."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from recommender.feedback.served_rounds import served_rounds
from recommender.learning.intervals import Figure
from recommender.online.sequential import ALPHA, evidence, share_interval
from recommender.ranking.interleaving import teams_of
from recommender.store import UnitOfWork


class Comparison(BaseModel):
    """How team B, the candidate, stands against team A, what is served otherwise.

    Attributes
    ----------
    lists, waiting : int
        Interleaved lists whose outcome is known, and those of the whole log still within its horizon.
    wins_a, wins_b, ties : int
        Lists with more outcomes on one team's lines than on the other's.
    preference : Figure
        Share of the decided lists that B won; its interval holds at every moment.
    evidence : float
        Against "equally good"; 20 decides, whenever it is reached.
    verdict_code, verdict : str
        ``better``, ``worse`` or ``open``, and a Chinese sentence.
    """

    model_config = ConfigDict(frozen=True)

    experiment: str
    lists: int
    waiting: int
    wins_a: int
    wins_b: int
    ties: int
    preference: Figure
    evidence: float
    verdict_code: str
    verdict: str


def compare(work: UnitOfWork, experiment: str, target: str, outcome: str, now: datetime) -> Comparison:
    """Count the wins of an experiment.

    Parameters
    ----------
    experiment : str
        Its name.
    target, outcome, now
        As for :func:`recommender.feedback.served_rounds.served_rounds`.

    Notes
    -----
    Lists are the unit. One enterprise may ask for several; where few enterprises ask for many lists the
    evidence is overstated.
    """
    served = served_rounds(work, target, outcome, now)
    wins_a = wins_b = ties = 0
    for _, rows in served.frame.groupby("list_id", sort=False):
        teams = teams_of(str(rows["policy_version"].iloc[0]), experiment)
        if teams is None:
            continue
        clicked = [teams[position - 1] for position in rows.loc[rows["click"] > 0, "position"]]
        ahead = clicked.count("B") - clicked.count("A")
        wins_a, wins_b, ties = wins_a + (ahead < 0), wins_b + (ahead > 0), ties + (ahead == 0)
    decided = wins_a + wins_b
    preference = Figure(
        value=wins_b / decided if decided else None,
        ci95=share_interval(wins_b, wins_a),
        warning=None if decided else "还没有分出胜负的推荐列表",
    )
    strength = evidence(wins_b, wins_a)
    code, verdict = _verdict(wins_a, wins_b, strength, preference)
    return Comparison(
        experiment=experiment,
        lists=decided + ties,
        waiting=served.waiting,
        wins_a=wins_a,
        wins_b=wins_b,
        ties=ties,
        preference=preference,
        evidence=strength,
        verdict_code=code,
        verdict=verdict,
    )


def _verdict(wins_a: int, wins_b: int, strength: float, preference: Figure) -> tuple[str, str]:
    if not wins_a + wins_b:
        return "open", "证据太少：还没有分出胜负的推荐列表"
    low, high = preference.ci95
    counts = (
        f"候选胜 {wins_b}、现用胜 {wins_a}，候选胜率 {preference.value:.1%}，95% 区间 [{low:.1%}, {high:.1%}]"
    )
    if strength < 1 / ALPHA:
        return "open", f"还看不出差别：{counts}；可继续试验，随时查看不影响结论"
    if wins_b > wins_a:
        return "better", f"候选更好，可以停止试验：{counts}"
    return "worse", f"候选更差，应停止试验：{counts}"
