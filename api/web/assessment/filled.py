"""Between forms and sheets: what a person sees in the fields, and what he meant by it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from pydantic import ValidationError
from starlette.datastructures import FormData

from recommender.diagnosis import ExclusiveOption, SeveralOptions, UnknownOption
from recommender.diagnosis.instrument import Instrument, Item
from recommender.diagnosis.validation import checked_answers
from recommender.domain.validation_text import explain
from recommender.errors import InvalidInput
from recommender.questionnaire.parts import BASICS, Part
from recommender.questionnaire.rates import SHARES_OF_MACHINES, letter_of_share
from recommender.questionnaire.sheet import Sheet

#: The sheet as it travels with the forms.
CARRIED = "sheet"
_TEN_THOUSAND = 10_000
_AMOUNTS = ("revenue_yuan", "budget_yuan")
_CHOICES = ("district", "sub_industry")
_COUNTS = ("machines", "machines_digital", "machines_connected")
#: Texts of fields by name, several for a list of boxes.
Kept = Mapping[str, Sequence[str]]


class Filled(NamedTuple):
    """What came of a part that was sent.

    Attributes
    ----------
    sheet : Sheet
        With the part taken over; as before where it holds faults.
    faults : dict
        Message by name of the field.
    """

    sheet: Sheet
    faults: dict[str, str]


def carried(form: FormData) -> Sheet:
    """Return the sheet that travels with a form; an empty one where none does.

    Raises
    ------
    InvalidInput
        If it was changed on the way so that nobody could have filled it in like this.
    """
    told = form.get(CARRIED)
    if not isinstance(told, str) or not told:
        return Sheet()
    try:
        return Sheet.model_validate_json(told)
    except ValidationError as error:
        raise InvalidInput("随表单传来的答案不完整，请从第一步重新开始") from error


def kept_of(form: FormData) -> Kept:
    """Return the fields of a form as they were typed."""
    return {name: [one for one in form.getlist(name) if isinstance(one, str)] for name in form}


def kept_of_sheet(sheet: Sheet) -> Kept:
    """Return the fields as a sheet fills them."""
    kept: dict[str, Sequence[str]] = kept_of_basics(sheet)
    kept |= {name: [str(count)] for name in _COUNTS if (count := getattr(sheet, name)) is not None}
    kept |= {f"a.{item}": letters for item, letters in sheet.answers.items()}
    kept |= {f"s.{code.value}": [str(grade)] for code, grade in sheet.scenarios.items()}
    return kept


def kept_of_basics(record: Any) -> dict[str, Sequence[str]]:  # noqa: ANN401 - sheet or enterprise
    """Return the fields of the basics as a record fills them."""
    kept: dict[str, Sequence[str]] = {
        name: [str(getattr(record, name))]
        for name in (*_CHOICES, "employees")
        if getattr(record, name) is not None
    }
    for name in _AMOUNTS:
        if (amount := getattr(record, name)) is not None:
            kept[name] = [f"{(amount / _TEN_THOUSAND).normalize():f}"]
    kept["needs"] = ["\n".join(record.needs)]
    kept["deployment_preference"] = [one.value for one in record.deployment_preference]
    return kept


def told_basics(form: FormData) -> dict[str, Any]:
    """Return what the fields of the basics say, for a model to check; amounts are typed in 万元."""
    told: dict[str, Any] = {name: _text(form, name) for name in (*_CHOICES, "employees")}
    for name in _AMOUNTS:
        told[name] = _yuan(_text(form, name))
    told["needs"] = [line.strip() for line in (_text(form, "needs") or "").splitlines() if line.strip()]
    told["deployment_preference"] = [one for one in form.getlist("deployment_preference") if one]
    return told


def faults_of(error: ValidationError) -> dict[str, str]:
    """Return messages by field."""
    return {one.field.partition(".")[0].partition("[")[0]: one.message for one in explain(error)}


def filled(sheet: Sheet, part: Part, form: FormData, instrument: Instrument) -> Filled:
    """Take over the fields of a part."""
    if part.code == BASICS:
        return _checked(sheet, told_basics(form), {})
    told: dict[str, Any] = {}
    faults: dict[str, str] = {}
    if any(item.id in SHARES_OF_MACHINES for item in part.items):
        told |= {name: _text(form, name) for name in _COUNTS}
    answers = {
        item: letters for item, letters in sheet.answers.items() if item not in {i.id for i in part.items}
    }
    for item in part.items:
        letters = [one for one in form.getlist(f"a.{item.id}") if isinstance(one, str) and one]
        try:
            answers |= checked_answers({item.id: letters}, instrument)
        except (ExclusiveOption, SeveralOptions, UnknownOption) as error:
            faults[f"a.{item.id}"] = error.detail
    scenarios = {
        code: grade for code, grade in sheet.scenarios.items() if code not in {s.id for s in part.scenarios}
    }
    for scenario in part.scenarios:
        if grade := _text(form, f"s.{scenario.id}"):
            scenarios[scenario.id] = grade  # type: ignore[index, assignment]
    found = _checked(sheet, {**told, "answers": answers, "scenarios": scenarios}, faults)
    return found if found.faults else _with_shares(found.sheet, part)


def _checked(sheet: Sheet, told: dict[str, Any], faults: dict[str, str]) -> Filled:
    try:
        taken = Sheet.model_validate({**sheet.model_dump(), **told})
    except ValidationError as error:
        return Filled(sheet, {**faults_of(error), **faults})
    return Filled(sheet if faults else taken, faults)


def _with_shares(sheet: Sheet, part: Part) -> Filled:
    """Answer the items that ask for shares from the counts, where they were counted."""
    faults: dict[str, str] = {}
    answers = dict(sheet.answers)
    for item in part.items:
        count = getattr(sheet, SHARES_OF_MACHINES.get(item.id, ""), None)
        if count is None or sheet.machines is None:
            continue
        fault = _share(item, count, sheet.machines, answers)
        if fault:
            faults[SHARES_OF_MACHINES[item.id]] = fault
    return Filled(sheet.model_copy(update={"answers": answers}), faults)


def _share(item: Item, count: int, machines: int, answers: dict[str, tuple[str, ...]]) -> str | None:
    try:
        letter = letter_of_share(item, count, machines)
    except ValueError:
        return f"不能多于生产设备总数 {machines} 台"
    if letter is not None:
        answers[item.id] = (letter,)
    return None


def _text(form: FormData, name: str) -> str | None:
    told = form.get(name)
    return told.strip() or None if isinstance(told, str) else None


def _yuan(told: str | None) -> Decimal | str | None:
    """Return yuan for 万元; what is no number is left for the model to refuse."""
    if told is None:
        return None
    try:
        return Decimal(told.replace(",", "").replace("，", "")) * _TEN_THOUSAND
    except InvalidOperation:
        return told
