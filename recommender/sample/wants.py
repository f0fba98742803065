"""What a generated firm says it needs: pains of its weak scenarios, told in different ways."""

from collections import Counter
from statistics import median

from recommender.diagnosis import DiagnosisResult
from recommender.domain.taxonomy import Scenario
from recommender.sample.draw import Draw
from recommender.sample.firms import Firm, people_phrase
from recommender.sample.phrases import Phrases

_TRIES = 50


def weak_scenarios(result: DiagnosisResult) -> dict[Scenario, int]:
    """Return the scenarios that a firm would complain about, with how far each is below the target.

    A scenario is weak when it was graded, lies below the next level (at least 2) and not above the firm's
    median grade.
    """
    target = max(2, min(4, result.level + 1))
    graded = [grade for grade in result.scenarios if grade.graded]
    middle = median(grade.grade for grade in graded)
    return {
        Scenario(grade.id): target - grade.grade
        for grade in graded
        if grade.grade < target and grade.grade <= middle
    }


class WantsWriter:
    """Writes the needs of one firm after another; no need is written twice while words last.

    Pains used before are drawn less often, so that all of the hand-written material is heard.
    """

    def __init__(self, phrases: Phrases, draw: Draw) -> None:
        self._phrases = phrases
        self._draw = draw
        self._uses: Counter[str] = Counter()
        self._written: set[str] = set()

    def write(self, firm: Firm, result: DiagnosisResult) -> tuple[str, ...]:
        """Return one to four needs, none where nothing is weak.

        They differ from all needs written before unless the phrases are used up.
        """
        short = weak_scenarios(result)
        if not short:
            return ()
        for _ in range(_TRIES):
            pains = self._draw_pains(firm, result, short)
            needs = self._tell(firm, result.level, [self._fill(firm, pain) for pain in pains])
            if self._written.isdisjoint(needs):
                break
        self._written.update(needs)
        self._uses.update(pains)
        return tuple(needs)

    def _draw_pains(self, firm: Firm, result: DiagnosisResult, short: dict[Scenario, int]) -> list[str]:
        required = {grade.id: grade.required for grade in result.scenarios}
        weights = [steps**1.5 * (1.3 if required[code] else 1.0) for code, steps in short.items()]
        count = self._draw.pick((1, 2, 3, 4), (0.28, 0.36, 0.23, 0.13))
        grades = {grade.id: grade.grade for grade in result.scenarios}
        chosen = self._draw.some(list(short), count, weights)
        return [self._draw_pain(firm, code, grades[code]) for code in chosen]

    def _draw_pain(self, firm: Firm, scenario: Scenario, grade: int) -> str:
        pains = self._phrases.pains[scenario]
        own = pains.by_sub_industry.get(firm.sub_industry, ()) if firm.sub_industry and grade <= 2 else ()
        unsaid = (*firm.trade.avoid, *(self._phrases.large_only if firm.small else ()))
        weights = {
            # Pains of the trade are those of little software; a firm at grade 2 seldom has them.
            pain: (0.3 if pain in own and grade == 2 else 1.0) / (1 + self._uses[pain]) ** 2
            for pain in (*(pains.plain if grade <= 1 else pains.advanced), *own)
            if not any(word in pain for word in unsaid)
        }
        return self._draw.pick(list(weights), list(weights.values()))

    def _fill(self, firm: Firm, sentence: str) -> str:
        return sentence.replace("{goods}", self._draw.pick(firm.goods)).replace(
            "{people}", people_phrase(firm.employees)
        )

    def _tell(self, firm: Firm, level: int, pains: list[str]) -> list[str]:
        """Tell the pains as a list, a story, or a numbered sentence."""
        way = self._draw.pick(("list", "story", "numbered", "mixed"), (0.45, 0.27, 0.14, 0.14))
        if way == "numbered" and len(pains) > 1:
            return [self._numbered(firm, level, pains)]
        if way == "story":
            return [self._story(firm, level, pains)]
        if way == "mixed" and len(pains) > 1:
            return [self._story(firm, level, pains[:-1]), pains[-1]]
        bare = self._draw.chance(0.4)
        return [pain.rstrip("。") if bare else pain for pain in pains]

    def _numbered(self, firm: Firm, level: int, pains: list[str]) -> str:
        parts = [pain.rstrip("。") for pain in pains]
        if any("；" in part or "？" in part for part in parts) or self._draw.chance(0.4):
            told = "".join(f"{number}）{part}。" for number, part in enumerate(parts, start=1))
        else:
            told = "；".join(f"{'一二三四'[at]}是{part}" for at, part in enumerate(parts)) + "。"
        lead = self._opener(firm) if self._draw.chance(0.45) else ""
        return lead + told + (self._closer(level) if self._draw.chance(0.4) else "")

    def _story(self, firm: Firm, level: int, pains: list[str]) -> str:
        links = self._draw.some(self._phrases.connectors, len(pains) - 1)
        told = pains[0] + "".join(
            # 再就是是…… is nobody's Chinese.
            ("" if pain.startswith("是") else link) + pain
            for link, pain in zip(links, pains[1:], strict=True)
        )
        plant = firm.trade.small_shop_floor if firm.small else firm.trade.shop_floor
        floor = self._draw.pick(plant) if self._draw.chance(0.5) else ""
        lead = self._opener(firm) if self._draw.chance(0.6) or not floor else ""
        return lead + floor + told + (self._closer(level) if self._draw.chance(0.55) else "")

    def _opener(self, firm: Firm) -> str:
        spoken = self._draw.chance(0.6)
        return self._fill(
            firm,
            self._draw.pick(self._phrases.openers if spoken else self._phrases.openers_without_people),
        )

    def _closer(self, level: int) -> str:
        closers = self._phrases.closers
        return self._draw.pick(closers.plain if level <= 1 else closers.advanced)
