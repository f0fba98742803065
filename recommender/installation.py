"""One installation put together: store, encoder, index, matching, planning."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from pydantic import BaseModel, ConfigDict

from recommender.adjustment.service import AdjustmentService
from recommender.appraisal.service import Appraisals
from recommender.assignment.service import AssignmentService
from recommender.closing.report import ClosingService
from recommender.course.service import CourseService
from recommender.diagnosis.instrument import Instrument, load_instrument
from recommender.encoder.choose import choose_encoder
from recommender.encoder.encoder import Encoder
from recommender.exposure.service import ExposureService
from recommender.feedback.event_log import EventLog
from recommender.gaps.service import GapService
from recommender.health.service import HealthService
from recommender.identity.service import Identity
from recommender.identity.tokens import Tokens, tokens_of
from recommender.index.keeper import SnapshotKeeper
from recommender.index.storage import SnapshotStorage
from recommender.learning.experience import ExperienceKeeper
from recommender.matching.consenting import Consenting
from recommender.matching.service import MatchingService
from recommender.meeting.service import MeetingService
from recommender.outcomes.board import BoardService
from recommender.outcomes.service import Outcomes
from recommender.planning.service import PlanningService
from recommender.pool.service import PoolService
from recommender.questionnaire.drafts import QuestionnaireDrafts
from recommender.ranking.exploration import load_exploration
from recommender.ranking.interleaving import read_experiment
from recommender.registry.gate import read_gate_rules
from recommender.registry.gates import Gates
from recommender.registry.keeper import ModelKeeper
from recommender.registry.registry import ModelRegistry
from recommender.registry.shadow import ShadowRunner
from recommender.report.service import ReportService
from recommender.selection.offline import OfflineForms
from recommender.selection.service import SelectionService
from recommender.settings import Settings
from recommender.store import Store
from recommender.store.store import utc_now
from recommender.subsidy_round.service import SubsidyRounds
from recommender.text.scenarios import complete_solution
from recommender.text.sub_industry import complete_enterprise

Progress = Callable[[str, int, int], None]
"""Called with (stage, done, all); stages are ``database``, ``encoder``, ``sample``, ``encode``, ``index``."""


@dataclass(frozen=True, slots=True)
class Installation:
    """The parts of a running installation; close it when done."""

    settings: Settings
    store: Store
    encoder: Encoder
    instrument: Instrument
    keeper: SnapshotKeeper
    matching: MatchingService
    planning: PlanningService
    reports: ReportService
    event_log: EventLog
    consenting: Consenting
    identity: Identity
    tokens: Tokens
    assignments: AssignmentService
    meetings: MeetingService
    exposure: ExposureService
    gaps: GapService
    health: HealthService
    models: ModelRegistry
    model_keeper: ModelKeeper
    gates: Gates
    shadow: ShadowRunner
    course: CourseService
    pool: PoolService
    subsidy_rounds: SubsidyRounds
    boards: BoardService
    outcomes: Outcomes
    selections: SelectionService
    adjustments: AdjustmentService
    closing: ClosingService
    selection_forms: OfflineForms
    appraisals: Appraisals
    drafts: QuestionnaireDrafts

    def warm_up(self) -> None:
        """Load the encoder's weights now, so that the first request does not wait for them (seconds)."""
        if self.encoder.available:
            self.encoder.encode_queries(["预热"])

    def close(self) -> None:
        """Stop what runs in the background and close the connections of the store."""
        self.shadow.stop()
        self.keeper.stop()
        self.store.dispose()


class InitReport(BaseModel):
    """What :func:`initialise` did.

    Attributes
    ----------
    encoder_built, sample_loaded, index_built : bool
        False where it was there already.
    seconds : float
        Wall time.
    """

    model_config = ConfigDict(frozen=True)

    encoder_built: bool
    sample_loaded: bool
    index_built: bool
    solutions: int
    enterprises: int
    lead_units: int
    index_version: str
    seconds: float


def make_encoder(settings: Settings) -> Encoder:
    """Return the encoder that the settings name; its weights are loaded at first use."""
    return choose_encoder(
        settings.encoder,
        folder=settings.encoder_folder,
        allow_hub=settings.allow_hub,
        threads=settings.encoder_threads,
        runtime=settings.encoder_runtime,
    )


