"""Peers as they are stored now, and the benchmark of a stored enterprise."""

from collections.abc import Mapping, Sequence

from recommender.benchmark.peers import Benchmark, Peer, peer_benchmark
from recommender.diagnosis.instrument import Instrument
from recommender.diagnosis.scoring import DiagnosisResult, score
from recommender.domain import Diagnosis, Enterprise
from recommender.index.catalogue import Catalogue, with_changes
from recommender.index.snapshot import Snapshot
from recommender.matching.unknown import UnknownEnterprise
from recommender.planning.service import DiagnosisMissing
from recommender.store import Store


def peers_of(snapshot: Snapshot, catalogue: Catalogue, instrument: Instrument) -> dict[str, Peer]:
    """Return every diagnosed enterprise by credit code.

    A diagnosis newer than the snapshot is scored anew.
    """
    return {
        uscc: Peer(catalogue.enterprises[uscc], _result(snapshot, uscc, diagnosis, instrument))
        for uscc, diagnosis in catalogue.diagnoses.items()
        if uscc in catalogue.enterprises
    }


def benchmark_of(
    store: Store,
    snapshot: Snapshot,
    instrument: Instrument,
    uscc: str,
    *,
    answers_after: Mapping[str, Sequence[str]] | None = None,
    scenarios_after: Mapping[str, int] | None = None,
) -> Benchmark:
    """Return where a stored enterprise stands, and where it would after a plan.

    Parameters
    ----------
    snapshot : Snapshot
        What changed since it was built is read from the store.
    answers_after, scenarios_after : mapping, optional
        The whole diagnosis after the plan; both or neither.

    Raises
    ------
    recommender.matching.unknown.UnknownEnterprise
        If the enterprise is not stored.
    recommender.planning.service.DiagnosisMissing
        If it was never diagnosed.
    recommender.errors.InvalidInput
        For answers that the instrument does not know.
    """
    catalogue = with_changes(store, snapshot.catalogue)
    if uscc not in catalogue.enterprises:
        raise UnknownEnterprise(f"找不到企业 {uscc}", place={"field": "uscc"})
    peers = peers_of(snapshot, catalogue, instrument)
    own = peers.get(uscc)
    if own is None:
        raise DiagnosisMissing(
            "还没有诊断结果，请先完成数字化水平评测再与同类企业对比", place={"field": "uscc"}
        )
    after = None
    if answers_after is not None and scenarios_after is not None:
        after = score(answers_after, scenarios_after, instrument)
    return peer_benchmark(own.enterprise, own.result, peers.values(), after)


def benchmark_for(
    store: Store, snapshot: Snapshot, instrument: Instrument, enterprise: Enterprise, result: DiagnosisResult
) -> Benchmark:
    """Return where answers that need not be stored stand among the stored enterprises."""
    catalogue = with_changes(store, snapshot.catalogue)
    return peer_benchmark(enterprise, result, peers_of(snapshot, catalogue, instrument).values())


def _result(snapshot: Snapshot, uscc: str, diagnosis: Diagnosis, instrument: Instrument) -> DiagnosisResult:
    # By identity: a record is never changed, a new version is another object.
    if snapshot.catalogue.diagnoses.get(uscc) is diagnosis and uscc in snapshot.results:
        return snapshot.results[uscc]
    grades = {code.value: grade for code, grade in diagnosis.scenarios.items()}
    return score(diagnosis.answers, grades, instrument)
