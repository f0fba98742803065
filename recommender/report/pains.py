"""Which passage of which product answers which pain."""

from collections.abc import Sequence

from recommender.diagnosis.value import Value
from recommender.domain import Solution
from recommender.domain.taxonomy import Scenario, load_taxonomy
from recommender.ranking.solution_reasons import price_text
from recommender.text.evidence import best_sentence
from recommender.text.pains import Pain, pains_of
from recommender.text.profiles import solution_page
from recommender.text.scenarios import scenarios_of_need
from recommender.text.tokens import normalise

#: Different character pairs that a passage shares with a pain that names no scenario; fewer are chance.
_LEAST_PAIRS = 4


class PainAnswer(Value):
    """One pain of the enterprise and what there is for it.

    Attributes
    ----------
    solution_id, product : str, optional
        None when nothing answers the pain.
    in_plan : bool
        False for a product outside the plan, which would have to be bought besides.
    passage : str, optional
        The sentence of the product's page, as written.
    text : str
        How sure that is, in Chinese.
    """

    need: str
    solution_id: str | None = None
    product: str | None = None
    in_plan: bool = False
    passage: str | None = None
    text: str


def pain_answers(
    needs: Sequence[str], solutions: Sequence[Solution], beyond: Sequence[Solution] = ()
) -> tuple[PainAnswer, ...]:
    """Return for each pain the product of the plan that answers it best.

    A pain that names scenarios is answered only by a product for one of them: shared words alone would let
    any page answer any pain.

    Parameters
    ----------
    solutions : sequence of Solution
        The products of the plan.
    beyond : sequence of Solution
        Products outside the plan, best first; named where no product of the plan answers.
    """
    chosen = {solution.id for solution in solutions}
    others = [solution for solution in beyond if solution.id not in chosen]
    return tuple(_answer(pain, solutions, others) for pain in pains_of(needs))


def _answer(pain: Pain, solutions: Sequence[Solution], others: Sequence[Solution]) -> PainAnswer:
    need = pain.shown
    spoken_of = frozenset(scenarios_of_need(pain.wanted))
    names = "、".join(entry.name for entry in load_taxonomy().scenarios if entry.code in spoken_of)
    fitting = _fitting(solutions, spoken_of)
    if quoted := _best_quote(pain.wanted, fitting, strict=not spoken_of):
        text = f"同属{names}" if names else "按文字相近判断，请向服务商核实"
        return _of(need, *quoted, text, in_plan=True)
    if fitting and spoken_of:
        text = f"同属{names}，产品介绍里没有直接对应的原话，请向服务商核实"
        return _of(need, fitting[0], None, text, in_plan=True)
    missing = f"这个问题属于{names}，本方案的产品没有涉及" if names else "本方案的产品介绍没有提到"
    if outside := _first_quote(pain.wanted, _fitting(others, spoken_of)):
        price = price_text(outside[0])
        cost = f"，{price}" if price else ""
        return _of(need, *outside, f"{missing}；可以另买这个产品{cost}", in_plan=False)
    return PainAnswer(need=need, text=missing)


def _fitting(solutions: Sequence[Solution], spoken_of: frozenset[Scenario]) -> list[Solution]:
    return [
        solution
        for solution in solutions
        if not spoken_of or spoken_of & {effect.scenario for effect in solution.scenarios}
    ]


def _quote(need: str, solution: Solution, *, strict: bool) -> str | None:
    passage = best_sentence(solution_page(solution), need)
    enough = passage is not None and (not strict or _shared_pairs(passage, need) >= _LEAST_PAIRS)
    return passage if enough else None


def _best_quote(need: str, solutions: Sequence[Solution], *, strict: bool) -> tuple[Solution, str] | None:
    found = ((solution, _quote(need, solution, strict=strict)) for solution in solutions)
    quoted = [(solution, passage) for solution, passage in found if passage is not None]
    if not quoted:
        return None
    # The sentences compete with each other as the sentences of one page would.
    winner = best_sentence("\n".join(passage for _, passage in quoted), need) or quoted[0][1]
    return next((pair for pair in quoted if winner in pair[1]), quoted[0])


def _first_quote(need: str, solutions: Sequence[Solution]) -> tuple[Solution, str] | None:
    """Return the first product that speaks of the pain: the given order is better than any sentence's."""
    for solution in solutions:
        if (passage := _quote(need, solution, strict=True)) is not None:
            return solution, passage
    return None


def _pairs(text: str) -> set[str]:
    folded = normalise(text)
    return {pair for pair in (folded[i : i + 2] for i in range(len(folded) - 1)) if pair.isalnum()}


def _shared_pairs(one: str, other: str) -> int:
    return len(_pairs(one) & _pairs(other))


def _of(need: str, solution: Solution, passage: str | None, text: str, *, in_plan: bool) -> PainAnswer:
    return PainAnswer(
        need=need,
        solution_id=solution.id,
        product=solution.name,
        in_plan=in_plan,
        passage=passage,
        text=text,
    )
