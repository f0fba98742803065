"""Which passage of which product answers which pain."""

from collections.abc import Mapping, Sequence

from recommender.diagnosis.value import Value
from recommender.domain import Solution
from recommender.domain.taxonomy import load_taxonomy
from recommender.planning.plan import NeedAnswered
from recommender.ranking.solution_reasons import price_text
from recommender.text.evidence import best_sentence
from recommender.text.profiles import solution_page
from recommender.text.scenarios import scenarios_of_need
from recommender.text.stated_pains import pains_of

_ASK = "请向服务商核实"


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


def pain_answers(needs: Sequence[NeedAnswered], solutions: Mapping[str, Solution]) -> tuple[PainAnswer, ...]:
    """Return for each pain the product of the plan that answers it best, else the best one outside it.

    Parameters
    ----------
    needs : sequence of NeedAnswered
        As the plan answers them.
    solutions : mapping of str to Solution
        By id; one that is gone meanwhile is passed over.
    """
    return tuple(_answer(need, solutions) for need in needs)


def _answer(need: NeedAnswered, solutions: Mapping[str, Solution]) -> PainAnswer:
    wanted = pains_of([need.text])[0].wanted
    spoken_of = frozenset(scenarios_of_need(wanted))
    names = "、".join(entry.name for entry in load_taxonomy().scenarios if entry.code in spoken_of)
    product = next((solutions[key] for key in need.solution_ids if key in solutions), None)
    if product is not None:
        passage = best_sentence(solution_page(product), wanted)
        ground = f"同属{names}" if names else "按文字相近判断"
        if passage is None:
            ground += "，产品介绍里没有直接对应的原话"
        sure = ground if passage and names else f"{ground}，{_ASK}"
        return _of(need.text, product, passage, sure, in_plan=True)
    missing = f"这个问题属于{names}，本方案的产品没有涉及" if names else "本方案的产品没有涉及"
    outside = next((solutions[key] for key in need.others if key in solutions), None)
    if outside is None:
        return PainAnswer(need=need.text, text=f"{missing}，目录里也没有对得上的产品")
    price = price_text(outside)
    cost = f"，{price}" if price else ""
    passage = best_sentence(solution_page(outside), wanted)
    return _of(need.text, outside, passage, f"{missing}；可以另买这个产品{cost}", in_plan=False)


def _of(need: str, solution: Solution, passage: str | None, text: str, *, in_plan: bool) -> PainAnswer:
    return PainAnswer(
        need=need,
        solution_id=solution.id,
        product=solution.name,
        in_plan=in_plan,
        passage=passage,
        text=text,
    )
