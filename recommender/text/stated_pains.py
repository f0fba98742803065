"""The pains of an enterprise, one by one, as it wrote them."""

from collections.abc import Sequence
from typing import NamedTuple

from recommender.text.scenarios import scenarios_of_need
from recommender.text.tokens import sentences


class Pain(NamedTuple):
    """A pain as it is shown, and the part of it that is looked for."""

    shown: str
    wanted: str


def pains_of(needs: Sequence[str]) -> list[Pain]:
    """Take needs apart that name scenarios in several sentences; in one, that sentence is looked for."""
    return [pain for need in needs for pain in _pains(need)]


def _pains(need: str) -> list[Pain]:
    named = [sentence for sentence in sentences(need) if scenarios_of_need(sentence)]
    if len(named) > 1:
        return [Pain(sentence, sentence) for sentence in named]
    return [Pain(need, named[0] if named else need)]
