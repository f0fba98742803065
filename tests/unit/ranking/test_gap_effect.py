"""The effect on the gap is the diagnosis module's own count, before and after."""

from hypothesis import given
from hypothesis import strategies as st

from recommender.diagnosis.gap import gap_to
from recommender.diagnosis.instrument import load_instrument
from recommender.diagnosis.scoring import score
from recommender.domain.solution import Provenance, ScenarioEffect
from recommender.domain.taxonomy import Scenario
from recommender.ranking.gap_effect import gap_effect, gap_value

INSTRUMENT = load_instrument()
GRADES = st.dictionaries(st.sampled_from(list(Scenario)), st.integers(0, 4))
EFFECTS = st.dictionaries(st.sampled_from(list(Scenario)), st.integers(1, 4), max_size=6).map(
    lambda levels: [ScenarioEffect(scenario=code, level=level) for code, level in levels.items()]
)


@given(grades=GRADES, effects=EFFECTS, target=st.integers(1, 4))
def test_after_equals_a_new_diagnosis(
    grades: dict[Scenario, int], effects: list[ScenarioEffect], target: int
) -> None:
    before = {code.value: grade for code, grade in grades.items()}
    after = before | {e.scenario.value: max(e.level, before.get(e.scenario.value, 0)) for e in effects}
    gap = gap_to(score({}, before, INSTRUMENT), target, INSTRUMENT)
    expected = gap_to(score({}, after, INSTRUMENT), target, INSTRUMENT)
    effect = gap_effect(effects, gap)
    assert effect.scenarios_short_after == expected.scenarios_short
    assert effect.required_short_after == expected.required_short
    assert 0 <= gap_value(effect, effects, gap) <= 1


def _effect(scenario: Scenario, level: int, **fields: object) -> ScenarioEffect:
    return ScenarioEffect.model_validate({"scenario": scenario, "level": level} | fields)


def test_closing_counts_more_than_moving_and_declared_more_than_inferred() -> None:
    gap = gap_to(score({}, {}, INSTRUMENT), 2, INSTRUMENT)

    def value(*effects: ScenarioEffect) -> float:
        return gap_value(gap_effect(effects, gap), effects, gap)

    closing = value(_effect(Scenario.QUALITY, 2))
    moving = value(_effect(Scenario.QUALITY, 1))
    guessed = value(_effect(Scenario.QUALITY, 2, provenance=Provenance.INFERRED, confidence=0.5))
    assert closing > guessed > moving > 0
    assert value(_effect(Scenario.QUALITY, 2), _effect(Scenario.FINANCE, 3)) > closing
