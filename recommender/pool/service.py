"""The product pool as one service: submissions, reviewers' sheets, decisions, queue and history."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from recommender.diagnosis.instrument import Instrument
from recommender.domain import Enterprise, LeadUnit, Solution
from recommender.domain.calendar import local_day
from recommender.encoder.encoder import Encoder
from recommender.errors import NotSetUp, SmematchError
from recommender.index.keeper import SnapshotKeeper
from recommender.index.snapshot import Snapshot
from recommender.pool import reviewing, steering
from recommender.pool.claims import claims_without_evidence
from recommender.pool.comparing import Compared, Comparing
from recommender.pool.course import read_course
from recommender.pool.form import FormFinding, check_form, refuse_errors
from recommender.pool.history import ProductHistory, changes_between, history_of
from recommender.pool.indicators import lightness_of
from recommender.pool.near_duplicates import DuplicateFinder, NearDuplicate
from recommender.pool.portfolio import Owned, portfolio
from recommender.pool.product_vectors import ProductVectors
from recommender.pool.queue import QueuePage, Waiting, courses_in_hand, page_of, waiting
from recommender.pool.related import related_parties
from recommender.pool.rules import load_form, load_review
from recommender.pool.sheet import NO_VECTORS, NO_VECTORS_TEXT, ReviewSheet
from recommender.pool.states import load_machine
from recommender.pool.steering import Steered, UnknownProduct
from recommender.pool.steps import Step
from recommender.pool.submission import Decision, Submission, SubmissionRequest
from recommender.ranking.priors import load_priors
from recommender.store import Store


class Submitted(BaseModel):
    """A submission that was taken, or in a trial run would be.

    Attributes
    ----------
    step : Step, optional
        None in a trial run.
    findings : tuple of FormFinding
        Warnings and suggestions; in a trial run the errors too.
    acceptable : bool
        Whether no finding is an error.
    """

    model_config = ConfigDict(frozen=True)

    step: Step | None
    acceptable: bool
    findings: tuple[FormFinding, ...]


class Reviewed(BaseModel):
    """What became of one submission of several that were reviewed together; ``code`` says why it failed."""

    model_config = ConfigDict(frozen=True)

    id: str
    step: Step | None = None
    code: str | None = None
    detail: str | None = None


class DuplicatePair(BaseModel):
    """Two products of the pool that are near-duplicates."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    other: NearDuplicate


class _Catalogued(NamedTuple):
    """The records that submissions are held against, at one version of the catalogue."""

    version: int
    solutions: dict[str, Solution]
    lead_units: list[LeadUnit]
    enterprises: list[Enterprise]


