"""Holds the model that requests are ranked with, and follows the registry."""

import logging
import threading
import time
from dataclasses import dataclass

from recommender.errors import SmematchError
from recommender.ranking.ranking_model import RankingModel
from recommender.registry.entries import Served
from recommender.registry.registry import ModelRegistry

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a process serves.

    Attributes
    ----------
    failure : SmematchError, optional
        Why it is not the model that the registry names.
    """

    served: Served
    failure: SmematchError | None = None

    def model(self) -> RankingModel:
        """Return the model, which tells for whom it stands in if it does."""
        if self.failure is None:
            return self.served.model
        told = f"现用模型无法读取，暂用模型 {self.served.model.version}：{self.failure.detail}"
        return self.served.model.model_copy(update={"stands_in": told})


class ModelKeeper:
    """Returns the model to rank with; a request takes it once and keeps it to its end.

    Every process looks at the registry when it is asked and the last look is older than so many seconds; one
    request looks, the others go on with what there is. What was read replaces the old model in one step. A
    model that cannot be served never does: the last good one stays, at the start the shipped one, and
    :attr:`standing` says why.

    Parameters
    ----------
    seconds : float
        How old the last look may be.
    """

    def __init__(self, registry: ModelRegistry, *, seconds: float = 1.0) -> None:
        self._registry = registry
        self._seconds = seconds
        self._looking = threading.Lock()
        self._standing = Standing(registry.fallback())
        self._model = self._standing.model()
        self._signature: tuple[object, ...] | None = None
        self._looked_at = float("-inf")
        self.refresh()

    def __call__(self) -> RankingModel:
        """Return the model to rank with now."""
        if time.monotonic() - self._looked_at >= self._seconds and self._looking.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._looking.release()
        return self._model

    @property
    def standing(self) -> Standing:
        """What is served, and what stands in the way of the served model if anything does."""
        return self._standing

    def refresh(self) -> Standing:
        """Look at the registry now, whenever the last look was."""
        with self._looking:
            self._look()
        return self._standing

    def _look(self) -> None:
        self._looked_at = time.monotonic()
        signature = self._registry.signature()
        if signature == self._signature:
            return
        try:
            self._standing = Standing(self._registry.served())
            _LOG.info("serving model %s", self._standing.served.model.version)
        except SmematchError as error:
            self._standing = Standing(self._standing.served, error)
            _LOG.error("model kept, the promoted one cannot be served: %s", error.code)
        self._model = self._standing.model()
        self._signature = signature
