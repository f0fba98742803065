"""Training pairs mined from whatever pool is loaded, each with its provenance.

A pair is a text that someone could look for and the chunks of the pages that answer it. No label is invented:
needs name their solution, sections and summaries belong to their page, descriptors of the instrument and
pains belong to every solution that declares the scenario (and the level, where there is one).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from recommender.diagnosis.instrument import Instrument
from recommender.domain import Need, Solution
from recommender.domain.solution import Provenance
from recommender.domain.taxonomy import Scenario, SubIndustry
from recommender.sample.phrases import Pains
from recommender.text.profiles import solution_page
from recommender.text.scenarios import complete_solution
from recommender.text.tokens import fold_space, normalise

#: About 160 tokens of Chinese with the title, what one training step on a small machine can bear.
CHUNK_CHARACTERS = 180
_LEAST_QUERY, _MOST_QUERY = 12, 150
_HEADING = re.compile(r"^#{1,6}\s*(.+)$")
_GOODS = "产品"


class PairKind(StrEnum):
    """Where a pair comes from; decides how often it is drawn."""

    NEED = "need"
    OUTCOME = "outcome"
    SECTION = "section"
    HEADING = "heading"
    SUMMARY = "summary"
    EVIDENCE = "evidence"
    DESCRIPTOR = "descriptor"
    PAIN = "pain"


@dataclass(frozen=True, slots=True)
class Chunk:
    """A part of one solution's page.

    Attributes
    ----------
    owner : str
        Id of the solution.
    text : str
        Title and part, folded as the index folds its passages.
    """

    owner: str
    text: str


@dataclass(frozen=True, slots=True)
class TrainingPair:
    """A text and what answers it.

    Attributes
    ----------
    query : str
        As somebody would type it.
    chunks : tuple of int
        Rows of the corpus' chunks that answer it.
    owners : frozenset of str
        Solutions that answer it; none of their chunks is ever a negative.
    source : str
        Provenance, such as ``need:SYN-ND001`` or ``instrument:2024/quality/3``.
    """

    kind: PairKind
    query: str
    chunks: tuple[int, ...]
    owners: frozenset[str]
    source: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """A need that a solution was accepted for, from the log."""

    event_id: str
    text: str
    solution_id: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """Chunks of the pages, the pairs over them, and the scenarios of each solution.

    Attributes
    ----------
    scenarios : mapping of str to frozenset of Scenario
        Declared or inferred scenarios by solution id; tells near duplicates from real negatives.
    """

    chunks: tuple[Chunk, ...]
    pairs: tuple[TrainingPair, ...]
    scenarios: Mapping[str, frozenset[Scenario]]

    @property
    def labelled_chunks(self) -> frozenset[int]:
        """Chunks that answer at least one pair. Only they may be mined as hard negatives.

        A model that sees a page as a negative only learns to avoid what it has no label for.
        """
        return frozenset(row for pair in self.pairs for row in pair.chunks)

    def counts(self) -> dict[str, int]:
        """Pairs of each kind."""
        return dict(sorted(Counter(pair.kind.value for pair in self.pairs).items()))


@dataclass(frozen=True, slots=True)
class _Section:
    heading: str
    body: str


def sections_of(page: str) -> list[_Section]:
    """Split a markdown page at its headings; text before the first heading has an empty one."""
    found: list[tuple[str, list[str]]] = [("", [])]
    for line in page.splitlines():
        if heading := _HEADING.match(line.strip()):
            found.append((heading[1].strip(), []))
        else:
            found[-1][1].append(line)
    sections = (_Section(heading, fold_space("\n".join(lines))) for heading, lines in found)
    return [section for section in sections if section.heading or section.body]


def _group(sections: Sequence[_Section], size: int) -> list[list[int]]:
    """Put neighbouring sections into one chunk while they fit."""
    groups: list[list[int]] = []
    room = 0
    for number, section in enumerate(sections):
        length = len(section.heading) + len(section.body)
        if not groups or length > room:
            groups.append([])
            room = size
        groups[-1].append(number)
        room -= length
    return groups


@dataclass(frozen=True, slots=True)
class _Page:
    """One solution with its chunks: which section lies in which chunk (rows of the corpus)."""

    solution: Solution
    sections: tuple[_Section, ...]
    chunk_of: tuple[int, ...]

    @property
    def rows(self) -> tuple[int, ...]:
        return tuple(sorted(set(self.chunk_of)))


def _cut_pages(solutions: Iterable[Solution], size: int) -> tuple[list[Chunk], list[_Page]]:
    chunks: list[Chunk] = []
    pages: list[_Page] = []
    for solution in sorted(solutions, key=lambda one: one.id):
        sections = sections_of(solution_page(solution))
        chunk_of: list[int] = []
        for group in _group(sections, size):
            chunk_of += [len(chunks)] * len(group)
            body = "\n".join(f"{sections[at].heading}\n{sections[at].body}" for at in group)
            chunks.append(Chunk(solution.id, normalise(f"{solution.name} {body}"[: 2 * size])))
        if chunk_of:
            pages.append(_Page(solution, tuple(sections), tuple(chunk_of)))
    return chunks, pages


def mine_pairs(
    solutions: Iterable[Solution],
    needs: Iterable[Need] = (),
    *,
    instrument: Instrument | None = None,
    pains: Mapping[Scenario, Pains] | None = None,
    outcomes: Iterable[Outcome] = (),
    size: int = CHUNK_CHARACTERS,
) -> Corpus:
    """Mine pairs from a pool.

    Parameters
    ----------
    solutions : iterable of Solution
        Pages that may be learned from; a solution that is left out occurs nowhere in the result.
    needs : iterable of Need
        Those without a solution, or with one that is not in the pool, are passed over.
    instrument : Instrument, optional
        Its scenario descriptors answer to solutions that declare scenario and level.
    pains : mapping, optional
        What owners say about a scenario; answers to its solutions (lower levels for the plain ones).
    outcomes : iterable of Outcome
        Logged positive outcomes of lists that were asked for with a text.
    size : int
        Length of a chunk in characters.

    Returns
    -------
    Corpus
        The same for the same input, in a fixed order.
    """
    chunks, pages = _cut_pages(solutions, size)
    by_id = {page.solution.id: page for page in pages}
    pairs = [
        *_said(needs, outcomes, by_id),
        *_of_pages(pages),
        *(_of_instrument(instrument, pages) if instrument else ()),
        *(_of_pains(pains, pages) if pains else ()),
    ]
    scenarios = {
        page.solution.id: frozenset(one.scenario for one in complete_solution(page.solution).scenarios)
        for page in pages
    }
    return Corpus(tuple(chunks), tuple(pairs), scenarios)


def _said(
    needs: Iterable[Need], outcomes: Iterable[Outcome], pages: Mapping[str, _Page]
) -> Iterator[TrainingPair]:
    told = [(PairKind.NEED, need.id, need.text, need.solution_id) for need in needs]
    told += [(PairKind.OUTCOME, one.event_id, one.text, one.solution_id) for one in outcomes]
    for kind, identity, text, solution_id in told:
        if solution_id is not None and solution_id in pages and text.strip():
            rows = pages[solution_id].rows
            yield TrainingPair(kind, text, rows, frozenset({solution_id}), f"{kind}:{identity}")


def _of_pages(pages: Sequence[_Page]) -> Iterator[TrainingPair]:
    common = Counter(
        heading for page in pages for heading in {normalise(section.heading) for section in page.sections}
    )
    for page in pages:
        own, solution = frozenset({page.solution.id}), page.solution
        for number, section in enumerate(page.sections):
            source = f"page:{solution.id}#{number}"
            # The section itself is in its own chunk: it answers to the rest of its page only.
            rest = tuple(row for row in page.rows if row != page.chunk_of[number])
            if rest and len(section.body) >= _LEAST_QUERY:
                yield TrainingPair(PairKind.SECTION, section.body[:_MOST_QUERY], rest, own, source)
            # "Functions" stands on every page and tells nothing.
            if len(section.heading) >= 5 and common[normalise(section.heading)] == 1:
                here = (page.chunk_of[number],)
                yield TrainingPair(PairKind.HEADING, section.heading, here, own, source)
        if solution.summary and solution.text:
            text = solution.summary[:_MOST_QUERY]
            yield TrainingPair(PairKind.SUMMARY, text, page.rows, own, f"summary:{solution.id}")
        for number, evidence in enumerate(solution.evidence):
            text = re.sub(r"^合成案例[:：]\s*", "", evidence.text)[:_MOST_QUERY]
            if len(text) >= _LEAST_QUERY:
                source = f"evidence:{solution.id}#{number}"
                yield TrainingPair(PairKind.EVIDENCE, text, page.rows, own, source)


def _declared(solution: Solution) -> dict[Scenario, int]:
    """Scenario to level; what was inferred from the words of the page would only teach these words."""
    effects = (effect for effect in solution.scenarios if effect.provenance is not Provenance.INFERRED)
    return {effect.scenario: effect.level for effect in effects}


def _answering(
    pages: Sequence[_Page], scenario: Scenario, levels: frozenset[int], trade: SubIndustry | None = None
) -> tuple[tuple[int, ...], frozenset[str]]:
    """Rows of the pages that declare scenario and level, and all solutions that touch the scenario."""
    touching = [page for page in pages if scenario in _declared(page.solution)]
    rows = tuple(
        row
        for page in touching
        if _declared(page.solution)[scenario] in levels
        and (not page.solution.sub_industries or trade is None or trade in page.solution.sub_industries)
        for row in page.rows
    )
    return rows, frozenset(page.solution.id for page in touching)


def _of_instrument(instrument: Instrument, pages: Sequence[_Page]) -> Iterator[TrainingPair]:
    for group in instrument.scenario_groups:
        for scenario in group.scenarios:
            for level in scenario.levels:
                rows, owners = _answering(pages, Scenario(scenario.id), frozenset({level.level}))
                if rows:
                    text = f"{scenario.name}：{level.text}"[:_MOST_QUERY]
                    source = f"instrument:{instrument.edition}/{scenario.id}/{level.level}"
                    yield TrainingPair(PairKind.DESCRIPTOR, text, rows, owners, source)


def _of_pains(pains: Mapping[Scenario, Pains], pages: Sequence[_Page]) -> Iterator[TrainingPair]:
    for scenario, said in pains.items():
        groups: list[tuple[str, tuple[str, ...], frozenset[int], SubIndustry | None]] = [
            ("plain", said.plain, frozenset({1, 2}), None),
            ("advanced", said.advanced, frozenset({3, 4}), None),
        ]
        groups += [
            (trade.value, own, frozenset({1, 2, 3}), trade) for trade, own in said.by_sub_industry.items()
        ]
        for name, texts, levels, trade in groups:
            rows, owners = _answering(pages, scenario, levels, trade)
            for number, text in enumerate(texts if rows else ()):
                query = text.replace("{goods}", _GOODS)
                source = f"phrases:{scenario}/{name}/{number}"
                yield TrainingPair(PairKind.PAIN, query, rows, owners, source)
