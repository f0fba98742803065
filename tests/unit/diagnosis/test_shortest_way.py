"""The shortest way closes the gap that it is for, with no step too many."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from recommender.diagnosis import gap_to, load_instrument, score
from recommender.diagnosis.shortest_way import shortest_way

INSTRUMENT = load_instrument()
ITEMS = st.fixed_dictionaries(
    {
        item.id: st.sampled_from([option.letter for option in item.options]).map(lambda one: [one])
        for item in INSTRUMENT.items
    }
)
GRADES = st.fixed_dictionaries({scenario.id: st.integers(0, 4) for scenario in INSTRUMENT.scenarios})


@given(ITEMS, GRADES, st.integers(1, 4))
def test_steps_lead_to_the_level(answers: dict[str, list[str]], grades: dict[str, int], level: int) -> None:
    gap = gap_to(score(answers, grades, INSTRUMENT), level, INSTRUMENT)
    way = shortest_way(gap)
    assert len(way.scenarios) == gap.scenarios_to_raise
    after = {item: list(letters) for item, letters in answers.items()}
    for one in way.openings:
        item = INSTRUMENT.item(one.item_id)
        assert item is not None
        held = [] if one.one_of else [letter for letter in after[one.item_id] if letter != item.exclusive]
        after[one.item_id] = [*held, one.letter]
    raised = grades | {one.id: level for one in way.scenarios}
    result = score(after, raised, INSTRUMENT)
    assert gap_to(result, level, INSTRUMENT).closed
    if way.openings:
        assert sum((one.adds for one in way.openings[:-1]), Decimal(0)) < gap.points_short


def test_last_step_is_no_larger_than_needed() -> None:
    answers = {item.id: [item.options[1].letter] for item in INSTRUMENT.items}
    result = score(answers, {scenario.id: 2 for scenario in INSTRUMENT.scenarios}, INSTRUMENT)
    way = shortest_way(gap_to(result, 2, INSTRUMENT))
    assert (result.total, way.scenarios) == (Decimal("27.45"), ())
    assert [(one.item_id, one.adds) for one in way.openings] == [
        ("information_systems", Decimal("7.5")),
        ("funding", Decimal("5.625")),
    ]
