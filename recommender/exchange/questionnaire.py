"""The diagnosis questionnaire (评测问卷): every item of the instrument as lines that an owner can answer.

A single choice is one line with its options to choose from in words; of several choices each option is a line
to be answered 是 or 否; a scenario is one line with its levels in words. Each line has a key by which it is
known when the form comes back, wherever it has been moved to.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from recommender.diagnosis.instrument import Instrument, Item, Scenario, load_instrument
from recommender.domain import Diagnosis, Enterprise
from recommender.domain.level import LEVEL_NAMES
from recommender.errors import NotFound
from recommender.store import UnitOfWork
from recommender.store.repositories.records import Stored

BASICS, ITEMS, SCENARIOS = "基本信息", "评分题", "应用场景"
#: Headers of the answer and of the hidden key, in all three sheets.
ANSWER, KEY = "您的回答", "键"
TICKS = ("是", "否")
NOT_STARTED = "无等级：尚未开展，或没有达到一级"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the form.

    Attributes
    ----------
    key : str
        Field path of the answer; with ``#B`` behind it for one option of several.
    number : str
        Of the question; empty on the further lines of it, as are the texts that stand once.
    group, title, kind, option, why, evidence : str
        What the owner reads.
    choices : tuple of str
        Answers to choose from.
    """

    key: str
    choices: tuple[str, ...]
    number: str = ""
    group: str = ""
    title: str = ""
    kind: Literal["单选", "多选", ""] = ""
    option: str = ""
    why: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class StartedForm:
    """Whose form it is and which answers stand in it.

    Attributes
    ----------
    enterprise : Enterprise, optional
        Without it the credit code is left to be filled in.
    previous : Diagnosis, optional
        Its answers are filled in to start from; the day is left open, so that a new diagnosis comes of it.
    correcting : Stored, optional
        A diagnosis that the form is to correct, instead of ``previous``: its id and day stand in the form,
        with the mark by which it is merged when it comes back.
    """

    enterprise: Enterprise | None = None
    previous: Diagnosis | None = None
    correcting: Stored[Diagnosis] | None = None

    @property
    def diagnosis(self) -> Diagnosis | None:
        """The diagnosis whose answers stand in the form."""
        return self.correcting.record if self.correcting else self.previous

    @property
    def instrument(self) -> Instrument:
        """The edition that the form asks."""
        return load_instrument(self.diagnosis.instrument) if self.diagnosis else load_instrument()


def started_form(work: UnitOfWork, uscc: str | None = None, diagnosis: str | None = None) -> StartedForm:
    """Return an enterprise's form with its newest answers, or the one to correct a stored diagnosis.

    Parameters
    ----------
    uscc : str, optional
        Both left out, the form is empty.
    diagnosis : str, optional
        Id of the diagnosis to correct.

    Raises
    ------
    NotFound
        If there is no such enterprise, or no such diagnosis of it.
    """
    if uscc is None and diagnosis is None:
        return StartedForm()
    correcting = None if diagnosis is None else work.diagnoses.get(diagnosis)
    if diagnosis is not None and (correcting is None or uscc not in {None, correcting.record.uscc}):
        raise NotFound(f"没有编号为 {diagnosis} 的诊断，或它属于另一家企业", place={"field": "diagnosis"})
    known = work.enterprises.get(correcting.record.uscc if correcting else str(uscc))
    if known is None:
        raise NotFound(f"找不到企业 {uscc}", place={"field": "enterprise"})
    newest = None if correcting else work.diagnoses.latest(known.record.uscc)
    return StartedForm(known.record, newest.record if newest else None, correcting)


def item_lines(instrument: Instrument) -> Iterator[Line]:
    """Yield the lines of the scored items in the official order."""
    number = 0
    for dimension in instrument.dimensions:
        for indicator in dimension.indicators:
            for item in indicator.items:
                number += 1
                group = f"{dimension.name} · {indicator.name}"
                why = f"{item.explanation}\n用途：满分 {item.points} 分，计入“{dimension.name}”得分。"
                yield from _lines_of(item, str(number), group, why)


def _lines_of(item: Item, number: str, group: str, why: str) -> Iterator[Line]:
    title = f"{item.name}\n{item.question}"
    evidence = _listed((*item.evidence, *(f"备好数字：{figure}" for figure in item.figures)))
    single = item.kind == "single"
    head = Line(
        key=f"answers.{item.id}",
        choices=tuple(option.text for option in item.options),
        number=number,
        group=group,
        title=title,
        kind="单选" if single else "多选",
        option=_listed(f"{option.letter} {option.text}" for option in item.options),
        why=why,
        evidence=evidence,
    )
    if single:
        yield head
        return
    for index, option in enumerate(item.options):
        told = f"{option.letter} {option.text}"
        key = f"answers.{item.id}#{option.letter}"
        if index == 0:
            yield Line(key, TICKS, number, group, title, "多选", told, why, evidence)
        else:
            yield Line(key, TICKS, option=told)


def scenario_lines(instrument: Instrument) -> Iterator[Line]:
    """Yield a line for each scenario, its levels in words."""
    group_of = {one.id: group.name for group in instrument.scenario_groups for one in group.scenarios}
    for number, scenario in enumerate(instrument.scenarios, start=1):
        choices = scenario_choices(scenario)
        binding = "约束性场景：每个等级都要求有若干约束性场景达到" if scenario.required else "指导性场景"
        yield Line(
            key=f"scenarios.{scenario.id}",
            choices=choices,
            number=str(number),
            group=group_of[scenario.id],
            title=f"{scenario.name}{'★' if scenario.required else ''}\n现在做到了哪一级？",
            kind="单选",
            option="\n".join(choices),
            why=f"{binding}。\n用途：判定数字化水平等级。",
            evidence="\n".join(
                f"{LEVEL_NAMES[level.level]}：{'、'.join(level.evidence)}"
                for level in scenario.levels
                if level.evidence
            ),
        )


def scenario_choices(scenario: Scenario) -> tuple[str, ...]:
    """Return the grades 0–4 of a scenario in words, in order."""
    return NOT_STARTED, *(f"{LEVEL_NAMES[level.level]}：{level.text}" for level in scenario.levels)


def answers_of(diagnosis: Diagnosis | None, instrument: Instrument) -> Mapping[str, str]:
    """Return the answers of a diagnosis by the key of their lines; empty without one."""
    if diagnosis is None:
        return {}
    told: dict[str, str] = {}
    for item in instrument.items:
        ticked = diagnosis.answers.get(item.id, ())
        for option in item.options if ticked else ():
            if item.kind == "multi":
                told[f"answers.{item.id}#{option.letter}"] = TICKS[option.letter not in ticked]
            elif option.letter in ticked:
                told[f"answers.{item.id}"] = option.text
    grades = {scenario.value: grade for scenario, grade in diagnosis.scenarios.items()}
    for scenario in instrument.scenarios:
        if scenario.id in grades:
            told[f"scenarios.{scenario.id}"] = scenario_choices(scenario)[grades[scenario.id]]
    return told


def _listed(texts: Iterator[str] | tuple[str, ...]) -> str:
    return "\n".join(texts)
