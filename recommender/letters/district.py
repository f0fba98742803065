"""The summary table of a district: enterprises by sub-industry, how many are diagnosed, at which level."""

from collections import Counter
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from recommender.diagnosis import load_instrument, score
from recommender.domain.record import SYNTHETIC_MARK
from recommender.domain.taxonomy import load_taxonomy
from recommender.errors import InvalidInput
from recommender.letters.writing import Letter
from recommender.store import Store

_UNKNOWN = "未填细分行业"


class SummaryRow(BaseModel):
    """One sub-industry of a district; ``levels`` counts the newest diagnoses by level 0–4."""

    model_config = ConfigDict(frozen=True)

    name: str
    enterprises: int
    diagnosed: int
    levels: tuple[int, int, int, int, int]


class DistrictSummary(BaseModel):
    """What the table of a district says; the last row is its total.

    Attributes
    ----------
    synthetic : int
        Enterprises that are made up.
    """

    model_config = ConfigDict(frozen=True)

    district: str
    name: str
    rows: tuple[SummaryRow, ...]
    synthetic: int


def district_summary(store: Store, district: str) -> DistrictSummary:
    """Count the enterprises of a district from the records.

    Parameters
    ----------
    district : str
        Name or code.

    Raises
    ------
    InvalidInput
        If there is no such district.
    """
    taxonomy = load_taxonomy()
    code = taxonomy.code_of("district", district)
    if code is None:
        raise InvalidInput(f"没有名为“{district}”的区", place={"field": "district"})
    titles = {entry.code.value: entry.name for entry in taxonomy.sub_industries}
    firms: Counter[str] = Counter()
    levels: Counter[tuple[str, int]] = Counter()
    synthetic = 0
    with store.read() as unit:
        group = {}
        for stored in unit.enterprises.iterate(district=code):
            industry = stored.record.sub_industry
            group[stored.record.uscc] = titles[industry.value] if industry else _UNKNOWN
            synthetic += stored.record.synthetic
        firms.update(group.values())
        for found in unit.diagnoses.latest_all():
            diagnosis = found.record
            if diagnosis.uscc in group:
                grades = {scenario.value: grade for scenario, grade in diagnosis.scenarios.items()}
                worth = score(diagnosis.answers, grades, load_instrument(diagnosis.instrument))
                levels[group[diagnosis.uscc], worth.level] += 1
    names = [name for name in (*titles.values(), _UNKNOWN) if firms[name]]
    rows = [_row(name, firms[name], [levels[name, level] for level in range(5)]) for name in names]
    total = [sum(row.levels[level] for row in rows) for level in range(5)]
    place = next(entry.name for entry in taxonomy.districts if entry.code == code)
    whole = _row("合计", firms.total(), total)
    return DistrictSummary(district=code, name=place, rows=(*rows, whole), synthetic=synthetic)


def _row(name: str, enterprises: int, levels: list[int]) -> SummaryRow:
    none, one, two, three, four = levels
    return SummaryRow(
        name=name, enterprises=enterprises, diagnosed=sum(levels), levels=(none, one, two, three, four)
    )


def summary_document(summary: DistrictSummary, at: datetime) -> bytes:
    """Return the summary table as the content of a docx file."""
    mark = f"其中 {summary.synthetic} 家为{SYNTHETIC_MARK}" if summary.synthetic else None
    letter = Letter(f"{summary.name}中小企业数字化水平汇总表", mark)
    total = summary.rows[-1]
    letter.paragraph(
        f"{summary.name}登记企业 {total.enterprises} 家，已评测 {total.diagnosed} 家，"
        f"其中二级及以上 {sum(total.levels[2:])} 家。等级按各企业最近一次评测计算。"
    )
    headers = ("细分行业", "企业", "已评测", "无等级", "一级", "二级", "三级", "四级")
    rows = [(r.name, str(r.enterprises), str(r.diagnosed), *map(str, r.levels)) for r in summary.rows]
    letter.table(headers, rows)
    return letter.signed(at)
