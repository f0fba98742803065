"""Firms like yours: nearest first, never by name."""

import pytest

from recommender.diagnosis.instrument import load_instrument
from recommender.encoder.hashing import HashingEncoder
from recommender.index.catalogue import Catalogue
from recommender.index.snapshot import build_snapshot
from recommender.matching.ranked import Engine
from recommender.matching.similar_firms import TooFewFirms, similar_firms
from tests.synthetic_records import diagnosis, enterprise, uscc

INSTRUMENT = load_instrument()
NEEDS = {
    0: "仓库盘点要停产两天，账实不符",
    1: "仓库账实不符，盘点太慢",
    2: "电费涨了两成",
    3: "客户催货说不清进度",
    4: "招工难，算薪慢",
    5: "图纸版本混乱",
}


def _engine(count: int) -> Engine:
    firms = [enterprise(n, needs=(NEEDS[n],)) for n in range(count)]
    catalogue = Catalogue(
        1,
        enterprises={firm.uscc: firm for firm in firms},
        diagnoses={uscc(n): diagnosis(n, of=n) for n in range(count)},
    )
    return Engine.over(build_snapshot(catalogue, HashingEncoder(), INSTRUMENT), HashingEncoder(), INSTRUMENT)


def test_the_nearest_profile_comes_first_and_names_no_one() -> None:
    first, *rest = found = similar_firms(_engine(6), uscc(0), k=3)
    assert len(found) == 3
    assert first.similarity > rest[0].similarity
    assert (first.sub_industry, first.level) == ("服装", 0)
    assert "质量管理" not in first.shared_weak
    told = "".join(firm.model_dump_json() for firm in found)
    assert not any(uscc(n) in told or f"企业{n}" in told or NEEDS[n] in told for n in NEEDS)


def test_too_few_firms_would_give_one_away() -> None:
    with pytest.raises(TooFewFirms):
        similar_firms(_engine(5), uscc(0))


def test_an_unknown_enterprise() -> None:
    with pytest.raises(KeyError):
        similar_firms(_engine(6), uscc(50))
