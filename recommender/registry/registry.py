"""The registry of ranking models: what there is, what is served, and changing that.

Layout of the folder::

    versions/VERSION/   manifest.json, model.json, metrics.json, card.md; never changed
    SERVED              the last promotion or rollback; replaced in one step
    history.jsonl       all of them
    SHADOW, shadow/     the model that runs along, if any, and how it compared
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock
from filelock import Timeout as LockTimeout

from recommender.errors import SmematchError, Unavailable
from recommender.ranking.model_files import write_model
from recommender.ranking.ranking_model import RankingModel, shipped_model
from recommender.registry.card import make_card
from recommender.registry.entries import ModelDetail, ModelEntry, Promotion, Served
from recommender.registry.errors import (
    DamagedPointer,
    GatesNotPassed,
    ModelExists,
    NoPredecessor,
    NotServed,
    ReasonMissing,
    ServedModelChanged,
)
from recommender.registry.folder import Draft
from recommender.registry.gate import GateReport
from recommender.registry.manifest import DataFingerprint, FrozenFeatures, Manifest
from recommender.registry.promotions import Action, Change, PromotionLog, predecessor
from recommender.registry.sealed import sha256
from recommender.registry.storage import ModelStorage, StoredModel, check_version
from recommender.store.store import utc_now

SHIPPED = "shipped"
#: From candidate and served model to what the gates found.
Measure = Callable[[RankingModel, RankingModel], GateReport]


class ModelRegistry:
    """Versions of the ranking model, shared by all processes that know the folder.

    Parameters
    ----------
    folder : Path
        Made when first written to.
    shipped : callable
        Returns the model that comes with the program; it is always there.
    """

    def __init__(
        self,
        folder: Path,
        *,
        clock: Callable[[], datetime] = utc_now,
        shipped: Callable[[], RankingModel] = shipped_model,
        lock_seconds: float = 10.0,
    ) -> None:
        self.folder = folder
        self._clock = clock
        self._shipped = shipped
        self._lock_seconds = lock_seconds
        self._storage = ModelStorage(folder / "versions")
        self._log = PromotionLog(folder)

    # -- looking -------------------------------------------------------------------------------------

    def served(self) -> Served:
        """Return the model that the pointer names.

        Raises
        ------
        DamagedPointer, DamagedModel, UnknownModel, recommender.ranking.model_files.OtherFeatures
            When it cannot be served; whoever serves keeps what it has, or takes the shipped one.
        """
        head = self._log.head()
        if head is None:
            return Served(self._shipped(), None)
        return Served(self._shipped() if head.shipped else self.load(head.version), head.at)

    def fallback(self) -> Served:
        """Return the shipped model, for whoever cannot get the served one."""
        return Served(self._shipped(), None)

    def load(self, version: str) -> RankingModel:
        """Return a model that may be served: verified, and made for the features of this program.

        Raises
        ------
        UnknownModel, DamagedModel, recommender.ranking.model_files.OtherFeatures
        """
        return self.read(version).model

    def read(self, version: str) -> StoredModel:
        """Return one version with its manifest, figures and card; raises like :meth:`load`."""
        version = self._resolved(version)
        return self._shipped_entry() if version == self._shipped().version else self._storage.read(version)

    def entries(self) -> tuple[ModelEntry, ...]:
        """Return all versions, the shipped one first, damaged ones with their problem."""
        shipped = self._shipped().version
        others = [version for version in self._storage.versions() if version != shipped]
        return tuple(self._entry(version) for version in (shipped, *others))

    def detail(self, version: str) -> ModelDetail:
        """Return one version with all that is recorded of it; raises like :meth:`load`."""
        stored = self.read(version)
        return ModelDetail.whole(self._entry(stored.manifest.version), stored)

    def history(self) -> tuple[Change, ...]:
        """Return all promotions and rollbacks, oldest first."""
        return self._log.changes()

    def signature(self) -> tuple[object, ...]:
        """Return what changes whenever the served model may have changed."""
        try:
            head = self._log.head()
        except DamagedPointer:
            head = None
        return self._log.pointer(), self._storage.signature(head.version) if head else ()

    # -- changing ------------------------------------------------------------------------------------

    def add(self, draft: Draft, data: DataFingerprint, *, by: str, note: str = "") -> ModelEntry:
        """Register a model under its own version; the same once more changes nothing.

        Parameters
        ----------
        data : DataFingerprint
            Of the installation that it was made on.
        by : str
            Who registers it.

        Raises
        ------
        UnusableModel
            If it weighs features that nobody computes.
        ModelExists
            If the version belongs to another model.
        """
        model = draft.model
        check_version(model.version)
        if self._is_known(model):
            return self._entry(model.version)
        features = FrozenFeatures.of(model)
        parent = self._standing_model()
        card = draft.card or make_card(
            model, note=note, parent=parent, features=features, data=data, metrics=draft.metrics
        )
        files = _files_of(model, draft.metrics, card)
        manifest = Manifest(
            version=model.version,
            parent=parent.version,
            created_at=self._clock(),
            created_by=by,
            note=note,
            features=features,
            data=data,
            seed=draft.seed,
            files={name: sha256(held) for name, held in files.items()},
        )
        self._storage.write(manifest, files)
        return self._entry(model.version)

    def promote(
        self, version: str, measure: Measure, *, by: str, reason: str | None = None, force: bool = False
    ) -> Promotion:
        """Put a model to service once the gates let it pass.

        The gates measure against the model served now, before anything is locked; the shipped model passes
        without them. A version that is served already stays, and nothing is written.

        Raises
        ------
        UnknownModel, DamagedModel, recommender.ranking.model_files.OtherFeatures
            If it cannot be served.
        GatesNotPassed
            Naming the gates; ``force`` overrules them.
        ReasonMissing
            If ``force`` comes without a reason.
        ServedModelChanged
            If somebody else was faster.
        """
        if force and not (reason or "").strip():
            raise ReasonMissing("越过关口上线必须写明理由", place={"field": "reason"})
        candidate = self.load(version)
        before = self._log.pointer()
        if self._is_served(candidate.version):
            return Promotion(served=candidate.version, changed=False, change=None)
        shipped = candidate.version == self._shipped().version
        report = None if shipped else measure(candidate, self._standing_model())
        if report is not None and not report.passed and not force:
            raise GatesNotPassed(report)
        with self._locked():
            if self._log.pointer() != before:
                raise ServedModelChanged("检查期间有人更换了现用模型，请重新检查后再上线")
            # Once more: the gates took their time.
            self.load(candidate.version)
            forced = report is not None and not report.passed
            return self._change(Action.PROMOTE, candidate.version, by, reason, report, forced=forced)

    def rollback(self, version: str | None = None, *, by: str, reason: str | None = None) -> Promotion:
        """Go back at once, without gates: to the predecessor, or to a version that was served before.

        Parameters
        ----------
        version : str, optional
            Where to; the served version itself means its predecessor.

        Raises
        ------
        NoPredecessor
            If the served model is the first one.
        NotServed
            If the version was never served.
        UnknownModel, DamagedModel, recommender.ranking.model_files.OtherFeatures
            If it cannot be served any more.
        """
        with self._locked():
            changes = self._log.changes()
            shipped = self._shipped().version
            target = self._resolved(version) if version else None
            if target is None or (target == self._standing() and self._is_served(target)):
                previous = predecessor(changes, shipped)
                if previous is None:
                    raise NoPredecessor("现用模型之前没有别的模型上线，无可退回")
                target = self._resolved(previous)
            elif target != shipped and not any(target in {c.version, c.previous} for c in changes):
                self.load(target)
                raise NotServed(f"模型 {target} 从未上线，请用上线（promote），会先过关口")
            self.load(target)
            return self._change(Action.ROLLBACK, target, by, reason)

    # -- inside --------------------------------------------------------------------------------------

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.folder / ".lock", timeout=self._lock_seconds):
                yield
        except LockTimeout as error:
            raise Unavailable("有人正在更换模型，请稍后再试") from error

    def _change(
        self,
        action: Action,
        version: str,
        by: str,
        reason: str | None,
        report: GateReport | None = None,
        *,
        forced: bool = False,
    ) -> Promotion:
        changes = self._log.changes()
        change = Change(
            sequence=changes[-1].sequence + 1 if changes else 1,
            at=self._clock(),
            by=by,
            action=action,
            version=version,
            previous=self._standing(),
            shipped=version == self._shipped().version,
            reason=reason,
            forced=forced,
            gates=report,
        )
        self._log.append(change)
        return Promotion(served=version, changed=True, change=change)

    def _standing(self) -> str:
        """Version of the last change that can be read, the shipped one before the first."""
        changes = self._log.changes()
        return self._resolved(changes[-1].version) if changes else self._shipped().version

    def _standing_model(self) -> RankingModel:
        """Return the served model to compare with; the shipped one where it cannot be had."""
        try:
            return self.served().model
        except SmematchError:
            return self._shipped()

    def _is_served(self, version: str) -> bool:
        try:
            return self.served().model.version == version
        except SmematchError:
            return False

    def _is_known(self, model: RankingModel) -> bool:
        """Whether this very model is there already.

        Raises
        ------
        ModelExists
            If another one has its version.
        """
        shipped = model.version == self._shipped().version
        if not shipped and model.version not in self._storage.versions():
            return False
        if self.read(model.version).model != model:
            raise ModelExists(
                f"已有版本 {model.version}，内容不同；登记过的版本不能改写，请改 version 后再登记",
                place={"field": "version"},
            )
        return True

    def _resolved(self, version: str) -> str:
        """Turn ``shipped``, and what an earlier edition of the program shipped, into the present name."""
        earlier = {change.version for change in self._log.changes() if change.shipped}
        return self._shipped().version if version == SHIPPED or version in earlier else version

    def _manifest(self, version: str) -> Manifest:
        if version == self._shipped().version:
            return self._shipped_entry().manifest
        return self._storage.manifest(version)

    def _shipped_entry(self) -> StoredModel:
        model = self._shipped()
        manifest = Manifest(
            version=model.version,
            parent=None,
            created_at=None,
            created_by="随软件发布",
            note="专家权重（data/ranking），没有结果数据时用它",
            features=FrozenFeatures.of(model),
            data=None,
            seed=None,
            files={},
        )
        return StoredModel(manifest, model, {}, "# 专家权重\n\n随软件发布，见 data/ranking 中的 note。\n")

    def _entry(self, version: str) -> ModelEntry:
        problem: SmematchError | None = None
        manifest = None
        try:
            manifest = self._manifest(version)
            self.load(version)
        except SmematchError as error:
            problem = error
        return ModelEntry.of(
            version,
            manifest,
            problem,
            served=version == self._standing(),
            shipped=version == self._shipped().version,
        )


def _files_of(model: RankingModel, metrics: Mapping[str, Any], card: str) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "model"
        write_model(model, folder, metrics=metrics, card=card)
        return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
