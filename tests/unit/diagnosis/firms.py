"""Plainly made-up firms, worked out by hand, and strategies for arbitrary ones."""

from hypothesis import strategies as st

from recommender.diagnosis import Instrument, Item, load_instrument

INSTRUMENT = load_instrument()
SCENARIOS = tuple(scenario.id for scenario in INSTRUMENT.scenarios)
REQUIRED = tuple(scenario.id for scenario in INSTRUMENT.scenarios if scenario.required)
GUIDING = tuple(scenario.id for scenario in INSTRUMENT.scenarios if not scenario.required)

Answers = dict[str, list[str]]
Grades = dict[str, int]


def complete(answers: Answers) -> Answers:
    """Every other item answered with A, which is worth nothing in each of them."""
    return {item.id: answers.get(item.id, ["A"]) for item in INSTRUMENT.items}


def every_letter_but_a(item_id: str, instrument: Instrument = INSTRUMENT) -> list[str]:
    item = instrument.item(item_id)
    assert item is not None
    return [option.letter for option in item.options if option.letter != "A"]


def grades(**given: int) -> Grades:
    return dict.fromkeys(SCENARIOS, 0) | given


def answer_to(item: Item) -> st.SearchStrategy[list[str]]:
    letters = [option.letter for option in item.options]
    if item.kind == "single":
        return st.sampled_from(letters).map(lambda letter: [letter])
    return st.just(["A"]) | st.lists(st.sampled_from(letters[1:]), min_size=1, unique=True)


#: Answers to any part of the questionnaire; about half of the draws answer all of it.
any_answers = st.fixed_dictionaries({item.id: answer_to(item) for item in INSTRUMENT.items}) | (
    st.fixed_dictionaries({}, optional={item.id: answer_to(item) for item in INSTRUMENT.items})
)
any_grades = st.fixed_dictionaries(dict.fromkeys(SCENARIOS, st.integers(0, 4))) | st.dictionaries(
    st.sampled_from(SCENARIOS), st.integers(0, 4)
)
