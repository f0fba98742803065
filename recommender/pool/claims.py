"""Claims that nothing supports: declared effects, results promised in the text, scenarios only mentioned."""

import re
from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict

from recommender.domain import Solution
from recommender.domain.solution import Provenance
from recommender.domain.taxonomy import Scenario, load_taxonomy
from recommender.text.scenarios import load_terms, scenario_scores, term_counts
from recommender.text.tokens import normalise, sentences

_MOST_SENTENCE = 200
_LEAST_TERMS_SCORE = 1.0
_CHINESE_NUMBER = "一二三四五六七八九十两半百几"
#: 效率提升30%, 库存降了三成, 减少一半, 缩短2倍: a change, and how large, in one clause.
_RESULT = re.compile(
    "(?:提升|提高|增加|增长|上升|翻|降低|下降|降|减少|减|缩短|节省|节约|省)[^。；;！!？?\\n]{0,20}?"
    f"(\\d+(?:\\.\\d+)?\\s*(?:%|个百分点|倍|成)|百分之[{_CHINESE_NUMBER}]+|[{_CHINESE_NUMBER}]+(?:成|倍)|一半|过半)"
)


class UnsupportedClaim(BaseModel):
    """A claim for which the submission brings no evidence.

    Attributes
    ----------
    code : str
        ``effect_unsupported``, ``option_unsupported``, ``result_unsupported``, ``keyword_stuffing``.
    field : str
        Path within the product.
    text : str
        Chinese.
    passage : str, optional
        The sentence that makes the claim.
    """

    model_config = ConfigDict(frozen=True)

    code: str
    field: str
    text: str
    passage: str | None = None


def claims_without_evidence(solution: Solution, stuffed_scenarios: int) -> tuple[UnsupportedClaim, ...]:
    """Return every claim that nothing supports.

    An effect is supported by its own ``evidence`` or by an entry of the product's evidence that speaks of its
    scenario; a result by an entry that names the same figure. These are hints for a reviewer, who decides.

    Parameters
    ----------
    stuffed_scenarios : int
        From how many undeclared scenarios on the page counts as stuffed with keywords.
    """
    return (
        *effects_without_evidence(solution),
        *_options(solution),
        *_results(solution),
        *_stuffing(solution, stuffed_scenarios),
    )


def effects_without_evidence(solution: Solution) -> Iterator[UnsupportedClaim]:
    """Yield the declared scenario effects that neither name evidence nor find any."""
    supporting = "\n".join(entry.text for entry in solution.evidence)
    for number, effect in enumerate(solution.scenarios):
        if effect.provenance is not Provenance.DECLARED or effect.evidence:
            continue
        if not _speaks_of(supporting, effect.scenario):
            name = load_taxonomy().scenario_name(effect.scenario)
            yield UnsupportedClaim(
                code="effect_unsupported",
                field=f"scenarios[{number}]",
                text=f"声明把“{name}”提升到 {effect.level} 级，但佐证材料没有提到这个场景",
            )


def _options(solution: Solution) -> Iterator[UnsupportedClaim]:
    for name in ("collects", "systems"):
        for number, link in enumerate(getattr(solution, name)):
            if link.provenance is Provenance.DECLARED and not link.evidence:
                title = load_taxonomy().scenario_name(link.scenario)
                what = "自动采集数据" if name == "collects" else "作为信息系统"
                text = f"声明在“{title}”{what}，但没有写明依据"
                yield UnsupportedClaim(code="option_unsupported", field=f"{name}[{number}]", text=text)
    for number, option in enumerate(solution.item_options):
        if option.provenance is Provenance.DECLARED and not option.evidence:
            text = f"声明带来评测项 {option.item.value} 的选项 {option.letter}，但没有写明依据"
            yield UnsupportedClaim(code="option_unsupported", field=f"item_options[{number}]", text=text)


def _results(solution: Solution) -> Iterator[UnsupportedClaim]:
    evidence = normalise("\n".join(entry.text for entry in solution.evidence)).replace(" ", "")
    for field, page in (("summary", solution.summary or ""), ("text", solution.text)):
        for sentence in sentences(page):
            figures = [_plain(found) for found in _RESULT.findall(normalise(sentence))]
            bare = [figure for figure in figures if figure not in evidence]
            if bare:
                yield UnsupportedClaim(
                    code="result_unsupported",
                    field=field,
                    text=f"效果数字“{'、'.join(bare)}”在佐证材料中找不到",
                    passage=sentence[:_MOST_SENTENCE],
                )


def _stuffing(solution: Solution, least: int) -> Iterator[UnsupportedClaim]:
    declared = {effect.scenario for effect in solution.scenarios}
    scores = scenario_scores(solution.name, f"{solution.summary or ''}\n{solution.text}")
    listed = [
        scenario
        for scenario, score in scores.items()
        if scenario not in declared and score >= _LEAST_TERMS_SCORE
    ]
    if len(listed) >= least:
        names = "、".join(load_taxonomy().scenario_name(scenario) for scenario in listed)
        text = f"介绍里提到 {len(listed)} 个没有声明的场景（{names}），可能是堆砌关键词"
        yield UnsupportedClaim(code="keyword_stuffing", field="text", text=text)


def _speaks_of(text: str, scenario: Scenario) -> bool:
    terms = load_terms()
    return bool(term_counts(text, (*terms.scenarios[scenario], *terms.needs[scenario])))


def _plain(figure: str) -> str:
    return figure.replace(" ", "")
