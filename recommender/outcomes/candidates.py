"""Candidates with their evidence sheet, best first; what is proposed keeps to the limits, people decide."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from recommender.course.project import Project
from recommender.diagnosis.value import Value
from recommender.domain.taxonomy import SubIndustry, load_taxonomy
from recommender.learning.intervals import Figure
from recommender.outcomes.figures import Facts
from recommender.outcomes.measures import Overall, measured, overall, score
from recommender.outcomes.rules import GROUP_NAMES, Group, KindRules, Measure, load_selection
from recommender.outcomes.targets import OutcomeKind

_MOST_DOCUMENTS = 50


class Candidate(Value):
    """One candidate with its evidence sheet.

    Attributes
    ----------
    id : str
        Key of the project, id of the product, code of the district.
    subject : str
        Enterprise, product or district.
    figures : dict
        Level gain (levels), acceptance (share), satisfaction (1–5), each shrunk and with interval;
        replicability is how often it was repeated elsewhere.
    projects, accepted : int
        Of which the figures are.
    groups : dict
        By what the numbers are limited.
    documents : tuple of str
        What the files on record are about.
    missing : tuple of str
        Documents and figures that are not there, in Chinese.
    blocked : str, optional
        Why it cannot be chosen now, in Chinese.
    proposed : bool
        It is in the set that the limits leave, best first, sub-industries without one before the rest.
    """

    id: str
    kind: OutcomeKind
    subject: str
    name: str
    mark: str | None
    rank: int
    score: float | None
    figures: Mapping[Measure, Figure]
    projects: int
    accepted: int
    groups: Mapping[Group, str]
    sub_industries: tuple[SubIndustry, ...]
    documents: tuple[str, ...]
    missing: tuple[str, ...]
    chosen: bool
    blocked: str | None
    proposed: bool


def candidates(facts: Facts, kind: OutcomeKind, units: frozenset[str]) -> list[Candidate]:
    """Return all candidates of a kind, best first.

    Parameters
    ----------
    units : frozenset of str
        Ids of lead units; any other partner is a vendor.
    """
    whole = overall(facts.projects, load_selection().shrinkage)
    made = {"benchmark_case": _cases, "excellent_product": _products, "district_sample": _districts}[kind]
    found = [one for one in made(facts, units, whole) if one.accepted or one.chosen]
    found.sort(key=lambda one: (-(one.score if one.score is not None else -1.0), one.id))
    rules = load_selection().of(kind)
    ranked = [one.model_copy(update={"rank": rank}) for rank, one in enumerate(found, start=1)]
    taken = [one for one in ranked if one.chosen]
    judged = [one.model_copy(update={"blocked": _blocked(one, taken, rules)}) for one in ranked]
    proposed = _proposed(judged, taken, rules)
    return [one.model_copy(update={"proposed": one.id in proposed}) for one in judged]


def uncovered(taken: Iterable[Candidate], rules: KindRules) -> list[SubIndustry]:
    """Return the sub-industries that should have one and have none yet."""
    if not rules.all_sub_industries:
        return []
    there = {sub for one in taken for sub in one.sub_industries}
    return [sub for sub in SubIndustry if sub not in there]


def _cases(facts: Facts, units: frozenset[str], whole: Overall) -> Iterable[Candidate]:
    for row in facts.projects:
        firm = facts.firms[row.enterprise]
        others = {
            other.enterprise
            for other in _accepted(facts.projects)
            if other.enterprise != row.enterprise and set(other.solutions) & set(row.solutions)
        }
        groups = _partner(row, units)
        if firm.district:
            groups["district"] = firm.district
        yield _made(
            facts,
            "benchmark_case",
            f"{row.enterprise}:{row.project or row.partner}",
            row.enterprise,
            [row],
            (len(others), whole),
            name=firm.name,
            mark=firm.face_mark,
            groups=groups,
            sub_industries=(firm.sub_industry,) if firm.sub_industry else (),
        )


def _products(facts: Facts, units: frozenset[str], whole: Overall) -> Iterable[Candidate]:
    by_product: dict[str, list[Project]] = defaultdict(list)
    for row in facts.projects:
        for key in row.solutions:
            by_product[key].append(row)
    for key, product in facts.products.items():
        rows = by_product.get(key, [])
        served = {row.enterprise for row in _accepted(rows)}
        subs = {sub for uscc in served if (sub := facts.firms[uscc].sub_industry)}
        yield _made(
            facts,
            "excellent_product",
            key,
            key,
            rows,
            (len(served), whole),
            name=product.name,
            mark=product.face_mark,
            groups={"vendor": product.provider.id} if product.provider and product.provider.id else {},
            sub_industries=tuple(sorted(subs | set(product.sub_industries))),
        )


def _districts(facts: Facts, units: frozenset[str], whole: Overall) -> Iterable[Candidate]:
    for entry in load_taxonomy().districts:
        rows = [row for row in facts.projects if facts.firms[row.enterprise].district == entry.code]
        subs = {sub for row in _accepted(rows) if (sub := facts.firms[row.enterprise].sub_industry)}
        yield _made(
            facts,
            "district_sample",
            entry.code,
            entry.code,
            rows,
            (len(subs), whole),
            name=entry.name,
            mark=None,
            groups={"district": entry.code},
            sub_industries=tuple(sorted(subs)),
        )


def _made(
    facts: Facts,
    kind: OutcomeKind,
    key: str,
    subject: str,
    rows: list[Project],
    compared: tuple[int, Overall],
    **told: Any,  # noqa: ANN401 - fields of the candidate
) -> Candidate:
    rules, selection = load_selection().of(kind), load_selection()
    found = measured(rows, *compared)
    about = tuple(dict.fromkeys(file.about for row in rows for file in row.evidence))
    lacking = [f"材料：{one}" for one in rules.documents if not any(one in text for text in about)]
    lacking += [f"数据：{_MEASURE_NAMES[name]}" for name, one in found.items() if one.value is None]
    good = [row for row in _accepted(rows) if (row.level_after or 0) >= rules.least_level]
    return Candidate(
        id=key,
        kind=kind,
        subject=subject,
        rank=0,
        score=score(found, rules.weights, selection.half_replicability),
        figures=found,
        projects=len(rows),
        accepted=len(good),
        documents=about[:_MOST_DOCUMENTS],
        missing=tuple(lacking),
        chosen=(kind, key) in facts.chosen,
        blocked=None,
        proposed=False,
        **told,
    )


_MEASURE_NAMES: dict[Measure, str] = {
    "level_gain": "等级提升",
    "acceptance": "验收通过率",
    "satisfaction": "满意度",
    "replicability": "可复制",
}


def _accepted(rows: Iterable[Project]) -> list[Project]:
    return [row for row in rows if row.accepted_on is not None]


def _partner(row: Project, units: frozenset[str]) -> dict[Group, str]:
    if not row.partner:
        return {}
    return {"lead_unit": row.partner} if row.partner in units else {"vendor": row.partner}


def _blocked(one: Candidate, taken: list[Candidate], rules: KindRules) -> str | None:
    """Say why a candidate cannot be chosen beside what is taken."""
    if one.chosen:
        return None
    if one.accepted < rules.least_accepted:
        return f"验收通过且达到{rules.least_level}级的项目{one.accepted}个，至少要{rules.least_accepted}个"
    for group, most in rules.at_most.items():
        name = one.groups.get(group)
        there = sum(other.groups.get(group) == name for other in taken)
        if name is not None and there >= most:
            return f"{GROUP_NAMES[group]} {name} 已有{there}个，最多{most}个"
    return None


def _proposed(ranked: list[Candidate], taken: list[Candidate], rules: KindRules) -> set[str]:
    """Return a set that keeps to the limits: first one for each sub-industry without, then by score."""
    picked: list[Candidate] = []
    for sub in uncovered(taken, rules):
        if any(sub in one.sub_industries for one in picked):
            continue
        _pick((one for one in ranked if sub in one.sub_industries), taken, picked, rules)
    while _pick(ranked, taken, picked, rules):
        pass
    return {one.id for one in picked}


def _pick(
    ranked: Iterable[Candidate], taken: list[Candidate], picked: list[Candidate], rules: KindRules
) -> bool:
    """Add the first that still fits; say whether there was one."""
    here = Counter(one.id for one in picked)
    if len(taken) + len(picked) >= rules.goal:
        return False
    for one in ranked:
        if not one.chosen and one.id not in here and _blocked(one, [*taken, *picked], rules) is None:
            picked.append(one)
            return True
    return False
