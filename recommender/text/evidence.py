"""The sentence of a passage that best answers a need, to show beside a reason."""

import re
from collections import Counter

from recommender.text.tokens import normalise, sentences

_LONGEST = 160
_LEAST_PAIRS = 2
#: What a page says it does not do speaks the words of the need, yet is no evidence for the product.
_DISCLAIMS = re.compile("请勿|不(?:做|含|包|支持|提供|追踪|采集|负责|涉及|能|会|适合|是)|没有|另购|另行")


def _bigrams(text: str) -> Counter[str]:
    folded = normalise(text).replace(" ", "")
    return Counter(folded[i : i + 2] for i in range(len(folded) - 1))


def best_sentence(passage: str, need: str) -> str | None:
    """Return the sentence that shares most character pairs with the need, for its length.

    Overlap is divided by the square root of the sentence's own number of pairs, so that neither a heading of
    two words nor the longest sentence always wins; a sentence that disclaims counts a third. Cut at 160
    characters; None when no sentence shares two different pairs: then nothing in the text is evidence.
    """
    wanted = _bigrams(need)

    def overlap(sentence: str) -> float:
        own = _bigrams(sentence)
        shared = {pair: min(count, wanted[pair]) for pair, count in own.items() if pair in wanted}
        if len(shared) < _LEAST_PAIRS:
            return 0.0
        worth = 1 / 3 if _DISCLAIMS.search(sentence) else 1.0
        return float(worth * sum(shared.values()) / max(8.0, sum(own.values())) ** 0.5)

    best = max(sentences(passage), key=overlap, default="")
    if not best or overlap(best) == 0.0:
        return None
    return best if len(best) <= _LONGEST else best[: _LONGEST - 1] + "…"
