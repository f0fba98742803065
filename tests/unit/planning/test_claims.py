"""What vendors claim for items: its provenance, its proof by acceptances, and what is refused."""

from typing import Any

import pytest
from pydantic import ValidationError

from recommender.diagnosis import ExclusiveOption, UnknownLink, UnknownOption, check_claims
from recommender.domain.event import Event
from recommender.domain.solution import Provenance
from recommender.planning.chances import Observed
from recommender.planning.effect_rules import load_effect_rules
from recommender.planning.effects import Confirmed, EffectReader
from recommender.planning.outcomes import Outcomes, answers_found
from tests.synthetic_records import event_body, solution
from tests.unit.planning.instances import INSTRUMENT

RULES = load_effect_rules()
CLAIMING = solution(
    1,
    text="含异地备份。",
    scenarios=[{"scenario": "equipment", "level": 3}],
    collects=[{"scenario": "equipment"}, {"scenario": "energy", "provenance": "inferred", "confidence": 0.6}],
    systems=[{"scenario": "finance"}],
    item_options=[
        {"item": "data_security", "letter": "C", "evidence": "合成报告"},
        {"item": "talent", "letter": "D", "provenance": "confirmed"},
    ],
)


def test_a_claim_stands_instead_of_what_would_be_inferred() -> None:
    effects = EffectReader(INSTRUMENT, RULES).of(CLAIMING)
    earned = {(one.item_id, one.letter): one for one in effects.earns}
    told = {key: one.provenance for key, one in earned.items()}
    assert told == {
        ("data_collection", "I"): Provenance.DECLARED,
        ("data_collection", "K"): Provenance.INFERRED,
        ("data_security", "C"): Provenance.DECLARED,
        ("talent", "D"): Provenance.CONFIRMED,
        ("planning", "D"): Provenance.INFERRED,
    }
    assert earned["data_security", "C"].chance == RULES.chances.declared.value
    assert earned["data_security", "C"].evidence == "合成报告"
    assert earned["data_collection", "K"].chance == pytest.approx(0.6)
    assert earned["talent", "D"].chance == 1.0
    assert len(effects.earns) == len(earned)
    covers = {cover.scenario: cover.provenance for cover in effects.covers}
    assert covers == {"equipment": Provenance.INFERRED, "finance": Provenance.DECLARED}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"collects": [{"scenario": "collaboration"}]}, UnknownLink),
        ({"systems": [{"scenario": "decision_support"}]}, UnknownLink),
        ({"item_options": [{"item": "data_security", "letter": "F"}]}, UnknownOption),
        ({"item_options": [{"item": "data_security", "letter": "A"}]}, ExclusiveOption),
        ({"item_options": [{"item": "planning", "letter": "A"}]}, ExclusiveOption),
    ],
)
def test_what_the_instrument_does_not_know_is_refused(
    changes: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        check_claims(solution(1, **changes), INSTRUMENT)
    check_claims(CLAIMING, INSTRUMENT)


@pytest.mark.parametrize(
    "changes",
    [
        {"item_options": [{"item": "funding", "letter": "B"}]},
        {"item_options": [{"item": "talent", "letter": "B"}] * 2},
        {"collects": [{"scenario": "energy"}] * 2},
    ],
)
def test_nobody_claims_results_or_claims_twice(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        solution(1, **changes)


def test_acceptances_confirm_options_and_count_for_and_against_claims() -> None:
    outcomes = Outcomes()
    for number, letters in enumerate((["B", "C"], ["C"], ["C"], ["B"])):
        body = event_body(number, type="accepted", attributes={"answers": {"data_security": letters}})
        outcomes.add(answers_found(Event.model_validate(body)))
    assert outcomes.confirmed(RULES.confirmation) == {}
    outcomes.add(
        answers_found(Event.model_validate(body | {"attributes": {"answers": {"data_security": ["C"]}}}))
    )
    # Four of five have C, and two of five B.
    confirmed = outcomes.confirmed(RULES.confirmation)
    assert confirmed == {CLAIMING.id: Confirmed({}, frozenset({("data_security", "C")}))}
    seen = outcomes.observed({CLAIMING.id: CLAIMING}, INSTRUMENT, RULES)
    assert seen == {Provenance.DECLARED: Observed(5, 4, 1.0)}
    effects = EffectReader(INSTRUMENT, RULES, confirmed=confirmed).of(CLAIMING)
    (proven,) = [one for one in effects.earns if one.item_id == "data_security"]
    assert (proven.provenance, proven.chance) == (Provenance.CONFIRMED, 1.0)


@pytest.mark.parametrize("answers", [None, ["C"], {"data_security": "C"}, {"data_security": [1]}])
def test_answers_that_are_not_understood_tell_nothing(answers: object) -> None:
    assert (
        answers_found(Event.model_validate(event_body(1, type="accepted", attributes={"answers": answers})))
        == ()
    )
    view = event_body(1, type="view", attributes={"answers": {"data_security": ["C"]}})
    assert answers_found(Event.model_validate(view)) == ()
