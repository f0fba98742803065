"""The sentence of a passage that best answers a need, to show beside a reason."""

from collections import Counter

from recommender.text.tokens import normalise, sentences

_LONGEST = 160


def _bigrams(text: str) -> Counter[str]:
    folded = normalise(text).replace(" ", "")
    return Counter(folded[i : i + 2] for i in range(len(folded) - 1))


def best_sentence(passage: str, need: str) -> str:
    """Return the sentence that shares most character pairs with the need, for its length.

    Overlap is divided by the square root of the sentence's own number of pairs, so that neither a heading of
    two words nor the longest sentence always wins. Cut at 160 characters.
    """
    wanted = _bigrams(need)

    def overlap(sentence: str) -> float:
        own = _bigrams(sentence)
        shared = sum(min(count, wanted[pair]) for pair, count in own.items())
        return float(shared / max(8.0, sum(own.values())) ** 0.5)

    best = max(sentences(passage) or [passage], key=overlap)
    return best if len(best) <= _LONGEST else best[: _LONGEST - 1] + "…"
