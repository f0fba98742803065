"""Acceptances confirm effects and calibrate chances, through the log and into the next plan."""

from typing import Any

import pytest

from recommender.domain.event import Event
from recommender.domain.solution import Provenance
from recommender.planning.chances import Observed
from recommender.planning.effect_rules import load_effect_rules
from recommender.planning.effects import Confirmed, EffectReader
from recommender.planning.outcomes import Finding, Outcomes, findings_of
from recommender.store import Store
from tests.synthetic_records import event_body, solution
from tests.unit.planning.instances import INSTRUMENT

RULES = load_effect_rules()
RULE = RULES.confirmation


def accepted(number: int, grade: object = 2, **changes: Any) -> Event:
    attributes = {"scenarios": {"quality": grade}}
    return Event.model_validate(
        event_body(number, **{"type": "accepted", "attributes": attributes, **changes})
    )


def test_only_grades_that_were_found_are_taken() -> None:
    assert findings_of(accepted(1)) == (Finding("SYN-S00001", "quality", 2),)
    assert findings_of(accepted(1, type="view")) == ()
    for wrong in (5, "2", True, None, 1.5):
        assert findings_of(accepted(1, wrong)) == ()
    odd = {"attributes": {"scenarios": {"nothing": 2}}}
    assert findings_of(Event.model_validate(event_body(1, type="accepted", **odd))) == ()
    plain = Event.model_validate(event_body(1, type="accepted", attributes={"scenarios": ["quality"]}))
    assert findings_of(plain) == ()


def test_enough_findings_at_a_level_confirm_it_and_no_fewer() -> None:
    outcomes = Outcomes()
    for grade in (2, 2):
        outcomes.add([Finding("S", "quality", grade)])
    assert outcomes.confirmed(RULE) == {}
    outcomes.add([Finding("S", "quality", 3), Finding("T", "quality", 0)])
    assert outcomes.confirmed(RULE) == {"S": Confirmed({"quality": 2})}
    # One of four below the level is more than one in five.
    outcomes.add([Finding("S", "quality", 1)])
    assert outcomes.confirmed(RULE) == {"S": Confirmed({"quality": 1})}


def test_a_confirmed_level_makes_the_effect_certain_and_a_lower_one_does_not() -> None:
    record = solution(1, scenarios=[{"scenario": "quality", "level": 2}])
    for level, provenance in ((2, Provenance.CONFIRMED), (3, Provenance.CONFIRMED), (1, Provenance.DECLARED)):
        reader = EffectReader(INSTRUMENT, RULES, confirmed={record.id: Confirmed({"quality": level})})
        (raised,) = reader.of(record).raises
        assert raised.provenance is provenance
        assert raised.level == max(level, 2)
        assert (raised.chance == 1.0) == (provenance is Provenance.CONFIRMED)


def test_the_log_is_followed_from_where_it_was_left(store: Store) -> None:
    outcomes = Outcomes()
    assert not outcomes.follow(store)
    with store.begin() as work:
        work.events.append([accepted(number, grade) for number, grade in enumerate((2, 2, 1), start=1)])
    assert outcomes.follow(store)
    assert outcomes.count == 3
    assert not outcomes.follow(store)
    assert outcomes.count == 3
    record = solution(1, scenarios=[{"scenario": "quality", "level": 2}])
    assert outcomes.observed({record.id: record}, INSTRUMENT, RULES) == {
        Provenance.DECLARED: Observed(3, 2, pytest.approx(1.0))
    }
    assert outcomes.observed({}, INSTRUMENT, RULES) == {}
