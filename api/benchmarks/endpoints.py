"""GET the peer benchmark of an enterprise."""

from typing import Annotated

from fastapi import Path

from api.installed import Installed
from api.openapi import problems
from api.routing import make_router
from recommender.benchmark.peers import Benchmark
from recommender.benchmark.service import benchmark_of
from recommender.domain.credit_code import CreditCode
from recommender.errors import InvalidInput
from recommender.matching.unknown import UnknownEnterprise
from recommender.planning.service import DiagnosisMissing

router = make_router("benchmarks")
_Uscc = Annotated[CreditCode, Path(description="统一社会信用代码")]


@router.get(
    "/v1/enterprises/{uscc}/benchmark",
    summary="与同类企业对比（只给百分位，不足5家不显示）",
    responses=problems(InvalidInput, UnknownEnterprise, DiagnosisMissing),
)
def get_benchmark(uscc: _Uscc, here: Installed) -> Benchmark:
    """Return percentiles of points and scenario grades; the group is widened aloud when it is too small."""
    return benchmark_of(here.store, here.keeper.current, here.instrument, uscc)
