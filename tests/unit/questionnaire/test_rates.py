"""Options by counted machines."""

import pytest

from recommender.diagnosis import load_instrument
from recommender.questionnaire.rates import letter_of_share

INSTRUMENT = load_instrument()


@pytest.mark.parametrize(
    ("part", "letter"),
    [(0, "A"), (10, "A"), (11, "B"), (20, "B"), (40, "C"), (41, "D"), (61, "E"), (100, "E")],
)
def test_upper_end_belongs_to_the_range(part: int, letter: str) -> None:
    item = INSTRUMENT.item("equipment_digitalised")
    assert item is not None
    assert letter_of_share(item, part, 100) == letter


def test_no_share_without_machines_or_ranges() -> None:
    share, words = INSTRUMENT.item("equipment_connected"), INSTRUMENT.item("planning")
    assert share is not None
    assert words is not None
    assert letter_of_share(share, 0, 0) is None
    assert letter_of_share(words, 1, 2) is None
    with pytest.raises(ValueError, match="3 of 2"):
        letter_of_share(share, 3, 2)
