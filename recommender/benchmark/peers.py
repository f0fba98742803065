"""Where an enterprise stands among firms of its sub-industry and size class.

Nothing about a single peer is told: only percentiles and medians, and none of fewer than five peers.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from enum import StrEnum
from statistics import median
from typing import NamedTuple

from recommender.benchmark.percentile import midrank_percentile
from recommender.diagnosis.scoring import DiagnosisResult
from recommender.diagnosis.value import Points, Value
from recommender.domain import Enterprise
from recommender.domain.enterprise import SIZE_NAMES
from recommender.domain.taxonomy import load_taxonomy

#: Among fewer firms a reader could guess whose figures are meant.
LEAST_PEERS = 5


class Peer(NamedTuple):
    """An enterprise with its newest scored diagnosis."""

    enterprise: Enterprise
    result: DiagnosisResult


class GroupKind(StrEnum):
    """Which firms are compared with, from the narrowest."""

    SUB_INDUSTRY_AND_SIZE = "sub_industry_and_size"
    SUB_INDUSTRY = "sub_industry"
    ALL = "all"


class PeerGroup(Value):
    """The firms that are compared with.

    Attributes
    ----------
    n : int
        Firms of the group whose scored items are all answered, the enterprise itself not among them.
    synthetic : int
        How many of them are made-up samples.
    widened : tuple of str
        Narrower groups that were passed over, and why, in Chinese.
    """

    kind: GroupKind
    text: str
    n: int
    synthetic: int
    widened: tuple[str, ...] = ()


class MeasureKind(StrEnum):
    """What is compared."""

    TOTAL = "total"
    DIMENSION = "dimension"
    SCENARIO = "scenario"


class Measure(Value):
    """One figure of the enterprise among its peers.

    Attributes
    ----------
    value, after : Decimal, optional
        Points, or grade 0–4 of a scenario; ``after`` the plan. None where not answered.
    n : int
        Peers with this figure.
    percentile, percentile_after : float, optional
        Midrank percentile 0–100 among the peers as they stand now; None when suppressed or unanswered.
    median : Decimal, optional
        Of the peers; None when suppressed.
    lower_bound : bool
        The enterprise left items open that count as nothing here, so it stands here or higher.
    note : str, optional
        Why there is no percentile, in Chinese.
    """

    kind: MeasureKind
    id: str
    name: str
    max_value: Points
    value: Points | None
    n: int
    percentile: float | None
    median: Points | None = None
    after: Points | None = None
    percentile_after: float | None = None
    lower_bound: bool = False
    note: str | None = None


class Benchmark(Value):
    """All measures over one group.

    Attributes
    ----------
    suppressed : bool
        Even the widest group has fewer than five firms: no percentile is given.
    """

    suppressed: bool
    text: str
    group: PeerGroup
    measures: tuple[Measure, ...]
    notes: tuple[str, ...] = ()

    def of(self, kind: MeasureKind) -> tuple[Measure, ...]:
        """Return the measures of one kind."""
        return tuple(measure for measure in self.measures if measure.kind is kind)


def peer_benchmark(
    enterprise: Enterprise,
    result: DiagnosisResult,
    peers: Iterable[Peer],
    after: DiagnosisResult | None = None,
) -> Benchmark:
    """Compare an enterprise with firms of its sub-industry and size class.

    The group is widened to the sub-industry, then to all firms, until it has five others; which group was
    used and why is part of the answer.

    Parameters
    ----------
    peers : iterable of Peer
        Any firms; the enterprise itself and results of another edition or level rule are left out.
    after : DiagnosisResult, optional
        The diagnosis after a plan, held against the same peers as they stand now.
    """
    edition = (result.edition, result.rule_version)
    others = [
        peer
        for peer in peers
        if peer.enterprise.uscc != enterprise.uscc
        and (peer.result.edition, peer.result.rule_version) == edition
    ]
    group, members = _group(enterprise, others)
    measures = tuple(_measures(result, after, members))
    suppressed = group.n < LEAST_PEERS
    return Benchmark(
        suppressed=suppressed,
        text=_text(group, measures[0]),
        group=group,
        measures=measures,
        notes=_notes(enterprise, group, after),
    )


def _complete(peer: Peer) -> bool:
    return not peer.result.missing_items


def _group(enterprise: Enterprise, others: Sequence[Peer]) -> tuple[PeerGroup, list[Peer]]:
    widened: list[str] = []
    choices = _choices(enterprise, widened)
    for kind, text, fits in choices:
        members = [peer for peer in others if fits(peer.enterprise)]
        usable = [peer for peer in members if _complete(peer)]
        if len(usable) >= LEAST_PEERS or kind is GroupKind.ALL:
            synthetic = sum(peer.enterprise.synthetic for peer in usable)
            group = PeerGroup(
                kind=kind, text=text, n=len(usable), synthetic=synthetic, widened=tuple(widened)
            )
            return group, members
        widened.append(f"{text}只有 {len(usable)} 家，不足 {LEAST_PEERS} 家")
    raise AssertionError("the widest group always ends the search")


_Choice = tuple[GroupKind, str, Callable[[Enterprise], bool]]


def _choices(enterprise: Enterprise, widened: list[str]) -> Iterator[_Choice]:
    sub, size = enterprise.sub_industry, enterprise.size_class
    if sub is None:
        widened.append("企业的细分行业未知")
    else:
        name = load_taxonomy().sub_industry_name(sub)
        if size is None:
            widened.append("企业的规模未知")
        else:
            yield (
                GroupKind.SUB_INDUSTRY_AND_SIZE,
                f"{name}行业的{SIZE_NAMES[size]}企业",
                lambda other: other.sub_industry is sub and other.size_class is size,
            )
        yield GroupKind.SUB_INDUSTRY, f"{name}行业的企业", lambda other: other.sub_industry is sub
    yield GroupKind.ALL, "全部已诊断的企业", lambda _: True


def _measures(
    result: DiagnosisResult, after: DiagnosisResult | None, members: Sequence[Peer]
) -> Iterator[Measure]:
    complete = [peer.result for peer in members if _complete(peer)]
    open_items = bool(result.missing_items)
    yield _measure(
        (MeasureKind.TOTAL, "total", "总分", Decimal(100)),
        result.total,
        after.total if after else None,
        [peer.total for peer in complete],
        lower_bound=open_items,
    )
    missing = set(result.missing_items)
    for part in result.dimensions:
        inside = {score.id for score in result.indicators if score.parent == part.id}
        yield _measure(
            (MeasureKind.DIMENSION, part.id, part.name, part.max_points),
            part.points,
            _dimension(after, part.id) if after else None,
            [_dimension(peer, part.id) for peer in complete],
            lower_bound=any(item.parent in inside and item.id in missing for item in result.items),
        )
    for grade in result.scenarios:
        yield _measure(
            (MeasureKind.SCENARIO, grade.id, grade.name, Decimal(4)),
            _grade(result, grade.id),
            _grade(after, grade.id) if after else None,
            [own for peer in members if (own := _grade(peer.result, grade.id)) is not None],
        )


def _dimension(result: DiagnosisResult, dimension: str) -> Decimal:
    return next(part.points for part in result.dimensions if part.id == dimension)


def _grade(result: DiagnosisResult, scenario: str) -> Decimal | None:
    """Return a grade that was given; an assumed 0 is none."""
    return next((Decimal(g.grade) for g in result.scenarios if g.id == scenario and g.graded), None)


def _measure(
    what: tuple[MeasureKind, str, str, Decimal],
    value: Decimal | None,
    after: Decimal | None,
    others: Sequence[Decimal],
    *,
    lower_bound: bool = False,
) -> Measure:
    kind, identifier, name, most = what
    enough = len(others) >= LEAST_PEERS

    def rank(own: Decimal | None) -> float | None:
        return midrank_percentile(own, others) if enough and own is not None else None

    note = None
    if not enough:
        note = f"同类企业只有 {len(others)} 家有此数据，不足 {LEAST_PEERS} 家，不显示"
    elif value is None:
        note = "企业此项未评级"
    return Measure(
        kind=kind,
        id=identifier,
        name=name,
        max_value=most,
        value=value,
        n=len(others),
        percentile=rank(value),
        median=median(others) if enough else None,
        after=after,
        percentile_after=rank(after),
        lower_bound=lower_bound,
        note=note,
    )


def _text(group: PeerGroup, total: Measure) -> str:
    if total.percentile is None:
        return f"{group.text}只有 {group.n} 家，不足 {LEAST_PEERS} 家，为保护企业信息不显示对比"
    text = f"与 {group.n} 家{group.text}比，总分 {total.value} 分，高于其中约 {total.percentile:g}%"
    if total.percentile_after is None:
        return text
    return f"{text}；按方案改造后 {total.after} 分，高于约 {total.percentile_after:g}%"


def _notes(enterprise: Enterprise, group: PeerGroup, after: DiagnosisResult | None) -> tuple[str, ...]:
    notes = []
    if group.widened:
        notes.append(f"对比范围放宽到{group.text}：{'；'.join(group.widened)}")
    if group.synthetic:
        known = "同为合成样本" if enterprise.synthetic else "不能代表真实水平"
        notes.append(f"对比的企业中有 {group.synthetic} 家是合成样本，{known}")
    if after is not None:
        notes.append("改造后的位置是与同类企业现在的水平相比，同类企业也会进步")
    return tuple(notes)
