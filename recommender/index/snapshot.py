"""An immutable index over one state of the catalogue: passages, vectors, lexical indexes, records."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from recommender.diagnosis.instrument import Instrument
from recommender.diagnosis.scoring import DiagnosisResult, score
from recommender.encoder.encoder import Encoder
from recommender.index.catalogue import Catalogue
from recommender.index.lexical import LexicalConfig, LexicalIndex
from recommender.index.sentences import SentenceIndex, sentences_of_page
from recommender.index.vectors import FaissVectorIndex, VectorIndex
from recommender.text.passages import Passage, PassageConfig, Side, cut
from recommender.text.profiles import enterprise_page, lead_unit_page, notice_page, solution_page

Progress = Callable[[str, int, int], None]
"""Called with (stage, done, all)."""


class IndexConfig(BaseModel):
    """How the index is made; part of its version.

    Attributes
    ----------
    sentences : int
        Edition of the cutting into sentences; a new one makes a new index.
    """

    model_config = ConfigDict(frozen=True)

    passages: PassageConfig = PassageConfig()
    lexical: LexicalConfig = LexicalConfig()
    sentences: Literal[1] = 1


@dataclass(frozen=True, slots=True)
class SideIndex:
    """One side of the index: its owners, its rows among all passages, its lexical index.

    Attributes
    ----------
    owners : tuple of str
        Record ids, in order; candidates are positions in this tuple.
    start, stop : int
        Rows of this side among all passages.
    owner_of : int64 (stop - start,)
        Owner position of each row.
    sentences : SentenceIndex, optional
        Of solutions, whose pages are long; None for other sides and without vectors.
    """

    owners: tuple[str, ...]
    start: int
    stop: int
    owner_of: NDArray[np.int64]
    lexical: LexicalIndex
    sentences: SentenceIndex | None = None

    def position(self, owner: str) -> int | None:
        """Position of a record id, None when it is not indexed."""
        found = np.searchsorted(np.asarray(self.owners, dtype=object), owner) if self.owners else 0
        return int(found) if found < len(self.owners) and self.owners[int(found)] == owner else None

    def best_by_owner(self, scores: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return each owner's best passage score and its local row.

        Parameters
        ----------
        scores : float32 (stop - start,)
            Score of every passage of this side; ``-inf`` where it was not searched.
        """
        best = np.full(len(self.owners), -np.inf, np.float32)
        np.maximum.at(best, self.owner_of, scores)
        row = np.zeros(len(self.owners), np.int64)
        # Backwards, so that the first of equal passages stays.
        winners = np.flatnonzero(scores >= best[self.owner_of])[::-1]
        row[self.owner_of[winners]] = winners
        return best, row


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a request is answered from; never changed after it is built.

    Attributes
    ----------
    version : str
        Names catalogue state, encoder and configuration; logged with every served list.
    encoder_fingerprint : str
        Encoder of the vectors; empty when the index is lexical only.
    vectors : float32 (passages, d)
    results : mapping of str to DiagnosisResult
        Scored newest diagnosis of each enterprise that has one.
    """

    version: str
    catalogue: Catalogue
    config: IndexConfig
    encoder_fingerprint: str
    passages: tuple[Passage, ...]
    vectors: NDArray[np.float32]
    dense: VectorIndex | None
    sides: dict[Side, SideIndex]
    results: dict[str, DiagnosisResult]

    @property
    def has_vectors(self) -> bool:
        """Whether the dense channel can be searched."""
        return self.dense is not None

    def vectors_by_text(self) -> dict[str, NDArray[np.float32]]:
        """Vector of every text that was encoded for this index."""
        known = {p.indexed_text: vector for p, vector in zip(self.passages, self.vectors, strict=True)}
        for side in self.sides.values():
            if side.sentences is not None:
                known.update(zip(side.sentences.texts, side.sentences.vectors, strict=True))
        return known


def passages_of(
    catalogue: Catalogue, results: dict[str, DiagnosisResult], config: PassageConfig
) -> Iterator[Passage]:
    """Yield the passages of all records: solutions, enterprises, lead units, notices, each in order of id."""
    for solution_id in sorted(catalogue.solutions):
        solution = catalogue.solutions[solution_id]
        yield from cut(Side.SOLUTION, solution_id, solution.name, solution_page(solution), config)
    for uscc in sorted(catalogue.enterprises):
        page = enterprise_page(catalogue.enterprises[uscc], results.get(uscc))
        yield from cut(Side.ENTERPRISE, uscc, "", page, config)
    for unit_id in sorted(catalogue.lead_units):
        unit = catalogue.lead_units[unit_id]
        yield from cut(Side.LEAD_UNIT, unit_id, unit.name, lead_unit_page(unit), config)
    for notice_id in sorted(catalogue.notices):
        notice = catalogue.notices[notice_id]
        yield from cut(Side.NOTICE, notice_id, notice.name, notice_page(notice), config)


def sentences_of(catalogue: Catalogue) -> list[tuple[str, ...]]:
    """Return the sentences of each solution's page, in order of id."""
    return [
        sentences_of_page(solution.name, solution_page(solution))
        for _, solution in sorted(catalogue.solutions.items())
    ]


