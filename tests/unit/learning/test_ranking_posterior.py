"""Known answers, recovery of hidden weights, honest intervals, and nothing learned from nothing."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from pydantic import ValidationError
from scipy.special import expit
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from recommender.learning.ladder_lines import UnusableLines, ladder_lines
from recommender.learning.ladder_posterior import LadderPosterior, layout_of
from recommender.learning.posterior_scales import PosteriorScales, load_posterior_scales
from recommender.learning.posterior_summary import known_chances, learned_odds
from recommender.learning.ranking_posterior import RankingPosterior
from recommender.ranking.learned_score import LearnedScorer, Line
from recommender.ranking.learned_weights import LearnedTarget
from recommender.ranking.priors import FeaturePrior
from tests.unit.learning.outcome_frames import STEPS, SUBS, expert, learned_share, simulated_frames

EXPERT = expert([0.34, 0.14, 0.24, 0.12, 0.07])
TRUTH = [0.10, 0.14, 0.50, 0.12, 0.20]


def _scales(**changed: Any) -> PosteriorScales:
    told = load_posterior_scales().model_dump()
    return PosteriorScales.model_validate({**told, **changed})


ALONE = _scales(
    effects={"solution": {}, "lead_unit": {}, "prospect": {}},
    intercepts={
        step: {"mean": mean, "doubt": 1e-3} for step, mean in zip(STEPS, (-3.5, -4.5, -5.0), strict=True)
    },
)


def _fit(frames: Mapping[str, pd.DataFrame], **parameters: Any) -> LearnedTarget:
    return RankingPosterior("solution", EXPERT, **parameters).fit(frames).learned_


def _without_place(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return {step: frame.assign(sub_industry=None, provider=None) for step, frame in frames.items()}


def test_slope_and_information_are_those_of_the_likelihood() -> None:
    frames = simulated_frames(EXPERT, TRUTH, firms=12, seed=1, length=4, items=5, providers=2, undecided=0.4)
    frames = {step: frame.assign(chance_trusted=0.1) for step, frame in frames.items()}
    for frame in frames.values():
        frame.loc[frame.index[:5], ["sub_industry", "provider"]] = None
    lines = ladder_lines(frames, EXPERT, STEPS)
    layout = layout_of(lines, items=True, providers=True)
    weights = np.asarray([0.35, 0.35, 0.3])
    posterior = LadderPosterior(lines, layout, 4.0, weights)
    point = np.random.default_rng(2).uniform(0.1, 0.5, layout.size)
    point[layout.intercepts] -= 3.0

    def chances(parameters: NDArray[np.float64]) -> NDArray[np.float64]:
        odds = np.empty((len(lines), 3))
        for row in range(len(lines)):
            own = 4.0 * lines.shares[row] @ parameters[layout.weights(int(lines.sub_industry[row]))]
            own += parameters[layout.item_effects][lines.item[row]]
            own += (
                parameters[layout.provider_effects][lines.provider[row]] if lines.provider[row] >= 0 else 0.0
            )
            odds[row] = own + parameters[layout.intercepts]
        trusted = np.asarray([0.1, 0.0, 0.0])
        return np.asarray(lines.chance * (trusted + (1 - trusted) * expit(odds)))

    step = 1e-6
    moves = step * np.eye(layout.size)
    rises = np.stack(
        [(chances(point + move) - chances(point - move)) / (2 * step) for move in moves], axis=-1
    )
    own = chances(point)
    spread = own * (1 - own)
    curve = posterior.curve(point)
    expected = -(weights * np.where(lines.reached, np.log(own), np.log1p(-own))).sum()
    assert curve.value == pytest.approx(expected, rel=1e-12)
    assert posterior.loss(point) == pytest.approx(expected, rel=1e-12)
    slope = np.einsum("nk,nkp->p", weights * (own - lines.reached) / spread, rises)
    np.testing.assert_allclose(curve.slope, slope, atol=1e-6)
    information = np.einsum("nk,nkp,nkq->pq", weights / spread, rises, rises)
    np.testing.assert_allclose(curve.curvature, information, atol=1e-6)


def test_one_weight_is_that_of_numerical_integration() -> None:
    """One feature, one step, known intercept: mean and deviation against a fine grid over the weight."""
    priors = {"f0": FeaturePrior(weight=0.5, unknown=0.3)}
    scales = _scales(
        ladder=("contact",),
        intercepts={"contact": {"mean": -2.0, "doubt": 1e-4}},
        effects=ALONE.effects.model_dump(),
    )
    frames = simulated_frames(priors, [0.8], firms=60, seed=4, length=5, intercepts=(-2.0, -3.0, -4.0))
    frames = {"contact": _without_place(frames)["contact"]}
    fitted = RankingPosterior("solution", priors, scales, estimate_scales=False).fit(frames)
    grid = np.linspace(0.0, 3.0, 6001)
    values = frames["contact"]["item:f0"].to_numpy() / 0.5
    reached = frames["contact"]["reached"].to_numpy()
    odds = -2.0 + 4.0 * grid[:, None] * values
    log = -np.logaddexp(0.0, np.where(reached, -odds, odds)).sum(axis=1)
    variance = (0.5 * scales.weights) ** 2 + (0.5 * scales.slope.doubt) ** 2
    log -= (grid - 0.5) ** 2 / (2 * variance)
    share = np.exp(log - log.max())
    share /= share.sum()
    mean = share @ grid
    deviation = np.sqrt(share @ (grid - mean) ** 2)
    assert fitted.parameters_[1] == pytest.approx(grid[log.argmax()], abs=6e-4)
    assert fitted.parameters_[1] == pytest.approx(mean, abs=0.1 * deviation)
    assert np.sqrt(fitted.covariance_[1, 1]) == pytest.approx(deviation, rel=0.05)


def test_nothing_is_learned_from_nothing() -> None:
    learned = _fit(simulated_frames(EXPERT, TRUTH, firms=0, seed=1))
    assert learned.pooled.weights == tuple(prior.weight for prior in EXPERT.values())
    assert (learned.lines, learned.items, learned.by_sub_industry) == (0, {}, {})
    assert learned.data_share == pytest.approx(0.0, abs=1e-12)


def test_hidden_weights_are_found_the_better_the_more_is_known() -> None:
    apart = [
        np.abs(
            learned_share(_fit(simulated_frames(EXPERT, TRUTH, firms=firms, seed=3)).pooled.weights)
            - learned_share(TRUTH)
        ).max()
        for firms in (30, 300, 3000)
    ]
    assert apart[0] > apart[1] > apart[2]
    assert apart[2] < 0.04


def test_outcomes_of_another_world_leave_no_weight_below_zero() -> None:
    learned = _fit(simulated_frames(EXPERT, [-0.8, 0.1, 0.9, -0.2, 0.1], firms=1500, seed=5))
    for block in (learned.pooled, *learned.by_sub_industry.values()):
        assert min(block.weights) >= 0
    assert [block.weights[0] for block in learned.by_sub_industry.values()] == [0, 0, 0]
    assert learned.pooled.weights[0] < 0.02


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """Truths drawn from the prior, few data: 95 % of the scores lie within their intervals."""
    draw = np.random.default_rng(11)
    names = list(EXPERT)
    weights = np.asarray([prior.weight for prior in EXPERT.values()])
    held = []
    for run in range(300):
        own = weights * (1 + ALONE.slope.doubt * draw.normal()) + draw.normal(
            0, ALONE.weights * weights.mean(), len(weights)
        )
        truth = np.maximum(own, 0.0)
        frames = _without_place(simulated_frames(EXPERT, truth, firms=25, seed=run, length=6))
        learned = _fit(frames, scales=ALONE, estimate_scales=False)
        # No sub-industry is known here, so that nothing is to be added for unknown ones.
        block = learned.pooled.model_copy(
            update={
                "covariance": tuple(
                    tuple(
                        value - (ALONE.sub_industries * weights.mean()) ** 2 * (row == column)
                        for column, value in enumerate(values)
                    )
                    for row, values in enumerate(learned.pooled.covariance)
                )
            }
        )
        scorer = LearnedScorer("solution", EXPERT, learned.model_copy(update={"pooled": block}))
        for _ in range(3):
            values = draw.uniform(size=len(names))
            line = Line(dict(zip(names, values.tolist(), strict=True)), frozenset(names))
            score, deviation = scorer.score(line).score, scorer.deviation(line)
            if truth.sum() > 0:
                held.append(abs(truth @ values / truth.sum() - score) <= 1.96 * deviation)
    assert 0.92 <= np.mean(held) <= 0.99


def _shown(outcomes: Mapping[str, tuple[int, int]]) -> dict[str, pd.DataFrame]:
    """One line a firm for each product, of equal features; so many of so many got all the way."""
    count = sum(of for _, of in outcomes.values())
    frames = simulated_frames(EXPERT, TRUTH, firms=count, seed=1, length=1)
    item = np.repeat(list(outcomes), [of for _, of in outcomes.values()])
    reached = np.concatenate([np.arange(of) < reached for reached, of in outcomes.values()])
    columns = {"item_id": item, "provider": item, "reached": reached, "decided": True}
    flat = {f"item:{name}": 0.5 for name in EXPERT}
    return {step: frame.assign(**columns, **flat, sub_industry=None) for step, frame in frames.items()}


def test_one_of_one_is_no_record_and_ninety_of_a_hundred_is() -> None:
    scales = _scales(effects={"solution": {"items": 0.5}, "lead_unit": {}, "prospect": {}})
    learned = _fit(_shown({"one": (1, 1), "many": (90, 100), "none": (5, 100)}), scales=scales)
    one, many, none = (learned.items[name] for name in ("one", "many", "none"))
    assert 0 < one.mean < 0.4 * many.mean
    assert none.mean < 0
    assert many.variance < 0.7 * one.variance
    assert many.record is not None
    assert (many.record.step, many.record.enterprises, many.record.reached) == ("accepted", 100, 90)
    assert 30 < many.record.expected < 60


def test_the_order_of_rows_says_nothing() -> None:
    frames = simulated_frames(EXPERT, TRUTH, firms=40, seed=1, effect=0.3)
    shuffled = {
        step: frame.sample(frac=1.0, random_state=number)
        for number, (step, frame) in enumerate(frames.items())
    }
    assert _fit(shuffled) == _fit(frames)


def test_a_sub_industry_learns_its_own_weights_and_borrows_where_it_has_little() -> None:
    truths = {SUBS[0]: TRUTH, SUBS[1]: [0.34, 0.14, 0.24, 0.12, 0.07], SUBS[2]: TRUTH}
    frames = simulated_frames(EXPERT, truths, firms=4500, seed=2)
    kept = {
        step: frame[(frame["sub_industry"] != SUBS[2]) | (frame["enterprise"] < "E000030")].reset_index(
            drop=True
        )
        for step, frame in frames.items()
    }
    learned = _fit(kept)
    pooled, own = (
        np.asarray(learned.pooled.weights),
        {sub: np.asarray(block.weights) for sub, block in learned.by_sub_industry.items()},
    )
    assert own[SUBS[0]][2] > own[SUBS[1]][2] + 0.05
    assert np.abs(own[SUBS[2]] - pooled).max() < 0.02
    none = {
        step: frame[frame["sub_industry"] != SUBS[2]].reset_index(drop=True) for step, frame in kept.items()
    }
    scorer = LearnedScorer("solution", EXPERT, _fit(none))
    features = dict.fromkeys(EXPERT, 0.5) | {"f2": 1.0}
    unseen, unknown = (scorer.score(Line(features, frozenset(EXPERT), sub)) for sub in (SUBS[2], None))
    assert unseen == unknown


def test_what_may_still_come_and_what_nobody_saw_is_no_refusal() -> None:
    frames = simulated_frames(EXPERT, TRUTH, firms=1500, seed=6, undecided=0.7, unseen=True)
    naive = {step: frame.assign(chance_told=1.0, chance_seen=1.0) for step, frame in frames.items()}
    honest, taken_for_no = _fit(frames), _fit(naive)
    assert honest.intercepts["contact"] == pytest.approx(-3.5, abs=0.25)
    assert taken_for_no.intercepts["contact"] < -3.8


def test_what_does_not_apply_teaches_nothing() -> None:
    frames = simulated_frames(EXPERT, TRUTH, firms=200, seed=7)
    told = {step: frame.assign(**{"applies:f2": False}) for step, frame in frames.items()}
    other = {step: frame.assign(**{"item:f2": 1.0}) for step, frame in told.items()}
    assert _fit(told).pooled.weights == _fit(other).pooled.weights


def test_unseen_lines_teach_nothing() -> None:
    frames = simulated_frames(EXPERT, TRUTH, firms=50, seed=8)
    none = {step: frame.assign(seen=0.0, reached=False) for step, frame in frames.items()}
    learned = _fit(none)
    assert learned.pooled.weights == pytest.approx([prior.weight for prior in EXPERT.values()])
    assert (learned.lines, learned.data_share) == (0, pytest.approx(0.0, abs=1e-9))


def test_the_same_outcomes_over_again_are_not_so_many_more() -> None:
    frames = simulated_frames(EXPERT, TRUTH, firms=150, seed=9)
    again = {
        step: pd.concat(
            [frame.assign(list_id=frame["list_id"] + f"-{n}") for n in range(5)], ignore_index=True
        )
        for step, frame in frames.items()
    }
    once, often = (RankingPosterior("solution", EXPERT).fit(own) for own in (frames, again))
    assert often.spread_.dispersion > 3 * once.spread_.dispersion
    # Five times the lines, taken at their word, would more than halve the variance.
    ratio = np.diag(often.covariance_)[3:8] / np.diag(once.covariance_)[3:8]
    assert ratio.min() > 0.6


def test_log_odds_are_those_that_the_score_is_made_of() -> None:
    """Within a list the order by score is the order by log-odds, effects included."""
    frames = simulated_frames(EXPERT, TRUTH, firms=200, seed=10, effect=0.5)
    fitted = RankingPosterior("solution", EXPERT).fit(frames)
    scorer = LearnedScorer("solution", EXPERT, fitted.learned_)
    lines, frame = fitted.lines_, frames["contact"]
    odds = learned_odds(fitted.learned_, lines)
    for row in range(16):
        told = frame.iloc[row]
        line = Line(
            {name: told[f"item:{name}"] for name in EXPERT},
            frozenset(EXPERT),
            told["sub_industry"],
            told["item_id"],
            told["provider"],
        )
        weights = fitted.learned_.by_sub_industry[told["sub_industry"]].weights
        slope = 4.0 * sum(weights) / sum(prior.weight for prior in EXPERT.values())
        assert scorer.score(line).score * slope == pytest.approx(odds[row], abs=1e-9)
    assert known_chances(fitted.learned_, lines).mean() == pytest.approx(lines.reached.mean(), abs=0.02)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda frames: frames.pop("accepted"), "accepted"),
        (lambda frames: frames.update(contact=frames["contact"].drop(columns="item:f3")), "item:f3"),
        (lambda frames: frames.update(contact=frames["contact"].drop(columns="chance_told")), "chance_told"),
        (lambda frames: frames.update(contract=frames["contract"].drop(index=0)), "不是同一批"),
        (lambda frames: frames["contract"].__setitem__("item_id", "S9"), "不是同一批"),
        (lambda frames: frames["contact"].__setitem__("chance_seen", np.nan), "chance_seen"),
        (lambda frames: frames["contact"].__setitem__("item:f1", 1.5), "item:f1"),
    ],
)
def test_lines_that_cannot_be_learned_from_are_refused(change: Any, named: str) -> None:
    frames = simulated_frames(EXPERT, TRUTH, firms=3, seed=1)
    change(frames)
    with pytest.raises(UnusableLines, match=named):
        _fit(frames)


def test_it_is_an_estimator() -> None:
    estimator = RankingPosterior("lead_unit", EXPERT, estimate_scales=False)
    assert clone(estimator).get_params()["estimate_scales"] is False
    with pytest.raises(NotFittedError):
        check_is_fitted(estimator)
    frames = simulated_frames(EXPERT, TRUTH, firms=5, seed=1)
    assert estimator.fit(frames) is estimator
    assert estimator.n_features_in_ == 5
    with pytest.raises(ValueError, match="other features"):
        RankingPosterior("solution").fit(estimator.lines_)


@pytest.mark.parametrize(
    "changed",
    [
        {"ladder": ("contract", "contact")},
        {"ladder": ("contact", "dismiss")},
        {"intercepts": {}},
        {"slope": {"mean": -1.0, "doubt": 1.0}},
        {"effects": {"solution": {}, "lead_unit": {}, "prospect": {"items": 0.3}}},
    ],
)
def test_a_prior_that_makes_no_sense_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        _scales(**changed)
