"""The training loop: contrastive tuning of the upper layers within a budget of minutes.

The learning rate stays constant after a warm-up and the weights are averaged on the way, so that a run may be
stopped at any time, by the clock or by the held-out solutions, without a schedule that presumes its length.
The same seed and the same number of steps give the same weights on the same machine.

References
----------
van den Oord et al., Representation learning with contrastive predictive coding, 2018 (the loss).
Li et al., Explicit inductive bias for transfer learning, ICML 2018 (the pull towards the start).
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from recommender.learning.adaptation.activations import SplitEncoder, States
from recommender.learning.adaptation.negatives import Negatives, Scores
from recommender.learning.adaptation.pairs import Corpus, PairKind

if TYPE_CHECKING:
    import torch

Weights = dict[str, "torch.Tensor"]

_SHARES: dict[PairKind, float] = {
    PairKind.NEED: 0.40,
    PairKind.OUTCOME: 0.40,
    PairKind.SECTION: 0.25,
    PairKind.HEADING: 0.05,
    PairKind.SUMMARY: 0.08,
    PairKind.EVIDENCE: 0.07,
    PairKind.DESCRIPTOR: 0.06,
    PairKind.PAIN: 0.09,
}


class TuningConfig(BaseModel):
    """Settings of one run; part of the card.

    Attributes
    ----------
    trained_layers : int
        Upper layers that learn.
    temperature : float
        Divides the cosines in the loss. The encoder was made with .01; at .04 the loss first pulls the whole
        space apart and held-out quality falls.
    word_weight : float
        How much the cosine of the words is added to each logit as a given: the model then learns what the
        lexical channel beside it does not find. 0 trains it to stand alone.
    pull : float
        Share of the way back to the start taken per unit of learning rate (L2-SP).
    averaging : float
        Decay of the running mean of the weights, per step.
    batch, query_tokens, passage_tokens : int
        Pairs of a step, and where texts are cut.
    evaluate_every : int
        Steps between two looks at the held-out solutions.
    patience : int
        Looks without gain after which the run ends.
    shares : dict
        How often each kind of pair is drawn, relative to the kinds that there are.
    """

    model_config = ConfigDict(frozen=True)

    trained_layers: int = Field(default=4, ge=1)
    temperature: float = Field(default=0.015, gt=0)
    word_weight: float = Field(default=0.0, ge=0)
    learning_rate: float = Field(default=2e-5, gt=0)
    warm_up: int = Field(default=10, ge=1)
    weight_decay: float = Field(default=0.0, ge=0)
    pull: float = Field(default=0.0, ge=0)
    averaging: float = Field(default=0.97, ge=0, lt=1)
    batch: int = Field(default=24, ge=2)
    hard_each: int = Field(default=1, ge=0)
    query_tokens: int = Field(default=96, ge=8)
    passage_tokens: int = Field(default=160, ge=8)
    evaluate_every: int = Field(default=20, ge=1)
    patience: int = Field(default=6, ge=1)
    most_steps: int = Field(default=2_000, ge=1)
    shares: dict[PairKind, float] = Field(default_factory=lambda: dict(_SHARES))


class Look(BaseModel):
    """One look at the held-out solutions.

    Attributes
    ----------
    minutes : float
        Since the run began, caching and earlier looks included.
    choice : float
        What decides which look was best.
    """

    model_config = ConfigDict(frozen=True)

    step: int
    minutes: float
    loss: float | None
    dense: float
    hybrid: float
    choice: float


@dataclass(frozen=True, slots=True)
class Material:
    """What the loop draws from.

    Attributes
    ----------
    words : float32 (pairs, chunks)
        Cosines of the words.
    """

    corpus: Corpus
    negatives: Negatives
    queries: States
    chunks: States
    words: Scores


@dataclass(slots=True)
class Tuned:
    """Result of the loop: the averaged weights at the best look, and all looks."""

    weights: Weights
    best: Look
    looks: list[Look] = field(default_factory=list)
    steps: int = 0
    stopped_by: str = "steps"


Measure = Callable[[SplitEncoder], dict[str, float]]
OnLook = Callable[[Look], None]


class _Draws:
    """Pairs in an order that depends on the seed alone: a kind by its share, then the next of the kind."""

    def __init__(self, corpus: Corpus, config: TuningConfig, generator: np.random.Generator) -> None:
        self._generator = generator
        self._by_kind: dict[PairKind, list[int]] = {}
        for number, pair in enumerate(corpus.pairs):
            self._by_kind.setdefault(pair.kind, []).append(number)
        self._kinds = sorted(kind for kind in self._by_kind if config.shares.get(kind, 0.0) > 0)
        if not self._kinds:
            raise ValueError("no pair of a kind that is drawn")
        shares = np.array([config.shares[kind] for kind in self._kinds])
        self._shares = shares / shares.sum()
        self._queue: dict[PairKind, list[int]] = {kind: [] for kind in self._kinds}

    def next(self) -> int:
        kind = self._kinds[int(self._generator.choice(len(self._kinds), p=self._shares))]
        if not self._queue[kind]:
            self._queue[kind] = self._generator.permutation(self._by_kind[kind]).tolist()
        return self._queue[kind].pop()


def tune(
    encoder: SplitEncoder,
    material: Material,
    config: TuningConfig,
    measure: Measure,
    *,
    seed: int,
    deadline: float | None = None,
    started: float | None = None,
    on_look: OnLook | None = None,
) -> Tuned:
    """Train the upper half in place.

    Parameters
    ----------
    measure : callable
        Gives ``dense``, ``hybrid`` and ``choice`` quality of the encoder as it stands; the best choice wins.
    seed : int
        Of draws and dropout.
    deadline, started : float, optional
        ``time.monotonic()`` at which to stop and at which the run began. Without a deadline the run depends
        on the seed alone.
    on_look : callable, optional
        Called after every look.
    """
    import torch

    torch.manual_seed(seed)
    generator = np.random.default_rng(seed)
    draws = _Draws(material.corpus, config, generator)
    began = time.monotonic() if started is None else started
    encoder.upper.train()
    parameters = list(encoder.upper.parameters())
    start = [value.detach().clone() for value in parameters]
    mean = [value.detach().clone() for value in parameters]
    optimiser = torch.optim.AdamW(parameters, lr=config.learning_rate, weight_decay=config.weight_decay)
    run = _Run(encoder, mean, measure, began, on_look)
    run.look(0, None)
    losses: list[float] = []
    for step in range(1, config.most_steps + 1):
        rate = config.learning_rate * min(1.0, step / config.warm_up)
        for group in optimiser.param_groups:
            group["lr"] = rate
        loss = _loss(encoder, material, [draws.next() for _ in range(config.batch)], config, generator)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        losses.append(float(loss.detach()))
        decay = min(config.averaging, step / (step + 9))
        with torch.no_grad():
            for value, origin, averaged in zip(parameters, start, mean, strict=True):
                if config.pull:
                    value.lerp_(origin, min(1.0, rate * config.pull))
                averaged.lerp_(value, 1.0 - decay)
        out_of_time = deadline is not None and time.monotonic() >= deadline
        if step % config.evaluate_every == 0 or out_of_time or step == config.most_steps:
            run.look(step, float(np.mean(losses)))
            losses.clear()
            if out_of_time or run.looks_since_best >= config.patience:
                run.result.stopped_by = "time" if out_of_time else "held_out"
                break
    encoder.set_weights(run.result.weights)
    encoder.upper.eval()
    return run.result


class _Run:
    """Looks at the averaged weights and keeps the best."""

    def __init__(
        self,
        encoder: SplitEncoder,
        mean: "list[torch.Tensor]",
        measure: Measure,
        began: float,
        on_look: OnLook | None,
    ) -> None:
        self._encoder, self._mean, self._measure = encoder, mean, measure
        self._began, self._on_look = began, on_look
        empty = Look(step=0, minutes=0.0, loss=None, dense=-1.0, hybrid=-1.0, choice=-1.0)
        self.result = Tuned(weights={}, best=empty)
        self.looks_since_best = 0

    def look(self, step: int, loss: float | None) -> None:
        import torch

        parameters = list(self._encoder.upper.parameters())
        with torch.no_grad():
            kept = [value.detach().clone() for value in parameters]
            for value, averaged in zip(parameters, self._mean, strict=True):
                value.copy_(averaged)
            measured = self._measure(self._encoder)
            found = {name: measured[name] for name in ("dense", "hybrid", "choice")}
            weights = self._encoder.weights()
            for value, own in zip(parameters, kept, strict=True):
                value.copy_(own)
        minutes = (time.monotonic() - self._began) / 60
        look = Look(step=step, minutes=minutes, loss=loss, **found)
        self.result.looks.append(look)
        self.result.steps = step
        self.looks_since_best += 1
        if look.choice > self.result.best.choice:
            self.result.best, self.result.weights, self.looks_since_best = look, weights, 0
        if self._on_look:
            self._on_look(look)


def _loss(
    encoder: SplitEncoder,
    material: Material,
    numbers: Sequence[int],
    config: TuningConfig,
    generator: np.random.Generator,
) -> "torch.Tensor":
    import torch

    pairs = [material.corpus.pairs[number] for number in numbers]
    columns = [int(generator.choice(pair.chunks)) for pair in pairs]
    for number in numbers:
        hard = material.negatives.hard[number]
        if hard and config.hard_each:
            count = min(config.hard_each, len(hard))
            columns += [int(row) for row in generator.choice(hard, size=count, replace=False)]
    queries = encoder.embed([material.queries[number] for number in numbers])
    # A chunk that is drawn twice is encoded once.
    distinct = sorted(set(columns))
    chunks = encoder.embed([material.chunks[row] for row in distinct])
    target = torch.tensor([distinct.index(column) for column in columns[: len(pairs)]], device=encoder.device)
    rows = np.ix_(numbers, distinct)
    logits = queries @ chunks.T / config.temperature
    if config.word_weight:
        logits = logits + torch.from_numpy(config.word_weight * material.words[rows]).to(encoder.device)
    barred = torch.from_numpy(material.negatives.excluded[rows].copy()).to(encoder.device)
    barred[torch.arange(len(pairs), device=encoder.device), target] = False
    return torch.nn.functional.cross_entropy(logits.masked_fill(barred, float("-inf")), target)
