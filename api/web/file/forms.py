"""The form of an act, made of the declaration of its event, and what was filled in read back."""

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from starlette.datastructures import FormData, UploadFile

from api.web.file.acts import needs_reason
from recommender.course.case_file import CaseFile
from recommender.domain.course_events import AttributeForm, load_course_events
from recommender.domain.level import LEVEL_NAMES
from recommender.domain.taxonomy import load_taxonomy
from recommender.errors import InvalidInput

#: The form knows of which project it is; a file tells its own name and digest.
_KNOWN = frozenset({"project", "sha256", "file"})
_CHOICE_NAMES = {"invoice": "发票", "payment": "付款凭证"}


class Field(NamedTuple):
    """One field to fill in.

    Attributes
    ----------
    kind : str
        As declared; the template knows how to ask for each.
    choices : tuple of (str, str)
        Value and Chinese name.
    """

    name: str
    title: str
    kind: str
    required: bool
    choices: tuple[tuple[str, str], ...] = ()


def fields_of(event: str, file: CaseFile, *, partner_open: bool) -> tuple[Field, ...]:
    """Return what an act asks for.

    Parameters
    ----------
    partner_open : bool
        Whether the partner is still to be named: a contract that begins a project.
    """
    fields = [Field("partner", "牵引单位或服务商编号", "id", required=True)] if partner_open else []
    forms = load_course_events().attributes_of(event)
    fields += [_field(form, file) for form in forms if form.name not in _KNOWN and form.kind != "object"]
    if event == "rating":
        fields.append(Field("value", "满意度（1 到 5 分）", "rating", required=True))
    if event == "evidence_filed":
        fields.append(Field("upload", "文件", "file", required=True))
    if needs_reason(event):
        fields.append(Field("reason", "说明原因", "long", required=True))
    return tuple(fields)


def _field(form: AttributeForm, file: CaseFile) -> Field:
    taxonomy = load_taxonomy()
    choices: tuple[tuple[str, str], ...] = ()
    match form.kind:
        case "choice":
            choices = tuple((one, _CHOICE_NAMES.get(one, one)) for one in form.choices)
        case "scenario":
            choices = tuple((one.code.value, one.name) for one in taxonomy.scenarios)
        case "level":
            choices = tuple((str(level), name) for level, name in enumerate(LEVEL_NAMES))
        case "id" if form.name == "diagnosis":
            choices = tuple((one.id, f"{one.on} {one.method_name}") for one in reversed(file.diagnoses))
    return Field(form.name, form.title, form.kind, form.required, choices)


async def told_by(form: FormData, fields: tuple[Field, ...]) -> dict[str, Any]:
    """Return the attributes that a form tells; what was left empty is left out.

    Raises
    ------
    InvalidInput
        ``place.field`` names the first field that cannot be read.
    """
    told: dict[str, Any] = {}
    for field in fields:
        given = form.get(field.name)
        if isinstance(given, UploadFile):
            told |= await _file(given, field)
        elif given is not None and (text := given.strip()):
            told[field.name] = _value(field, text)
        elif field.required:
            raise InvalidInput(f"请填写“{field.title}”", place={"field": field.name})
    return told


def _value(field: Field, text: str) -> Any:  # noqa: ANN401 - as JSON holds it
    try:
        match field.kind:
            case "number" | "rating":
                return float(text)
            case "level":
                return int(text)
            case "ids":
                return [one for one in text.replace("，", " ").replace(",", " ").split() if one]
            case "flag":
                return text == "true"
            case _:
                return text
    except ValueError as error:
        raise InvalidInput(f"“{field.title}”应为数字", place={"field": field.name}) from error


async def _file(given: UploadFile, field: Field) -> Mapping[str, str]:
    """Take a file's name and digest; the file itself stays where it is."""
    if not given.filename:
        raise InvalidInput(f"请选择“{field.title}”", place={"field": field.name})
    digest = hashlib.sha256()
    while piece := await given.read(1 << 20):
        digest.update(piece)
    return {"file": given.filename[:200], "sha256": digest.hexdigest()}