def score_diagnoses(catalogue: Catalogue, instrument: Instrument) -> dict[str, DiagnosisResult]:
    """Score the newest diagnosis of every enterprise."""
    return {
        uscc: score(
            diagnosis.answers, {code.value: grade for code, grade in diagnosis.scenarios.items()}, instrument
        )
        for uscc, diagnosis in catalogue.diagnoses.items()
    }


def version_of(catalogue: Catalogue, encoder: Encoder, config: IndexConfig) -> str:
    """Name an index before it is built: same records, encoder and configuration, same name."""
    content = f"{catalogue.version}|{encoder.fingerprint}|{config.model_dump_json()}"
    return f"idx-{catalogue.version}-{hashlib.sha256(content.encode()).hexdigest()[:12]}"


def build_snapshot(
    catalogue: Catalogue,
    encoder: Encoder,
    instrument: Instrument,
    config: IndexConfig | None = None,
    *,
    previous: Snapshot | None = None,
    progress: Progress | None = None,
) -> Snapshot:
    """Build the index; text that ``previous`` already encoded is not encoded again.

    Parameters
    ----------
    catalogue : Catalogue
        Records to index.
    encoder : Encoder
        An unavailable one makes a lexical-only index.
    previous : Snapshot, optional
        Its vectors are reused by text when they come from the same encoder.
    """
    config = config or IndexConfig()
    results = score_diagnoses(catalogue, instrument)
    passages = tuple(passages_of(catalogue, results, config.passages))
    texts = [passage.indexed_text for passage in passages]
    sentences = [text for own in sentences_of(catalogue) for text in own]
    vectors = _encode(texts + sentences, encoder, previous, progress)
    return assemble(
        catalogue, config, encoder, passages, vectors[: len(texts)], vectors[len(texts) :], results
    )


def assemble(
    catalogue: Catalogue,
    config: IndexConfig,
    encoder: Encoder,
    passages: Sequence[Passage],
    vectors: NDArray[np.float32],
    sentence_vectors: NDArray[np.float32],
    results: dict[str, DiagnosisResult],
    lexical: dict[Side, LexicalIndex] | None = None,
) -> Snapshot:
    """Put encoded passages and sentences together; ``lexical`` indexes are fitted unless given.

    Raises
    ------
    ValueError
        If there are not as many vectors as the catalogue has sentences.
    """
    usable = encoder.available and len(passages) > 0
    sides: dict[Side, SideIndex] = {}
    start = 0
    for side in (Side.SOLUTION, Side.ENTERPRISE, Side.LEAD_UNIT, Side.NOTICE):
        own = [passage for passage in passages[start:] if passage.side is side]
        owners = tuple(sorted({passage.owner for passage in own}))
        position = {owner: number for number, owner in enumerate(owners)}
        fitted = (lexical or {}).get(side) or LexicalIndex(config.lexical).fit([p.indexed_text for p in own])
        owner_of = np.asarray([position[passage.owner] for passage in own], np.int64)
        sentences = None
        if usable and side is Side.SOLUTION:
            sentences = SentenceIndex(sentences_of(catalogue), sentence_vectors)
        sides[side] = SideIndex(owners, start, start + len(own), owner_of, fitted, sentences)
        start += len(own)
    return Snapshot(
        version=version_of(catalogue, encoder, config),
        catalogue=catalogue,
        config=config,
        encoder_fingerprint=encoder.fingerprint if encoder.available else "",
        passages=tuple(passages),
        vectors=vectors,
        dense=FaissVectorIndex(vectors) if usable else None,
        sides=sides,
        results=results,
    )


def _encode(
    texts: Sequence[str], encoder: Encoder, previous: Snapshot | None, progress: Progress | None
) -> NDArray[np.float32]:
    if not encoder.available:
        return np.zeros((len(texts), 0), np.float32)
    known: dict[str, NDArray[np.float32]] = {}
    if previous is not None and previous.encoder_fingerprint == encoder.fingerprint:
        known = previous.vectors_by_text()
    new = [text for text in dict.fromkeys(texts) if text not in known]

    def report(done: int, total: int) -> None:
        if progress is not None:
            progress("encode", done, total)

    encoded = encoder.encode_passages(new, progress=report)
    known.update(zip(new, encoded, strict=True))
    if not texts:
        return np.zeros((0, encoder.dimension), np.float32)
    return np.stack([known[text] for text in texts]).astype(np.float32, copy=False)