class PoolService:
    """Everything that vendors, lead units and reviewers do with the pool.

    Nothing that was handed in enters the catalogue before it is admitted, so nothing of it can be ranked or
    listed; until then it lives in the log alone.

    Parameters
    ----------
    keeper : SnapshotKeeper
        Its index lends the vectors of products that are in it.
    """

    def __init__(
        self, store: Store, keeper: SnapshotKeeper, encoder: Encoder, instrument: Instrument
    ) -> None:
        self._store = store
        self._keeper = keeper
        self._vectors = ProductVectors(encoder)
        self._comparing = Comparing(self._vectors)
        self._records: _Catalogued | None = None
        self._instrument = instrument

    # -- handing in ------------------------------------------------------------------------------------

    def check(self, request: SubmissionRequest) -> Submitted:
        """Check the form of a submission; nothing is written."""
        findings = self._findings(request)
        acceptable = all(finding.severity != "error" for finding in findings)
        return Submitted(step=None, acceptable=acceptable, findings=findings)

    def submit(self, request: SubmissionRequest) -> Submitted:
        """Take a submission.

        Raises
        ------
        recommender.pool.form.FormFaulty
            Naming everything that is wrong; nothing was written.
        recommender.pool.parties.NotYourProduct
        recommender.pool.states.IllegalMove
        """
        findings = self._findings(request)
        refuse_errors(findings)
        with self._store.begin() as work:
            step = reviewing.submit(work, request)
        return Submitted(step=step, acceptable=True, findings=findings)

    # -- deciding --------------------------------------------------------------------------------------

    def review(self, submission_id: str, decision: Decision, reason: str, reviewer: str) -> Step:
        """Record a reviewer's opinion and, once enough agree, the decision; see :func:`reviewing.review`."""
        with self._store.begin() as work:
            return reviewing.review(work, submission_id, decision, reason, reviewer, load_review())

    def review_many(
        self, submission_ids: Sequence[str], decision: Decision, reason: str, reviewer: str
    ) -> tuple[Reviewed, ...]:
        """Give the same opinion on several submissions; one that fails does not stop the others."""
        results = []
        for key in dict.fromkeys(submission_ids):
            try:
                results.append(Reviewed(id=key, step=self.review(key, decision, reason, reviewer)))
            except SmematchError as error:
                if error.status >= 500:
                    raise
                results.append(Reviewed(id=key, code=error.code, detail=error.detail))
        return tuple(results)

    def steer(self, solution_id: str, action: Steered, reason: str, actor: str) -> Step:
        """Suspend, restore or retire a product; see :func:`steering.steer`."""
        with self._store.begin() as work:
            return steering.steer(work, solution_id, action, reason, actor)

    def appeal(self, solution_id: str, reason: str, actor: str) -> Step:
        """Appeal against the newest decision against a product; see :func:`steering.appeal`."""
        with self._store.begin() as work:
            return steering.appeal(work, solution_id, reason, actor, load_review())

    def decide_appeal(self, solution_id: str, *, upheld: bool, reason: str, actor: str) -> Step:
        """Decide the open appeal of a product; see :func:`steering.decide_appeal`."""
        with self._store.begin() as work:
            return steering.decide_appeal(work, solution_id, upheld=upheld, reason=reason, actor=actor)

    # -- looking ---------------------------------------------------------------------------------------

    def queue(
        self,
        after: str | None = None,
        limit: int = 50,
        *,
        overdue: bool | None = None,
        kind: str | None = None,
    ) -> QueuePage:
        """Return one page of what waits for a decision, what has waited longest first."""
        with self._store.read() as work:
            entries = waiting(work, load_review(), self._store.clock())
        chosen = [
            entry
            for entry in entries
            if (overdue is None or entry.overdue is overdue) and (kind is None or entry.kind == kind)
        ]
        return page_of(chosen, after, limit)

    def allowed(self, solution_id: str) -> frozenset[str]:
        """Return the actions of the state machine that where a product stands allows."""
        machine = load_machine()
        with self._store.read() as work:
            standing = read_course(work, solution_id).standing
        return frozenset(action.name for action in machine.actions if action.allowed(standing))

    def copies(self) -> dict[str, int]:
        """Return how many near-duplicates each waiting submission has, by its id."""
        records = self._catalogued().solutions
        with self._store.read() as work:
            pending = [one.pending for one in courses_in_hand(work) if one.pending is not None]
        found = self._compared(pending, records, pending)
        return {one.id: len(found[one.solution.id].near_duplicates) for one in pending}

    def sheet(self, submission_id: str) -> ReviewSheet:
        """Return the reviewers' sheet of a submission, or of the newest one of a product.

        Raises
        ------
        recommender.pool.reviewing.UnknownSubmission
        """
        with self._store.read() as work:
            course = read_course(work, reviewing.solution_of(work, submission_id))
            in_hand = [one.pending for one in courses_in_hand(work) if one.pending is not None]
        submission = reviewing.submission_in(course, submission_id)
        others = [one for one in in_hand if one.solution.id != course.solution_id]
        solution, records = submission.solution, self._catalogued()
        shown = records.solutions.get(solution.id)
        review = load_review()
        degraded = not self._vectors.available
        compared = self._compared([submission], records.solutions, others)[solution.id]
        return ReviewSheet(
            submission=submission,
            standing=load_machine().told(course.standing),
            waiting=self._waiting(submission),
            form=self._findings(_as_request(submission)) if submission.number else (),
            changes=changes_between(shown, solution) if shown and submission.number else (),
            near_duplicates=compared.near_duplicates,
            near_in_meaning=compared.near_in_meaning,
            claims=claims_without_evidence(solution, review.stuffed_scenarios),
            lightness=lightness_of(
                solution, records.solutions.values(), load_priors().thresholds, review.least_peers
            ),
            related=related_parties(submission, records.lead_units, records.enterprises),
            degraded=NO_VECTORS if degraded else None,
            degraded_detail=NO_VECTORS_TEXT if degraded else None,
        )

    def history(self, solution_id: str, *, submissions: bool = False) -> ProductHistory:
        """Return the history of a product.

        Parameters
        ----------
        submissions : bool
            Whether to tell what was handed in, reviewed and refused as well.

        Raises
        ------
        recommender.pool.steering.UnknownProduct
            Also for a product that was only ever handed in, where that is not to be told.
        """
        with self._store.read() as work:
            history = history_of(work, solution_id, submissions=submissions)
        if not history.entries:
            raise UnknownProduct(f"产品池里没有 {solution_id}", place={"in": "path", "field": "id"})
        return history

    def portfolio(self, party: str) -> tuple[Owned, ...]:
        """Return the products of a provider or lead unit, those that were only handed in too."""
        with self._store.read() as work:
            unit = work.lead_units.get(party)
            return portfolio(work, party, unit.record.solution_ids if unit else ())

    def duplicates(self) -> tuple[DuplicatePair, ...]:
        """Return all pairs of near-duplicates among the products of the pool, each once, most alike first."""
        with self._store.read() as work:
            records = [stored.record for stored in work.solutions.iterate()]
        vectors = self._vectors.of(records, self._snapshot()) if self._vectors.available else None
        finder = DuplicateFinder(records, vectors)
        pairs: dict[frozenset[str], DuplicatePair] = {}
        for record in records:
            for other in finder.find(record, vectors[record.id] if vectors else None):
                pair = DuplicatePair(id=record.id, name=record.name, other=other)
                pairs.setdefault(frozenset((record.id, other.id)), pair)
        return tuple(sorted(pairs.values(), key=lambda pair: (-pair.other.probability, pair.id)))

    # -- inside ----------------------------------------------------------------------------------------

    def _findings(self, request: SubmissionRequest) -> tuple[FormFinding, ...]:
        return check_form(request, load_form(), self._instrument, local_day(self._store.clock()))

    def _catalogued(self) -> _Catalogued:
        """Return the records, read anew when any has changed."""
        with self._store.read() as work:
            version = work.catalogue.version()
            known = self._records
            if known is None or known.version != version:
                known = _Catalogued(
                    version,
                    {stored.record.id: stored.record for stored in work.solutions.iterate()},
                    [stored.record for stored in work.lead_units.iterate()],
                    [stored.record for stored in work.enterprises.iterate()],
                )
                self._records = known
            return known

    def _compared(
        self, chosen: Sequence[Submission], records: Mapping[str, Solution], in_review: Sequence[Submission]
    ) -> dict[str, Compared]:
        # A product as it is handed in stands for itself: so the pool is the same whichever one looks at.
        handed_in = {one.solution.id: one.solution for one in (*in_review, *chosen)}
        return self._comparing.compare(
            [one.solution.id for one in chosen], {**records, **handed_in}, self._snapshot()
        )

    def _waiting(self, submission: Submission) -> Waiting | None:
        with self._store.read() as work:
            entries = waiting(work, load_review(), self._store.clock())
        return next((entry for entry in entries if entry.id == submission.id), None)

    def _snapshot(self) -> Snapshot | None:
        try:
            return self._keeper.current
        except NotSetUp:
            return None


def _as_request(submission: Submission) -> SubmissionRequest:
    return SubmissionRequest(
        solution=submission.solution,
        actor=submission.actor,
        customers=submission.customers,
        note=submission.note,
    )