def _assemble(settings: Settings, store: Store) -> Installation:
    encoder = make_encoder(settings)
    instrument = load_instrument()
    storage = SnapshotStorage(settings.snapshot_folder)
    keeper = SnapshotKeeper(store, encoder, instrument, storage, poll_seconds=settings.refresh_seconds)
    models = ModelRegistry(settings.models_folder, clock=store.clock)
    model = ModelKeeper(models, seconds=settings.refresh_seconds)
    adjustments = AdjustmentService(store)
    matching = MatchingService(
        store,
        keeper,
        encoder,
        instrument,
        exploration=load_exploration() if settings.exploration else None,
        experiment=read_experiment(settings.experiment) if settings.experiment else None,
        experience=ExperienceKeeper(store),
        model=model,
    )
    shadow = ShadowRunner(models, seconds=settings.refresh_seconds)
    matching.watch(shadow)
    matching.heed(adjustments.standing)
    planning = PlanningService(store, keeper, instrument, encoder, clock=store.clock, model=model)
    reports = ReportService(store, keeper, instrument)
    consenting = Consenting(store, clock=store.clock)
    exposure = ExposureService(store, matching.engine)
    selections = SelectionService(store)
    return Installation(
        settings=settings,
        store=store,
        encoder=encoder,
        instrument=instrument,
        keeper=keeper,
        matching=matching,
        planning=planning,
        reports=reports,
        event_log=EventLog(store),
        consenting=consenting,
        identity=Identity(store),
        tokens=tokens_of(settings),
        assignments=AssignmentService(store, matching),
        meetings=MeetingService(store, matching.engine),
        exposure=exposure,
        gaps=GapService(matching),
        health=HealthService(store, keeper, instrument),
        models=models,
        model_keeper=model,
        shadow=shadow,
        gates=Gates(store, matching.engine, rules=partial(read_gate_rules, settings.own_gates)),
        course=CourseService(store),
        pool=PoolService(store, keeper, encoder, instrument),
        subsidy_rounds=SubsidyRounds(store),
        boards=BoardService(store),
        outcomes=Outcomes(store),
        selections=selections,
        adjustments=adjustments,
        closing=ClosingService(store, exposure),
        selection_forms=OfflineForms(store, selections),
        appraisals=Appraisals(store),
        drafts=QuestionnaireDrafts(store),
    )


def open_installation(settings: Settings, *, clock: Callable[[], datetime] = utc_now) -> Installation:
    """Open what :func:`initialise` made, with its index loaded; the keeper is not following yet.

    Parameters
    ----------
    clock : callable
        Returns the present moment with its zone; a simulation sets it.

    Raises
    ------
    recommender.errors.NotSetUp
        If the database or its tables are missing.
    recommender.errors.SmematchError
        If the encoder is missing or damaged.
    """
    installation = _assemble(settings, Store.open(settings, clock=clock))
    try:
        if not installation.keeper.load():
            installation.keeper.refresh()
    except BaseException:
        installation.close()
        raise
    return installation


def initialise(
    settings: Settings, *, with_sample: bool = True, progress: Progress | None = None
) -> InitReport:
    """Make the database, the encoder, the sample and the first index; skip what is there.

    Parameters
    ----------
    with_sample : bool
        Load the synthetic sample into an empty database; one that holds records is left alone.
    progress : callable, optional
        Told of each stage.
    """
    started = time.monotonic()
    report = progress or (lambda stage, done, total: None)
    encoder_built = _build_encoder(settings, report)
    report("database", 0, 1)
    store = Store.set_up(settings)
    report("database", 1, 1)
    installation = _assemble(settings, store)
    try:
        sample_loaded = with_sample and _load_sample(store, report)
        before = installation.keeper.load() and installation.keeper.current.version
        snapshot = installation.keeper.refresh(progress=report)
        catalogue = snapshot.catalogue
        return InitReport(
            encoder_built=encoder_built,
            sample_loaded=sample_loaded,
            index_built=before != snapshot.version,
            solutions=len(catalogue.solutions),
            enterprises=len(catalogue.enterprises),
            lead_units=len(catalogue.lead_units),
            index_version=snapshot.version,
            seconds=round(time.monotonic() - started, 1),
        )
    finally:
        installation.close()


def _build_encoder(settings: Settings, report: Progress) -> bool:
    if settings.encoder != "default":
        return False
    from recommender.encoder.build import build_encoder, is_built
    from recommender.encoder.delta import default_delta_folder

    delta = default_delta_folder()
    if is_built(settings.encoder_folder, delta):
        return False
    build_encoder(
        settings.encoder_folder,
        delta=delta,
        progress=lambda _stage, share: report("encoder", round(share * 100), 100),
    )
    return True


def _load_sample(store: Store, report: Progress) -> bool:
    from recommender.sample import sample

    with store.read() as unit:
        if unit.solutions.count() or unit.enterprises.count() or unit.lead_units.count():
            return False
    report("sample", 0, 1)
    records = sample()
    with store.begin() as unit:
        unit.solutions.put_many([complete_solution(solution) for solution in records.solutions])
        unit.lead_units.put_many(records.lead_units)
        unit.enterprises.put_many([complete_enterprise(enterprise) for enterprise in records.enterprises])
        unit.diagnoses.put_many(records.diagnoses)
        unit.needs.put_many(records.needs)
        unit.notices.put_many(records.notices)
    report("sample", 1, 1)
    return True
