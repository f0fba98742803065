"""Other weights on the product's own log, against what they would truly have earned."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recommender.off_policy import UnusableLog, evaluate_policy
from recommender.off_policy.reordering import reordered
from recommender.ranking.exploration import Exploration, explore
from recommender.ranking.priors import FeaturePrior, UnusableWeights, load_priors, read_weights
from recommender.settings import data_dir

LIMITS = Exploration(version="test", epsilon=0.05, floor=0.0, most=3)
#: Four near-equals of which at most three form a block, then one that is clearly worse.
ITEMS = {"a": (0.90, 0.1), "b": (0.89, 0.9), "c": (0.88, 0.5), "d": (0.87, 0.05), "e": (0.5, 1.0)}
TASTE = {"a": 0.05, "b": 0.5, "c": 0.2, "d": 0.1, "e": 0.3}
SEEN = (1.0, 0.6, 0.3, 0.2)
BY_PRICE = {"price": FeaturePrior(weight=1, unknown=0.5)}


def log(lists: int, *, limits: Exploration = LIMITS, offer: bool = True, items: int = 4) -> pd.DataFrame:
    """Lists of some of the items as exploration serves them; clicks by taste and place."""
    generator = np.random.default_rng(1)
    rows = []
    for number in range(lists):
        names = list(ITEMS)[: items + 1]
        drawn = explore(names, limits, f"n{number}", score=lambda one: ITEMS[one][0], identity=str)
        for place, (item, propensity) in enumerate(drawn[:items]):
            rows.append(
                {
                    "list_id": f"r{number:05d}",
                    "timestamp": number,
                    "policy_version": LIMITS.policy_version,
                    "judges_offer": offer,
                    "item_id": item,
                    "position": place + 1,
                    "click": int(generator.random() < TASTE[item] * SEEN[place]),
                    "propensity_score": propensity,
                    "item:price": ITEMS[item][1],
                }
            )
    return pd.DataFrame(rows)


def test_the_estimate_is_what_the_new_order_earns() -> None:
    # Price puts b before c before a; d stands alone behind them whatever it costs.
    truth = np.mean([TASTE[item] * seen for item, seen in zip("bcad", SEEN, strict=True)])
    rounds, target = reordered(log(3000), BY_PRICE)
    report = evaluate_policy(rounds, target)
    assert report.overlap.unlogged_share == 0
    assert not any(name.startswith("slate") for name in report.estimates)
    assert report.overlap.mean_weight.value == pytest.approx(1, abs=0.05)
    for name in ("ips", "snips", "dr"):
        low, high = report.estimates[name].ci95
        assert low is not None
        assert high is not None
        assert low <= truth <= high
    assert report.verdict_code == "supported"


def test_a_block_that_the_end_of_the_list_cuts_off() -> None:
    """Two of three near-equals are shown; given which, each of two orders is equally likely."""
    rounds, target = reordered(log(2000, items=2), BY_PRICE)
    assert set(rounds.propensity) == {0.5}
    report = evaluate_policy(rounds, target)
    assert report.overlap.mean_weight.value == pytest.approx(1, abs=0.05)


def test_what_chance_never_did_cannot_be_told() -> None:
    frame = log(50)
    frame.loc[frame["item_id"] == "d", "item:price"] = 2.0
    _, target = reordered(frame, BY_PRICE)
    # d would come first, where it never stood; so would each of the others move by one.
    assert target.elsewhere.mean() >= 0.5


def test_a_list_in_fixed_order_teaches_nothing_about_another() -> None:
    fixed = log(300, limits=LIMITS.model_copy(update={"most": 1}))
    rounds, target = reordered(fixed, BY_PRICE)
    report = evaluate_policy(rounds, target)
    assert report.verdict_code == "no_exploration"


def test_offer_features_count_only_for_who_told_a_firm_or_a_budget() -> None:
    both = {**BY_PRICE, "text_match": FeaturePrior(weight=0.1, unknown=0.5)}
    frame = log(20, offer=False)
    frame["item:text_match"] = -frame["position"] / 10
    rounds, target = reordered(frame, both)
    # Without price the text decides, and the text agrees with what was shown.
    assert (target.probability[np.arange(len(rounds)), rounds.item] == 1).all()


def test_interleaved_lists_are_left_out() -> None:
    frame = log(4)
    frame.loc[frame["list_id"] == "r00001", "policy_version"] = "team-draft-1;experiment=x;b=y;teams=ABAB"
    assert len(reordered(frame, BY_PRICE)[0]) == 12


def test_weight_files(tmp_path: Path) -> None:
    assert read_weights(data_dir() / "ranking" / "priors.json") == load_priors()
    for name, text in (("broken.json", "{"), ("other.json", '{"version": "x"}')):
        (tmp_path / name).write_text(text, encoding="utf-8")
        with pytest.raises(UnusableWeights, match=name):
            read_weights(tmp_path / name)
    with pytest.raises(UnusableWeights, match="无法读取"):
        read_weights(tmp_path / "none.json")
    with pytest.raises(UnusableLog, match="还没有"):
        reordered(pd.DataFrame(columns=["policy_version"]), BY_PRICE)
